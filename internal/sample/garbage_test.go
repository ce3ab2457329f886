package sample

import (
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// counter is an output that makes no garbage of its own.
type counter struct {
	kept, dropped int
	lossy         bool // spans may be lost
}

func (c *counter) Transition(fn func())                { fn() }
func (c *counter) Kept(_ otlp.Signal, _ []byte, n int) { c.kept += n }
func (c *counter) Dropped(_ otlp.Signal, n int)        { c.dropped += n }
func (c *counter) Lost(otlp.Signal, int, string) {
	if !c.lossy {
		panic("spans were lost")
	}
}

// In its steady state a sampler makes no garbage for spans that it holds and drops,
// and a little for each trace that it keeps, however many spans that has.
func TestSpansMakeNoGarbage(t *testing.T) {
	for name, tc := range map[string]struct {
		ratio float64
		most  float64 // allocations for a request of 512 spans in 64 traces
	}{"dropped": {0, 8}, "kept": {1, 64 * 5}} {
		t.Run(name, func(t *testing.T) {
			out := &counter{}
			o := options(out, Rule{Name: "errors", Keep: "always", When: &Condition{Status: "error"}}, Rule{Name: "baseline", Ratio: share(tc.ratio)})
			o.Hold, o.Grace = time.Second, time.Second
			l := newLoad(t)
			s := newSampler(t, o, store.PoolOptions{})
			add := func() {
				if _, err := s.AddTraces(l.next()); err != nil {
					t.Fatal(err)
				}
				s.pass(time.Second * benchBatch / benchRate)
			}
			for range 150 { // nearly all memory taken that it needs
				add()
			}
			before := out.kept + out.dropped
			got := testing.AllocsPerRun(100, add)
			t.Logf("%.1f allocations a request", got)
			if got > tc.most || out.kept+out.dropped == before {
				t.Errorf("%.1f allocations a request of %d spans, want at most %v", got, benchBatch, tc.most)
			}
		})
	}
}
