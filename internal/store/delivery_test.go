package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

const testSegment = 4096

// lossBook collects what a log reports as lost: "destination signal reason" → items.
type lossBook map[string]int

func (b lossBook) lost(destination string, sig otlp.Signal, items int, reason string) {
	b[fmt.Sprintf("%s %s %s", destination, sig, reason)] += items
}

func newTestLog(t testing.TB, segments int) (*DeliveryLog, *Pool, lossBook) {
	t.Helper()
	pool := newTestPool(t, PoolOptions{MaxBytes: int64(segments) * testSegment, SegmentBytes: testSegment})
	book := lossBook{}
	return NewDeliveryLog(pool, DeliveryOptions{Lost: book.lost}), pool, book
}

// record is n bytes that all are b.
func record(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }

func mustAppend(t testing.TB, l *DeliveryLog, sig otlp.Signal, items int, b []byte) {
	t.Helper()
	if err := l.Append(sig, items, b); err != nil {
		t.Fatal(err)
	}
}

// read takes one batch that must be there.
func read(t testing.TB, c *Cursor, maxBytes int) (string, int) {
	t.Helper()
	ended, cancel := context.WithCancel(t.Context())
	cancel() // what is there is returned all the same
	b, items, err := c.Next(ended, maxBytes)
	if err != nil {
		t.Fatalf("Next: %v", err)
	}
	return string(b), items
}

func expectEmpty(t testing.TB, c *Cursor) {
	t.Helper()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if b, _, err := c.Next(ended, 1); !errors.Is(err, context.Canceled) {
		t.Fatalf("Next = %d bytes, %v; want nothing to read", len(b), err)
	}
}

func pending(c *Cursor) string {
	items, bytes := c.Pending()
	return fmt.Sprintf("%d items %d bytes", items, bytes)
}

func TestDeliveryLog_MergesConsecutiveRecords(t *testing.T) {
	l, pool, _ := newTestLog(t, 8)
	c := l.Destination("a", []otlp.Signal{otlp.Traces}, 0).Cursor(otlp.Traces)
	for i, s := range []string{"one", "two", "three", "four"} {
		mustAppend(t, l, otlp.Traces, i+1, []byte(s))
	}
	for _, step := range []struct {
		max   int
		want  string
		items int
	}{
		{max: 8, want: "onetwo", items: 3},
		{max: 1, want: "three", items: 3}, // at least one record
		{max: 100, want: "four", items: 4},
	} {
		if got, items := read(t, c, step.max); got != step.want || items != step.items {
			t.Errorf("Next(%d) = %q, %d items; want %q, %d", step.max, got, items, step.want, step.items)
		}
		c.Release()
	}
	expectEmpty(t, c)
	if used := pool.Used(); used != 0 {
		t.Errorf("an idle log uses %d bytes", used)
	}
}

func TestDeliveryLog_EachDestinationReadsAll(t *testing.T) {
	l, pool, _ := newTestLog(t, 8)
	fast := l.Destination("fast", []otlp.Signal{otlp.Traces}, 0).Cursor(otlp.Traces)
	slow := l.Destination("slow", []otlp.Signal{otlp.Traces, otlp.Logs}, 0).Cursor(otlp.Traces)
	for i := range 20 {
		want := string(record('a'+byte(i), 1000))
		mustAppend(t, l, otlp.Traces, 1, []byte(want))
		if got, _ := read(t, fast, 1); got != want {
			t.Fatalf("fast: record %d differs", i)
		}
		fast.Release()
	}
	for i := range 20 {
		if got, _ := read(t, slow, 1); got != string(record('a'+byte(i), 1000)) {
			t.Fatalf("slow: record %d differs", i)
		}
		slow.Release()
	}
	if used := pool.Used(); used != 0 {
		t.Errorf("all is read, %d bytes are used", used)
	}
}

func TestDeliveryLog_FullDestinationLosesItsOldest(t *testing.T) {
	l, _, book := newTestLog(t, 100)
	small := l.Destination("small", []otlp.Signal{otlp.Traces, otlp.Logs}, 3000)
	large := l.Destination("large", []otlp.Signal{otlp.Traces}, 0)
	mustAppend(t, l, otlp.Logs, 7, record('l', 1000)) // the oldest of all signals
	mustAppend(t, l, otlp.Traces, 1, record('1', 1000))
	mustAppend(t, l, otlp.Traces, 2, record('2', 1000))
	mustAppend(t, l, otlp.Traces, 4, record('3', 2000)) // l and 1 go

	want := lossBook{"small logs queue_full": 7, "small traces queue_full": 1}
	if diff := cmp.Diff(want, book); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	if got := pending(small.Cursor(otlp.Traces)); got != "6 items 3000 bytes" {
		t.Errorf("small has pending %s", got)
	}
	if got := pending(large.Cursor(otlp.Traces)); got != "7 items 4000 bytes" {
		t.Errorf("large has pending %s", got)
	}
	if got, _ := read(t, small.Cursor(otlp.Traces), 1); got[0] != '2' {
		t.Errorf("small reads %c first, want 2", got[0])
	}
}

func TestDeliveryLog_BatchInHandStays(t *testing.T) {
	l, pool, book := newTestLog(t, 100)
	c := l.Destination("a", []otlp.Signal{otlp.Traces}, 10_000).Cursor(otlp.Traces)
	mustAppend(t, l, otlp.Traces, 1, record('1', 1000))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	b, _, err := c.Next(ended, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		mustAppend(t, l, otlp.Traces, 1, record('2'+byte(i%8), 1000))
	}
	if !bytes.Equal(b, record('1', 1000)) {
		t.Error("the batch in hand was overwritten")
	}
	if lost := book["a traces queue_full"]; lost != 91 {
		t.Errorf("lost %d items, want 91: 9 of 100 fit beside the one in hand", lost)
	}
	if _, bytes := c.Pending(); bytes != 10_000 {
		t.Errorf("%d bytes pending", bytes)
	}
	if used := pool.Used(); used > 5*testSegment {
		t.Errorf("10 records of 1000 bytes hold %d bytes", used)
	}
	if _, _, err := c.Next(ended, 1); err == nil {
		t.Error("Next with a batch in hand has no error")
	}
	c.Release()
	c.Release() // the second does nothing
	if got := pending(c); got != "9 items 9000 bytes" {
		t.Errorf("pending %s", got)
	}
}

func TestDeliveryLog_NewRecordGoesWhenAllRoomIsInHand(t *testing.T) {
	l, _, book := newTestLog(t, 100)
	c := l.Destination("a", []otlp.Signal{otlp.Traces}, 1000).Cursor(otlp.Traces)
	mustAppend(t, l, otlp.Traces, 1, record('1', 900))
	read(t, c, 1)
	mustAppend(t, l, otlp.Traces, 5, record('2', 200))
	if diff := cmp.Diff(lossBook{"a traces queue_full": 5}, book); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	c.Release()
	expectEmpty(t, c)
}

func TestDeliveryLog_ExhaustedPoolTakesFromTheFarthestBehind(t *testing.T) {
	l, pool, book := newTestLog(t, 4)
	live := l.Destination("live", []otlp.Signal{otlp.Traces, otlp.Metrics}, 0)
	l.Destination("dead", []otlp.Signal{otlp.Traces}, 0)
	for range 100 {
		mustAppend(t, l, otlp.Traces, 1, record('t', 1000))
		read(t, live.Cursor(otlp.Traces), 1)
		live.Cursor(otlp.Traces).Release()
		mustAppend(t, l, otlp.Metrics, 1, record('m', 1000))
		read(t, live.Cursor(otlp.Metrics), 1)
		live.Cursor(otlp.Metrics).Release()
	}
	if pool.Used() > pool.Max() {
		t.Errorf("uses %d of %d bytes", pool.Used(), pool.Max())
	}
	if len(book) != 1 || book["dead traces queue_full"] == 0 {
		t.Errorf("lost %v, want traces of dead only", book)
	}
}

func TestDeliveryLog_ExhaustedPoolTakesTheOldest(t *testing.T) {
	l, _, book := newTestLog(t, 4)
	l.Destination("early", []otlp.Signal{otlp.Logs}, 0)
	l.Destination("late", []otlp.Signal{otlp.Traces, otlp.Metrics}, 0)
	mustAppend(t, l, otlp.Metrics, 1, record('m', 4000))
	mustAppend(t, l, otlp.Logs, 2, record('l', 4000))
	for i, want := range []lossBook{
		{}, {},
		{"late metrics queue_full": 1},
		{"late metrics queue_full": 1, "early logs queue_full": 2},
		{"late metrics queue_full": 1, "early logs queue_full": 2, "late traces queue_full": 4},
	} {
		mustAppend(t, l, otlp.Traces, 4, record('t', 4000))
		if diff := cmp.Diff(want, book); diff != "" {
			t.Errorf("lost after %d more (-want +got):\n%s", i+1, diff)
		}
	}
}

func TestDeliveryLog_PoolHeldByOthers(t *testing.T) {
	l, pool, book := newTestLog(t, 1)
	c := l.Destination("a", []otlp.Signal{otlp.Traces}, 0).Cursor(otlp.Traces)
	taken, err := pool.Get(1)
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, otlp.Traces, 3, record('1', 100))
	if diff := cmp.Diff(lossBook{"a traces queue_full": 3}, book); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	pool.Put(taken)
	mustAppend(t, l, otlp.Traces, 4, record('2', 100))
	if got := pending(c); got != "4 items 100 bytes" {
		t.Errorf("pending %s", got)
	}
}

func TestDeliveryLog_RecordLongerThanASegment(t *testing.T) {
	l, pool, book := newTestLog(t, 8)
	c := l.Destination("a", []otlp.Signal{otlp.Traces}, 0).Cursor(otlp.Traces)
	long := record('x', 3*testSegment)
	for range 3 { // three of them don't fit at a time
		mustAppend(t, l, otlp.Traces, 2, []byte("before"))
		mustAppend(t, l, otlp.Traces, 5, long)
		mustAppend(t, l, otlp.Traces, 1, []byte("after"))
		for _, want := range []string{"before", string(long), "after"} {
			if got, _ := read(t, c, 10); got != want {
				t.Fatalf("read %d bytes, want %d", len(got), len(want))
			}
			c.Release()
		}
	}
	mustAppend(t, l, otlp.Traces, 9, record('x', 8*testSegment))
	if diff := cmp.Diff(lossBook{"a traces too_large": 9}, book); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	if used := pool.Used(); used != 0 {
		t.Errorf("%d bytes are used", used)
	}
}

func TestCursor_NextWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, _ := newTestLog(t, 4)
		c := l.Destination("a", []otlp.Signal{otlp.Traces, otlp.Logs}, 0).Cursor(otlp.Traces)
		type result struct {
			b   string
			err error
		}
		results := make(chan result, 1)
		next := func(ctx context.Context) {
			b, _, err := c.Next(ctx, 100)
			results <- result{string(b), err}
		}
		ctx, cancel := context.WithCancel(t.Context())
		go next(ctx)
		mustAppend(t, l, otlp.Logs, 1, []byte("another signal"))
		synctest.Wait()
		if len(results) != 0 {
			t.Fatalf("Next returned %v without a record", <-results)
		}
		time.Sleep(time.Minute)
		mustAppend(t, l, otlp.Traces, 1, []byte("x"))
		if got := <-results; got.b != "x" || got.err != nil {
			t.Fatalf("Next = %v", got)
		}
		c.Release()

		go next(ctx)
		synctest.Wait()
		cancel()
		if got := <-results; !errors.Is(got.err, context.Canceled) {
			t.Fatalf("Next = %v, want the context's error", got)
		}

		mustAppend(t, l, otlp.Traces, 1, []byte("last"))
		time.Sleep(3 * time.Second)
		if got := c.Oldest(); got != 3*time.Second {
			t.Errorf("the oldest waits for %v, want 3s", got)
		}
		l.Close()
		next(t.Context())
		if got := <-results; got.b != "last" {
			t.Fatalf("after Close, Next = %v", got)
		}
		c.Release()
		next(t.Context())
		if got := <-results; got.err != io.EOF {
			t.Fatalf("at the end, Next = %v", got)
		}
		if err := l.Append(otlp.Traces, 1, []byte("x")); !errors.Is(err, ErrClosed) {
			t.Errorf("Append after Close = %v", err)
		}
	})
}

func TestCursor_SettleTakesItemsOutOfPending(t *testing.T) {
	l, _, _ := newTestLog(t, 4)
	c := l.Destination("a", []otlp.Signal{otlp.Traces}, 0).Cursor(otlp.Traces)
	mustAppend(t, l, otlp.Traces, 10, []byte("1234"))
	mustAppend(t, l, otlp.Traces, 5, []byte("567"))
	read(t, c, 1)
	for _, step := range []struct {
		settle int
		want   string
	}{{3, "12 items 7 bytes"}, {100, "5 items 7 bytes"}} { // no more than are in hand
		c.Settle(step.settle)
		if got := pending(c); got != step.want {
			t.Errorf("after Settle(%d) pending %s, want %s", step.settle, got, step.want)
		}
	}
	c.Release()
	if got := pending(c); got != "5 items 3 bytes" {
		t.Errorf("after Release pending %s", got)
	}
}

func TestDeliveryLog_KeepsNothingWithoutADestination(t *testing.T) {
	l, pool, book := newTestLog(t, 4)
	if l.Destination("a", []otlp.Signal{otlp.Traces}, 0).Cursor(otlp.Logs) != nil {
		t.Error("a cursor for a signal that isn't taken")
	}
	mustAppend(t, l, otlp.Logs, 1, []byte("x"))
	mustAppend(t, l, otlp.Traces, 0, nil)
	if pool.Used() != 0 || len(book) != 0 {
		t.Errorf("uses %d bytes, lost %v", pool.Used(), book)
	}
	if err := l.Append(otlp.NumSignals, 1, []byte("x")); err == nil {
		t.Error("an unknown signal has no error")
	}
}

// A dead destination must not make the log hold much more than it has to give.
func TestDeliveryLog_AllocatedStaysBelowTwiceTheLiveBytes(t *testing.T) {
	for _, n := range []int{50, 700, testSegment/2 + 1, testSegment - entrySize} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			l, pool, _ := newTestLog(t, 1000)
			dead := l.Destination("dead", []otlp.Signal{otlp.Traces}, 50*testSegment).Cursor(otlp.Traces)
			live := l.Destination("live", []otlp.Signal{otlp.Traces, otlp.Metrics}, 0)
			mustAppend(t, l, otlp.Traces, 1, record('h', n))
			read(t, dead, 1) // tried for ever
			for range 200 * testSegment / n {
				for _, sig := range []otlp.Signal{otlp.Traces, otlp.Metrics} {
					mustAppend(t, l, sig, 1, record('x', n))
					read(t, live.Cursor(sig), 1)
					live.Cursor(sig).Release()
				}
				_, bytes := dead.Pending()
				if used := pool.Used(); bytes > 10*testSegment && used >= 2*bytes {
					t.Fatalf("%d bytes are used for %d live ones", used, bytes)
				}
			}
		})
	}
}
