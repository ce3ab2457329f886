package export

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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
	r := &rig{queue: newQueue(), book: &book{}, script: &script{began: time.Now(), answer: answer}, log: &bytes.Buffer{}}
	d, err := Destination{Name: "backend", Protocol: GRPC, Signals: []otlp.Signal{otlp.Traces}, Retry: retry}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Cursor:   func(string, otlp.Signal) Cursor { return r.queue },
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

func TestDelivery_Outcomes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		retry  Retry
		answer func(int, []byte) (int, error)
		within time.Duration // before the drain
		want   map[string]int
		state  State
	}{
		{name: "delivered", answer: always(nil), want: map[string]int{"delivered": 10}, state: Up},
		{name: "partial success", answer: func(int, []byte) (int, error) { return 3, nil },
			want: map[string]int{"delivered": 7, ReasonRejected: 3}, state: Up},
		{name: "more rejected than sent", answer: func(int, []byte) (int, error) { return 99, nil },
			want: map[string]int{"delivered": 0, ReasonRejected: 10}, state: Up},
		{name: "permanent", answer: always(refused), want: map[string]int{ReasonPermanent: 10}, state: Up},
		{name: "undecodable", answer: always(&Failure{Kind: Undecodable, Code: "undecodable"}),
			want: map[string]int{ReasonFault: 10}, state: Up},
		{name: "down, then up", answer: until(20, unavailable), within: time.Hour, want: map[string]int{"delivered": 10}, state: Up},
		{name: "unknown error is retryable", answer: until(3, io.ErrUnexpectedEOF), within: time.Hour, want: map[string]int{"delivered": 10}, state: Up},
		{name: "tried for ever", answer: always(unavailable), within: 30 * 24 * time.Hour, want: nil, state: Down},
		{name: "asked to wait", answer: always(&Failure{Kind: Retryable, Code: "unavailable", Delay: time.Minute}), within: 3 * time.Hour, want: nil, state: BackingOff},
		{name: "given up", retry: Retry{GiveUp: time.Minute}, answer: always(unavailable), within: time.Hour,
			want: map[string]int{ReasonExhausted: 10}, state: Down},
		{name: "panics once", answer: func(n int, _ []byte) (int, error) {
			if n == 1 {
				panic("card 4111111111111111")
			}
			return 0, nil
		}, within: time.Hour, want: map[string]int{"delivered": 10}, state: Up},
		{name: "panics always", answer: func(int, []byte) (int, error) { panic("card 4111111111111111") }, within: time.Hour,
			want: map[string]int{ReasonFault: 10}, state: Down},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, tt.retry, tt.answer)
				r.queue.append(traces(10, 100))
				time.Sleep(tt.within + time.Nanosecond)
				synctest.Wait()
				r.book.expect(t, tt.want)
				if got := r.Status()[0].Signals[0].State; got != tt.state {
					t.Errorf("state %s, want %s", got, tt.state)
				}
				if strings.Contains(r.log.String(), "4111") {
					t.Errorf("a panic's value is logged:\n%s", r.log)
				}
				r.drain(t, time.Second)
			})
		})
	}
}

func TestDelivery_BackOffDoublesWithJitterUpToItsMaximum(t *testing.T) {
	retry := Retry{Initial: time.Second, Max: 8 * time.Second}
	b := backoff{retry: retry}
	for i, want := range []time.Duration{1, 2, 4, 8, 8, 8} {
		want *= time.Second
		if got := b.next(0, false); got < want/2 || got > want {
			t.Errorf("wait %d is %v, want %v to %v", i, got, want/2, want)
		}
	}
	if got := b.next(time.Minute, false); got < time.Minute || got > 66*time.Second {
		t.Errorf("asked for 1m, wait %v", got)
	}
	if got := b.next(1000*time.Hour, false); got < maxAskedDelay || got > maxAskedDelay*11/10 {
		t.Errorf("asked for 1000h, wait %v", got)
	}
	if got := b.next(0, true); got > time.Second {
		t.Errorf("while draining, wait %v", got)
	}
}

func TestDelivery_RetryHonoursWhatTheBackendAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{}, until(2, &Failure{Kind: Retryable, Code: "unavailable", Delay: 45 * time.Second}))
		r.queue.append(traces(1, 10))
		time.Sleep(45*time.Second - 1)
		synctest.Wait()
		if len(r.script.tried()) != 1 {
			t.Errorf("%d attempts before the time asked for", len(r.script.tried()))
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		r.book.expect(t, map[string]int{"delivered": 1})
		r.drain(t, time.Second)
	})
}

func TestDelivery_SplitsWhatIsTooLarge(t *testing.T) {
	tooLarge := &Failure{Kind: TooLarge, Code: "http_413"}
	atMost := func(bytes int, f *Failure) func(int, []byte) (int, error) {
		return func(_ int, b []byte) (int, error) {
			if len(b) > bytes {
				return 0, f
			}
			return 0, nil
		}
	}
	for _, tt := range []struct {
		name     string
		b        []byte
		answer   func(int, []byte) (int, error)
		want     map[string]int
		attempts int
	}{
		{"halves", traces(8, 100), atMost(700, tooLarge), map[string]int{"delivered": 8}, 3},
		{"quarters", traces(8, 100), atMost(300, tooLarge), map[string]int{"delivered": 8}, 7},
		{"single items", traces(5, 100), atMost(50, tooLarge), map[string]int{ReasonTooLarge: 5}, 9},
		{"one giant among small ones", merge(traces(3, 100), traces(1, 5000), traces(4, 100)), atMost(800, tooLarge),
			map[string]int{"delivered": 7, ReasonTooLarge: 1}, 5},
		{"a quota is not a size", traces(100, 10), atMost(0, &Failure{Kind: Exhausted, Code: "resource_exhausted"}),
			map[string]int{ReasonPermanent: 100}, 1},
		{"a quota may be a size", traces(100, 2000), atMost(60_000, &Failure{Kind: Exhausted, Code: "resource_exhausted"}),
			map[string]int{"delivered": 100}, 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Retry{}, tt.answer)
				r.queue.append(tt.b)
				synctest.Wait()
				r.book.expect(t, tt.want)
				if n := len(r.script.tried()); n != tt.attempts {
					t.Errorf("%d attempts, want %d: %q", n, tt.attempts, r.script.tried())
				}
				r.drain(t, time.Second)
			})
		})
	}
}

func TestDelivery_RetriesTheHalfThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{}, func(n int, b []byte) (int, error) {
			switch n {
			case 1:
				return 0, &Failure{Kind: TooLarge, Code: "http_413"}
			case 3, 4:
				return 0, unavailable
			}
			return 0, nil
		})
		r.queue.append(traces(10, 100))
		synctest.Wait()
		r.book.expect(t, map[string]int{"delivered": 5})
		if items, _ := r.queue.Pending(); items != 5 {
			t.Errorf("%d items pending, want 5", items)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		r.book.expect(t, map[string]int{"delivered": 10})
		r.drain(t, time.Second)
	})
}

func TestDelivery_LearnsTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{}, func(_ int, b []byte) (int, error) {
			if len(b) > 100_000 {
				return 0, &Failure{Kind: TooLarge, Code: "http_413"}
			}
			return 0, nil
		})
		r.queue.append(traces(200, 1000))
		synctest.Wait()
		if limit := r.deliveries[0].limit; limit > 110_000 || limit < minSplit {
			t.Errorf("the limit is %d after 100000 was too large", limit)
		}
		r.drain(t, time.Second)
	})
}

func TestDelivery_FirstRecordLeavesAtOnceTheNextTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{}, always(nil))
		time.Sleep(time.Hour)
		r.script.began = time.Now()
		r.queue.append(traces(1, 10))
		time.Sleep(10 * time.Millisecond)
		r.queue.append(traces(2, 10))
		time.Sleep(time.Second)
		synctest.Wait()
		if diff := cmp.Diff([]string{"0s 1", "200ms 2"}, r.script.tried()); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		r.drain(t, time.Second)
	})
}

func TestExporter_Drain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(int, []byte) (int, error)
		want   map[string]int
		within time.Duration
	}{
		{"healthy", always(nil), map[string]int{"delivered": 6}, 0},
		{"comes back in time", until(9, unavailable), map[string]int{"delivered": 6}, 10 * time.Second},
		{"stays down", always(unavailable), map[string]int{ReasonShutdown: 6}, 10 * time.Second},
		{"asks for too much time", always(&Failure{Kind: Retryable, Code: "unavailable", Delay: time.Hour}), map[string]int{ReasonShutdown: 6}, 10 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Retry{}, tt.answer)
				for range 3 {
					r.queue.append(traces(2, 10))
				}
				began := time.Now()
				r.drain(t, 10*time.Second)
				r.book.expect(t, tt.want)
				if took := time.Since(began); took > tt.within {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestExporter_DrainEndsABackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{Initial: time.Hour, Max: time.Hour}, until(2, unavailable))
		r.queue.append(traces(2, 10))
		synctest.Wait()
		began := time.Now()
		r.drain(t, time.Minute)
		r.book.expect(t, map[string]int{"delivered": 2})
		if took := time.Since(began); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

func TestState_LogsEachChangeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secret := fmt.Errorf("card 4111111111111111")
		r := newRig(t, Retry{}, func(n int, _ []byte) (int, error) {
			switch {
			case n == 1:
				return 0, nil
			case n <= 5:
				return 0, secret
			case n <= 10:
				return 0, unavailable
			case n == 11:
				return 0, nil
			}
			return 0, refused
		})
		for range 20 {
			r.queue.append(traces(1, 10))
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		var got []string
		for line := range strings.Lines(r.log.String()) {
			_, line, _ = strings.Cut(line, "level=")
			line, _, _ = strings.Cut(line, " after=")
			got = append(got, strings.TrimSpace(line))
		}
		want := []string{
			`INFO msg="destination is up" destination=backend signal=traces`,
			`WARN msg="destination is down, data is kept and tried again" destination=backend signal=traces code=unknown reason="the backend can't take the request now"`,
			`INFO msg="destination is up again" destination=backend signal=traces`,
			`WARN msg="destination refuses data" destination=backend signal=traces code=invalid_argument reason="the backend refuses the request for good"`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
		r.drain(t, time.Second)
	})
}
