package pipeline

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// snapshots gives three points a call, and panics in the first if it is told to.
type snapshots struct {
	calls  int
	panics bool
}

func (s *snapshots) AppendOTLP(dst []byte) ([]byte, int) {
	s.calls++
	if s.panics && s.calls == 1 {
		panic("secret value")
	}
	return append(dst, "x"...), 3
}

func TestProducerPushesAndAccounts(t *testing.T) {
	for name, tc := range map[string]struct {
		destinations Destinations
		panics       bool
		want         int64 // points: one push a tick, and one at the end
	}{
		"to a backend":      {everywhere(), false, 3 * 3},
		"first one panics":  {everywhere(), true, 3 * 2},
		"scrape page only":  {Destinations{otlp.Metrics: {ScrapeDestination}}, false, 0},
		"nobody to send to": {Destinations{}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &rooms{}
				_, ledger, _ := newTestPipeline(r, tc.destinations)
				logger := slog.New(slog.DiscardHandler)
				p := NewProducer(&snapshots{panics: tc.panics}, r, ledger, time.Second, NewFaults(logger), logger)
				if err := p.Start(t.Context()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2500 * time.Millisecond)
				if err := p.Stop(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := r.unread[otlp.Metrics]; got != tc.want {
					t.Errorf("%d points were logged, want %d", got, tc.want)
				}
				checkBalance(t, ledger)
			})
		})
	}
}
