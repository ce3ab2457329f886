package sample

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// keptSpans notes the tracestate of every span that is kept, by trace.
type keptSpans map[[16]byte]string

func (k keptSpans) Transition(fn func()) { fn() }
func (k keptSpans) Kept(_ otlp.Signal, b []byte, _ int) {
	_ = otlp.RangeSpans(b, func(_ *otlp.Group, s *otlp.Span) bool { k[s.TraceID] = string(s.TraceState); return true })
}
func (k keptSpans) Dropped(otlp.Signal, int)      { /* not asked for */ }
func (k keptSpans) Lost(otlp.Signal, int, string) { /* not asked for */ }

// agentOf returns what an agent with rules keeps of spans, which it gets in batches.
func agentOf(t *testing.T, rules []Rule, spans []testSpan, batch int) keptSpans {
	t.Helper()
	kept := keptSpans{}
	s := newSampler(t, options(kept, rules...), store.PoolOptions{})
	for part := range slices.Chunk(spans, batch) {
		if err := s.AddTraces(request(t, part...)); err != nil {
			t.Fatal(err)
		}
		s.pass(5 * time.Second)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return kept
}

const manyTraces = 100_000

// Agents with the same ratio keep exactly the same traces, whatever else they see
// and in whatever order; what a lower ratio keeps, a higher one keeps too.
func TestAgentsAgreeWithoutAWord(t *testing.T) {
	ids := randomTraces(manyTraces, 1)
	r := rand.New(rand.NewPCG(2, 3))
	fragment := func(service string) (spans []testSpan) {
		for _, id := range ids {
			spans = append(spans, testSpan{trace: id, id: r.Uint64()>>1 + 1, service: service, end: time.Duration(r.IntN(1000)) * time.Millisecond})
		}
		r.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
		return spans
	}
	baseline := func(ratio float64) []Rule { return []Rule{{Name: "baseline", Ratio: share(ratio)}} }
	first := agentOf(t, baseline(0.1), fragment("gateway"), 512)
	for i, service := range []string{"cart", "shop"} {
		other := agentOf(t, baseline(0.1), fragment(service), 100+1000*i)
		if missing := without(first, other) + without(other, first); missing > 0 {
			t.Errorf("%s keeps other traces: %d differ", service, missing)
		}
	}
	if got := float64(len(first)); math.Abs(got-manyTraces*0.1) > 5*math.Sqrt(manyTraces*0.1*0.9) {
		t.Errorf("%v of %d traces are kept at 0.1", got, manyTraces)
	}
	smaller := first
	for _, ratio := range []float64{0.100001, 0.25, 0.9, 1} {
		larger := agentOf(t, baseline(ratio), fragment("bank"), 700)
		if missing := without(smaller, larger); missing > 0 || len(larger) < len(smaller) {
			t.Errorf("ratio %v lacks %d traces of the ratio below", ratio, missing)
		}
		smaller = larger
	}
	if len(smaller) != manyTraces {
		t.Errorf("ratio 1 keeps %d of %d", len(smaller), manyTraces)
	}
}

// without counts the traces of a that aren't in b.
func without(a, b keptSpans) (n int) {
	for id := range a {
		if _, ok := b[id]; !ok {
			n++
		}
	}
	return n
}

// Kept spans add up to all spans by their adjusted counts, within 3 sigma, though
// errors and slow traces are kept as well, and though a head sampler has taken
// half of some; so do the errors and the slow ones alone.
func TestAdjustedCountsAreTrue(t *testing.T) {
	const ratio = 0.1
	rules := []Rule{
		{Name: "errors", When: &Condition{Status: "error"}, Keep: "always"},
		{Name: "slow", When: &Condition{Duration: &Bound{">", float64(500 * time.Millisecond)}}, Keep: "always"},
		{Name: "rare", When: &Condition{Service: []string{"rare"}}, Rare: &Rare{By: []string{"span.name"}, First: 100, Every: time.Hour}},
		{Name: "baseline", Ratio: share(ratio)},
	}
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 11))
		class := map[[16]byte]string{}
		truth, variance := map[string]float64{}, map[string]float64{}
		var spans []testSpan
		for _, id := range randomTraces(manyTraces, 100+seed) {
			s := testSpan{trace: id, id: 1, service: "cart", failed: r.IntN(100) < 3, end: time.Duration(r.IntN(525)) * time.Millisecond}
			name := "rest"
			switch {
			case s.failed:
				name = "error"
			case s.end > 500*time.Millisecond:
				name = "slow"
			case r.IntN(10) == 0:
				name, s.service = "rare", "rare"
			case r.IntN(4) == 0: // a head sampler keeps half of them, and says so
				name, s.state = "head", "ot=th:8"
			}
			class[id] = name
			truth[name]++
			variance[name] += 1/ratio - 1
			if s.state == "" || traceRandomness(id) >= maxRandom/2 {
				spans = append(spans, s)
			}
		}
		got := map[string]float64{}
		for id, state := range agentOf(t, rules, spans, 512) {
			if th, _, ok, _ := parseState(state); ok {
				got[class[id]] += maxRandom / float64(maxRandom-th)
			}
		}
		all := func(m map[string]float64) (sum float64) {
			for name := range truth {
				sum += m[name]
			}
			return sum
		}
		got["all"], truth["all"], variance["all"] = all(got), all(truth), all(variance)
		for name, want := range truth {
			if off := math.Abs(got[name]-want) / math.Sqrt(variance[name]); off > 3 {
				t.Errorf("seed %d: %s adds up to %.0f, in truth %.0f: %.1f sigma", seed, name, got[name], want, off)
			}
		}
	}
}
