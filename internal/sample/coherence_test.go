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

// fragmentOf is one span of a trace, as it is encoded.
type fragmentOf struct {
	trace  [16]byte
	append func(dst []byte, id [16]byte) []byte
}

// agentOf returns what an agent with rules keeps of fragments, which it gets in
// batches.
func agentOf(t *testing.T, rules []Rule, fragments []fragmentOf, batch int) keptSpans {
	t.Helper()
	kept := keptSpans{}
	s := newSampler(t, options(kept, rules...), store.PoolOptions{})
	var b []byte
	for part := range slices.Chunk(fragments, batch) {
		b = b[:0]
		for _, f := range part {
			b = f.append(b, f.trace)
		}
		if _, err := s.AddTraces(b); err != nil {
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
	fragment := func(service string) (all []fragmentOf) {
		encode := stamper(t, testSpan{id: r.Uint64()>>1 + 1, service: service, name: "op of " + service, end: time.Duration(r.IntN(1000)) * time.Millisecond})
		for _, id := range ids {
			all = append(all, fragmentOf{id, encode})
		}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return all
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
	for _, ratio := range []float64{0.100001, 0.5, 1} {
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
	encode := map[string]func([]byte, [16]byte) []byte{}
	for class, s := range map[string]testSpan{
		"error": {failed: true}, "slow": {end: 501 * time.Millisecond}, "rare": {service: "rare"},
		"head": {state: "ot=th:8"}, // a head sampler keeps half of them, and says so
		"rest": {},
	} {
		s.id = 1
		encode[class] = stamper(t, s)
	}
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 11))
		class := map[[16]byte]string{}
		truth, variance := map[string]float64{}, map[string]float64{}
		var fragments []fragmentOf
		for _, id := range randomTraces(manyTraces, 100+seed) {
			name := "rest"
			switch n := r.IntN(100); {
			case n < 3:
				name = "error"
			case n < 8:
				name = "slow"
			case n < 15:
				name = "rare"
			case n < 40:
				name = "head"
			}
			class[id] = name
			truth[name]++
			variance[name] += 1/ratio - 1
			if name != "head" || traceRandomness(id) >= maxRandom/2 {
				fragments = append(fragments, fragmentOf{id, encode[name]})
			}
		}
		got := map[string]float64{}
		for id, state := range agentOf(t, rules, fragments, 512) {
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
