// Package sampling holds the agent's ratio against the sampling package of
// OpenTelemetry Collector contrib, and lets it work beside the Collector's own
// sampler.
package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/sample"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// TestRatio gives the same traces to the agent's ratio rule and to contrib's
// package: with and without thresholds and randomness in their tracestate. Both
// keep the same ones, and write the same tracestate.
func TestRatio(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, ratio := range []float64{1, 0.9, 0.5, 1.0 / 3, 0.1, 0.01, 0.001, 1e-6} {
		t.Run(fmt.Sprint(ratio), func(t *testing.T) {
			td := ptrace.NewTraces()
			spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
			want := map[pcommon.TraceID]string{}
			for range 20_000 {
				id, state := newTraceID(random), newState(random)
				s := spans.AppendEmpty()
				s.SetTraceID(id)
				s.SetSpanID(pcommon.SpanID(id[8:]))
				s.TraceState().FromRaw(state)
				if after, kept := oracle(t, ratio, id, state); kept {
					want[id] = after
				}
			}
			got := states(t, keep(t, ratio, td))
			for id, state := range want {
				if after, kept := got[id]; !kept || after != state {
					t.Errorf("trace %s: kept is %v with tracestate %q, contrib keeps it with %q", id, kept, after, state)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d traces are kept, contrib keeps %d", len(got), len(want))
			}
		})
	}
}

func newTraceID(random *rand.Rand) (id pcommon.TraceID) {
	for i := range id {
		id[i] = byte(random.Uint32())
	}
	// Half of them close to the ends, where thresholds of small and large ratios lie.
	switch random.IntN(4) {
	case 0:
		id[9], id[10] = 0xff, 0xff
	case 1:
		id[9], id[10] = 0, 0
	}
	return id
}

// newState returns a tracestate, mostly with an ot member.
func newState(random *rand.Rand) string {
	var sub []string
	if random.IntN(2) == 0 {
		sub = append(sub, "rv:"+fmt.Sprintf("%014x", random.Uint64N(1<<56)))
	}
	if random.IntN(2) == 0 {
		digits := fmt.Sprintf("%014x", random.Uint64N(1<<56))
		sub = append(sub, "th:"+digits[:1+random.IntN(14)])
	}
	members := []string{}
	if len(sub) > 0 {
		members = append(members, "ot="+strings.Join(sub, ";"))
	}
	if random.IntN(3) == 0 {
		members = append(members, "vendor=x1")
	}
	return strings.Join(members, ",")
}

// oracle is what contrib makes of the trace: whether it is kept, and its threshold
// and randomness afterwards. A threshold that the trace doesn't reach is taken as
// absent, as the agent's contract says.
func oracle(t *testing.T, ratio float64, id pcommon.TraceID, state string) (after string, kept bool) {
	t.Helper()
	th := threshold(t, ratio)
	w3c, err := sampling.NewW3CTraceState(state)
	if err != nil {
		t.Fatal(err)
	}
	ot := w3c.OTelValue()
	r := sampling.TraceIDToRandomness(id)
	if rv, has := ot.RValueRandomness(); has {
		r = rv
	}
	if in, has := ot.TValueThreshold(); has && !in.ShouldSample(r) {
		ot.ClearTValue()
	}
	if !th.ShouldSample(r) {
		return "", false
	}
	if err := ot.UpdateTValueWithSampling(th); err != nil && err != sampling.ErrInconsistentSampling { // a stricter one stays
		t.Fatal(err)
	}
	return describe(w3c), true
}

func threshold(t *testing.T, ratio float64) sampling.Threshold {
	t.Helper()
	th, err := sampling.ProbabilityToThreshold(ratio)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// describe writes threshold, randomness and the other members, in this order. Zeros
// at the end of a threshold mean nothing; the agent doesn't write them.
func describe(w3c sampling.W3CTraceState) string {
	out := "none"
	if th, has := w3c.OTelValue().TValueThreshold(); has {
		out = fmt.Sprintf("%014x", th.Unsigned())
	}
	out += " " + w3c.OTelValue().RValue()
	for _, kv := range w3c.ExtraValues() {
		out += " " + kv.Key + "=" + kv.Value
	}
	return out
}

// kept is the end of the sampler.
type kept struct {
	t      *testing.T
	traces ptrace.Traces
}

func (k *kept) Transition(fn func())          { fn() }
func (k *kept) Dropped(otlp.Signal, int)      { /* not kept */ }
func (k *kept) Lost(otlp.Signal, int, string) { k.t.Error("spans were lost") }

func (k *kept) Kept(_ otlp.Signal, b []byte, _ int) {
	td, err := new(ptrace.ProtoUnmarshaler).UnmarshalTraces(b)
	if err != nil {
		k.t.Fatal(err)
	}
	td.ResourceSpans().MoveAndAppendTo(k.traces.ResourceSpans())
}

// states are the tracestates of spans, as contrib reads them, by trace.
func states(t *testing.T, td ptrace.Traces) map[pcommon.TraceID]string {
	t.Helper()
	out := map[pcommon.TraceID]string{}
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				w3c, err := sampling.NewW3CTraceState(s.TraceState().AsRaw())
				if err != nil {
					t.Errorf("contrib can't read tracestate %q: %v", s.TraceState().AsRaw(), err)
				}
				out[s.TraceID()] = describe(w3c)
			}
		}
	}
	return out
}

// keep returns what the agent's ratio leaves of traces.
func keep(t *testing.T, ratio float64, td ptrace.Traces) ptrace.Traces {
	t.Helper()
	pool, err := store.NewPool(store.PoolOptions{MaxBytes: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{t, ptrace.NewTraces()}
	s, err := sample.New(sample.Options{
		Hold: time.Minute, Grace: time.Minute, Rules: []sample.Rule{{Name: "ratio", Ratio: &ratio}},
		LateKept: 1, LateDropped: 1, MaxSpans: math.MaxInt32, MaxBytes: 1 << 30, Pool: pool, Output: k,
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddTraces(b); err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := pool.Close(); err != nil {
		t.Fatal(err)
	}
	return k.traces
}
