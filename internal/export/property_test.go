package export

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// moody is a sender whose answers were drawn before.
type moody struct {
	answers []int
	n       int
	sent    int // items taken
}

func (m *moody) Start(context.Context) error    { return nil }
func (m *moody) Shutdown(context.Context) error { return nil }

func (m *moody) Send(ctx context.Context, b []byte) (int, error) {
	answer := m.answers[m.n%len(m.answers)]
	m.n++
	items := otlp.CountItems(otlp.Traces, b)
	switch answer {
	case 0:
		return 0, &Failure{Kind: Retryable, Code: "unavailable"}
	case 1:
		return 0, &Failure{Kind: Permanent, Code: "invalid_argument"}
	case 2:
		return 0, &Failure{Kind: TooLarge, Code: "http_413"}
	case 3:
		panic("moody")
	case 4: // longer than a drain may take
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Minute):
		}
	case 5:
		m.sent += items - min(items, 2)
		return min(items, 2), nil
	}
	m.sent += items
	return 0, nil
}

// Whatever a backend answers, whatever has no room, and whenever it stops: what
// was appended is delivered, lost for a reason, or pending.
func TestDelivery_AccountsForEveryItem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		answers := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 30).Draw(rt, "answers")
		maxBytes := rapid.Int64Range(2_000, 50_000).Draw(rt, "max bytes")
		steps := rapid.SliceOfN(rapid.IntRange(0, 60), 1, 40).Draw(rt, "steps")
		deadline := rapid.IntRange(0, 300).Draw(rt, "drain seconds")
		synctest.Test(t, func(t *testing.T) {
			pool := must(store.NewPool(store.PoolOptions{MaxBytes: 64 << 10, SegmentBytes: 4 << 10}))
			defer pool.Close()
			k := &book{}
			log := store.NewDeliveryLog(pool, store.DeliveryOptions{Lost: func(d string, sig otlp.Signal, items int, reason string) {
				k.Lost(d, sig, items, reason, func() {})
			}})
			cursor := log.Destination("b", []otlp.Signal{otlp.Traces}, maxBytes).Cursor(otlp.Traces)
			sender := &moody{answers: answers}
			d := must(Destination{Name: "b", Protocol: GRPC, Signals: []otlp.Signal{otlp.Traces}, Retry: Retry{GiveUp: time.Hour}}.withDefaults())
			m := newMetrics()
			e := &Exporter{metrics: m, deliveries: []*delivery{newDelivery(d, otlp.Traces, sender, Options{
				Cursor: func(string, otlp.Signal) Cursor { return cursor }, Accounts: k, Logger: slog.New(slog.DiscardHandler),
			}, m)}}
			if err := e.Start(context.Background()); err != nil {
				rt.Fatal(err)
			}
			appended := 0
			check := func() {
				synctest.Wait()
				pending, _ := cursor.Pending()
				if sum := k.sum(); appended != sum+pending {
					rt.Fatalf("appended %d, delivered and lost %d, pending %d", appended, sum, pending)
				}
			}
			for _, n := range steps {
				if n > 40 {
					time.Sleep(time.Duration(n) * time.Second)
				} else if err := log.Append(otlp.Traces, n, traces(n, 50)); err != nil {
					rt.Fatal(err)
				} else {
					appended += n
				}
				check()
			}
			log.Close()
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(deadline)*time.Second)
			defer cancel()
			if err := e.Drain(ctx); err != nil {
				rt.Fatal(err)
			}
			check()
			if pending, bytes := cursor.Pending(); pending != 0 || bytes != 0 || pool.Used() != 0 {
				rt.Fatalf("after the drain %d items and %d bytes are pending, %d used", pending, bytes, pool.Used())
			}
			if k.n["delivered"] != sender.sent {
				rt.Fatalf("%d delivered, the backend took %d", k.n["delivered"], sender.sent)
			}
		})
	})
}
