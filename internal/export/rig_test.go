package export

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// queue is a delivery log for one cursor: a batch per record.
type queue struct {
	mu     sync.Mutex
	wake   chan struct{}
	recs   [][]byte
	inHand bool
	items  int // pending
	closed bool
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) append(b []byte) {
	q.mu.Lock()
	q.recs = append(q.recs, b)
	q.items += otlp.CountItems(otlp.Traces, b)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) Next(ctx context.Context, _ int) ([]byte, int, error) {
	for {
		q.mu.Lock()
		if len(q.recs) > 0 {
			b := q.recs[0]
			q.recs, q.inHand = q.recs[1:], true
			q.mu.Unlock()
			return b, otlp.CountItems(otlp.Traces, b), nil
		}
		closed := q.closed
		q.mu.Unlock()
		if closed {
			return nil, 0, io.EOF
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

func (q *queue) Settle(n int) { q.mu.Lock(); q.items -= n; q.mu.Unlock() }
func (q *queue) Release()     { q.mu.Lock(); q.inHand = false; q.mu.Unlock() }
func (q *queue) Pending() (int, int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.items, int64(q.items)
}

// book notes how items ended: "delivered" or the reason → items.
type book struct {
	mu sync.Mutex
	n  map[string]int
}

func (k *book) Delivered(_ string, _ otlp.Signal, items int, release func()) {
	k.add("delivered", items, release)
}

func (k *book) Lost(_ string, _ otlp.Signal, items int, reason string, release func()) {
	k.add(reason, items, release)
}

func (k *book) add(column string, items int, release func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	release()
	if k.n == nil {
		k.n = map[string]int{}
	}
	k.n[column] += items
}

func (k *book) expect(t *testing.T, want map[string]int) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	if diff := cmp.Diff(want, k.n); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}

// script is a sender that answers by a function of the attempt's number, from 1.
type script struct {
	began  time.Time
	answer func(attempt int, b []byte) (rejected int, err error)

	mu       sync.Mutex
	attempts []string // "1.5s 3": when, with how many items
}

func (s *script) Start(context.Context) error    { return nil }
func (s *script) Shutdown(context.Context) error { return nil }

func (s *script) Send(_ context.Context, b []byte) (int, error) {
	s.mu.Lock()
	s.attempts = append(s.attempts, fmt.Sprintf("%v %d", time.Since(s.began), otlp.CountItems(otlp.Traces, b)))
	n := len(s.attempts)
	s.mu.Unlock()
	return s.answer(n, b)
}

func (s *script) tried() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.attempts)
}

// rig is one delivery with a scripted backend, in a bubble.
type rig struct {
	queue  *queue
	book   *book
	script *script
	log    *bytes.Buffer
	*Exporter
}

func newRig(t *testing.T, retry Retry, answer func(int, []byte) (int, error)) *rig {
	t.Helper()
	return newRigOver(t, retry, func(q *queue) Cursor { return q }, answer)
}

// newRigOver puts what over returns between the queue and the delivery.
func newRigOver(t *testing.T, retry Retry, over func(*queue) Cursor, answer func(int, []byte) (int, error)) *rig {
	t.Helper()
	r := &rig{queue: newQueue(), book: &book{}, script: &script{began: time.Now(), answer: answer}, log: &bytes.Buffer{}}
	d, err := Destination{Name: "backend", Protocol: GRPC, Signals: []otlp.Signal{otlp.Traces}, Retry: retry}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Cursor:   func(string, otlp.Signal) Cursor { return over(r.queue) },
		Accounts: r.book, Logger: slog.New(slog.NewTextHandler(r.log, nil)),
	}
	m := newMetrics()
	r.Exporter = &Exporter{
		metrics:    m,
		protocols:  map[string]string{"backend": GRPC},
		deliveries: []*delivery{newDelivery(d, otlp.Traces, r.script, o, m)},
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// drain ends the delivery within d.
func (r *rig) drain(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	if err := r.Drain(ctx); err != nil {
		t.Error(err)
	}
	if r.queue.inHand || len(r.queue.recs) > 0 || r.queue.items != 0 {
		t.Errorf("left behind: in hand %v, %d records, %d items", r.queue.inHand, len(r.queue.recs), r.queue.items)
	}
}

func always(err error) func(int, []byte) (int, error) {
	return func(int, []byte) (int, error) { return 0, err }
}

// until fails with err before attempt n, and then succeeds.
func until(n int, err error) func(int, []byte) (int, error) {
	return func(attempt int, _ []byte) (int, error) {
		if attempt < n {
			return 0, err
		}
		return 0, nil
	}
}

var (
	unavailable = &Failure{Kind: Retryable, Code: "unavailable"}
	refused     = &Failure{Kind: Permanent, Code: "invalid_argument"}
)

func (k *book) sum() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	total := 0
	for _, n := range k.n {
		total += n
	}
	return total
}
