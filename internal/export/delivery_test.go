package export

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
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
		{name: "permanent", answer: always(refused), want: map[string]int{ReasonRejected: 10}, state: Up},
		{name: "undecodable", answer: always(&Failure{Kind: Unsendable, Code: "undecodable"}),
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
			map[string]int{ReasonRejected: 100}, 1},
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

// fragile accounts panic at the first delivery.
type fragile struct {
	*book
	panicked bool
}

func (f *fragile) Delivered(destination string, sig otlp.Signal, items int, release func()) {
	if !f.panicked {
		f.panicked = true
		panic("card 4111111111111111")
	}
	f.book.Delivered(destination, sig, items, release)
}

func TestDelivery_OutlivesAPanicOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{}, func(int, []byte) (int, error) { return 4, nil })
		r.deliveries[0].accounts = &fragile{book: r.book}
		r.queue.append(traces(10, 100)) // 4 rejected before the panic, 6 lost by it
		r.queue.append(traces(10, 100))
		time.Sleep(time.Second)
		synctest.Wait()
		r.book.expect(t, map[string]int{"delivered": 6, ReasonRejected: 8, ReasonFault: 6})
		if strings.Contains(r.log.String(), "4111") {
			t.Errorf("a panic's value is logged:\n%s", r.log)
		}
		r.drain(t, time.Second)
	})
}

// brittle is a cursor that panics once in Next and once in Pending.
type brittle struct {
	*queue
	next, pending bool
}

func (b *brittle) Next(ctx context.Context, maxBytes int) ([]byte, int, error) {
	if !b.next {
		b.next = true
		panic("card 4111111111111111")
	}
	return b.queue.Next(ctx, maxBytes)
}

func (b *brittle) Pending() (int, int64) {
	if !b.pending {
		b.pending = true
		panic("card 4111111111111111")
	}
	return b.queue.Pending()
}

// A panic around a batch's own delivery is counted, logged without its value, and
// ends nothing.
func TestDelivery_LoopOutlivesPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := func(q *queue) Cursor { return &brittle{queue: q} }
		r := newRigOver(t, Retry{}, over, always(nil))
		r.queue.append(traces(10, 100))
		r.queue.append(traces(10, 100))
		time.Sleep(time.Minute)
		synctest.Wait()
		r.book.expect(t, map[string]int{"delivered": 20})
		if n := testutil.ToFloat64(r.metrics.failures.WithLabelValues("backend", "traces", "fault")); n != 2 {
			t.Errorf("%v faults are counted, want 2", n)
		}
		if strings.Contains(r.log.String(), "4111") || !strings.Contains(r.log.String(), "delivery loop panicked") {
			t.Errorf("want the panics logged without their values:\n%s", r.log)
		}
		r.drain(t, time.Second)
	})
}
