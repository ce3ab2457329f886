package sample

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// drawSpan draws a span of one of few traces; serial numbers tell spans apart.
func drawSpan(t *rapid.T, serial uint64) testSpan {
	n := rapid.Uint64Range(0, 5).Draw(t, "trace")
	s := testSpan{
		trace: traceID(n, float64(n)/6), id: serial, name: "op", service: rapid.SampledFrom([]string{"cart", "shop"}).Draw(t, "service"),
		failed: rapid.IntRange(0, 9).Draw(t, "failed") == 0, end: time.Duration(rapid.IntRange(0, 900).Draw(t, "ms")) * time.Millisecond,
		state: rapid.SampledFrom([]string{"", "", "ot=th:4", "ot=rv:80000000000000", "ot=rv:20000000000000", "vendor=a,ot=th:c"}).Draw(t, "state"),
		kind:  otlp.SpanKind(rapid.IntRange(0, 5).Draw(t, "kind")),
	}
	if rapid.IntRange(0, 2).Draw(t, "nested") > 0 {
		s.parent = rapid.Uint64Range(1, serial+2).Draw(t, "parent")
		s.remote = rapid.SampledFrom([]string{"", "local", "remote"}).Draw(t, "remote")
	}
	if rapid.Bool().Draw(t, "attribute") {
		s.attributes = []*commonpb.KeyValue{text("shop.tier", "gold")}
	}
	if rapid.IntRange(0, 2).Draw(t, "long") == 0 {
		s.attributes = append(s.attributes, text("padding", strings.Repeat("x", rapid.IntRange(0, 3000).Draw(t, "padding"))))
	}
	return s
}

// rulesOfAllKinds have one rule of each kind.
func rulesOfAllKinds() []Rule {
	return []Rule{
		{Name: "health", When: &Condition{SpanCount: &Bound{">", 12}}, Keep: "never"},
		{Name: "errors", When: &Condition{Status: "error"}, Keep: "always"},
		{Name: "rare", When: &Condition{Service: []string{"shop"}}, Rare: &Rare{By: []string{serviceName}, First: 2, Every: 3 * time.Second}},
		{Name: "gold", When: &Condition{Attribute: []AttributeTest{{Key: "shop.tier", Equals: "gold"}}}, Rate: &Rate{TracesPerSecond: 0.7}},
		{Name: "baseline", Ratio: share(0.5)},
	}
}

// life is what happens to a sampler: requests of spans and logs, and time.
type life struct {
	s    *Sampler
	sent int
	logs int
}

type logBatch []byte

func (l *life) do(step any) (err error) {
	switch step := step.(type) {
	case []byte:
		_, err = l.s.AddTraces(step)
		l.sent += otlp.CountItems(otlp.Traces, step)
	case logBatch:
		err = l.s.AddLogs(step)
		l.logs += otlp.CountItems(otlp.Logs, step)
	case time.Duration:
		l.s.pass(step)
	}
	return err
}

// still runs fn while the clock stands still, but for the time that steps let pass:
// two lives are at the same times. What fn returns fails the check.
func still(t *testing.T, rt *rapid.T, fn func() error) {
	var err error
	synctest.Test(t, func(*testing.T) { err = fn() })
	if err != nil {
		rt.Fatal(err)
	}
}

// live goes through the steps to the end.
func (l *life) live(steps []any) error {
	for _, step := range steps {
		if err := l.do(step); err != nil {
			return err
		}
	}
	return l.s.Drain(context.Background())
}

func drawLife(t *rapid.T, tb testing.TB) (steps []any) {
	serial := uint64(1)
	for range rapid.IntRange(1, 25).Draw(t, "steps") {
		switch rapid.IntRange(0, 4).Draw(t, "step") {
		case 0:
			steps = append(steps, time.Duration(rapid.IntRange(1, 12_000).Draw(t, "ms"))*time.Millisecond)
		case 1:
			var records []testLog
			for range rapid.IntRange(1, 4).Draw(t, "logs") {
				n := rapid.Uint64Range(0, 7).Draw(t, "trace")
				records = append(records, testLog{trace: traceID(n, float64(n)/6), body: "x", severity: rapid.Int32Range(9, 18).Draw(t, "severity")})
			}
			steps = append(steps, logBatch(logsRequest(tb, records...)))
		case 2: // traces that stay incomplete, up to what fills the log
			var spans []testSpan
			for range rapid.IntRange(1, 40).Draw(t, "flood") {
				spans = append(spans, testSpan{
					trace: traceID(1000+serial, float64(serial%97)/97), id: serial, parent: 1, remote: "local", name: strings.Repeat("x", 900),
				})
				serial++
			}
			steps = append(steps, request(tb, spans...))
		default:
			var spans []testSpan
			for range rapid.IntRange(1, 8).Draw(t, "spans") {
				spans = append(spans, drawSpan(t, serial))
				if rapid.IntRange(0, 9).Draw(t, "again") > 0 {
					serial++ // else the next is sent twice
				}
			}
			steps = append(steps, request(tb, spans...))
		}
	}
	return steps
}

// newLife returns a sampler of small limits over rules of all kinds.
func newLife(t *rapid.T, out Output, shadow []Rule) *life {
	pool, err := store.NewPool(store.PoolOptions{MaxBytes: 64 << 10, SegmentBytes: 4 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	o := options(out, rulesOfAllKinds()...)
	o.Pool, o.Shadow, o.Hold, o.Grace, o.MaxSpans, o.LateKept = pool, shadow, 10*time.Second, time.Second, 20, 3
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &life{s: s}
}

// Each fragment gets exactly one verdict: the spans that verdicts say they are
// about are those that came, less late ones and those sent twice, and what they
// say is what became of them.
func TestEachFragmentGetsOneVerdict(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		out := newRecorder(t)
		l := newLife(rt, out, nil)
		for _, step := range drawLife(rt, t) {
			if err := l.do(step); err != nil {
				rt.Fatal(err)
			}
			items, _ := l.s.Held()
			if l.sent != out.out()+items[otlp.Traces] || l.logs != out.logs.kept+out.logs.dropped+items[otlp.Logs] {
				rt.Fatalf("of %d spans %d are out and %d held; of %d logs %d and %d", l.sent, out.out(), items[otlp.Traces],
					l.logs, out.logs.kept+out.logs.dropped, items[otlp.Logs])
			}
		}
		if err := l.s.Drain(t.Context()); err != nil {
			rt.Fatal(err)
		}
		by := map[Verdict]int{}
		for _, d := range l.s.Recent("", "", 1000) {
			if d.Spans == 0 {
				rt.Fatalf("a verdict about nothing: %+v", d)
			}
			by[d.Verdict] += d.Spans
		}
		late := int(metricValue(t, l.s, "agent_sample_late_spans_total", nil))
		twice := int(metricValue(t, l.s, "agent_sample_duplicate_spans_total", nil))
		if by[VerdictKept] != out.kept-late || by[VerdictDropped]+by[VerdictLate] != out.dropped-twice || by[VerdictEvicted] != out.lostAll() {
			rt.Fatalf("verdicts say %v, out are kept %d (late %d), dropped %d (twice %d), lost %v", by, out.kept, late, out.dropped, twice, out.lost)
		}
		if len(l.s.index.fragments.byTrace)+len(l.s.logs.traces.byTrace)+l.s.index.groups.used() != 0 {
			rt.Fatal("something is held after the drain")
		}
	})
}

// tape records every byte that leaves the sampler.
type tape struct{ bytes.Buffer }

func (o *tape) Transition(fn func()) { fn() }
func (o *tape) Kept(sig otlp.Signal, b []byte, n int) {
	fmt.Fprintf(&o.Buffer, "kept %s %d %x\n", sig, n, b)
}
func (o *tape) Dropped(sig otlp.Signal, n int) { fmt.Fprintf(&o.Buffer, "dropped %s %d\n", sig, n) }
func (o *tape) Lost(sig otlp.Signal, n int, r string) {
	fmt.Fprintf(&o.Buffer, "lost %s %d %s\n", sig, n, r)
}

// What leaves is byte for byte the same with shadow rules and without.
func TestShadowRulesHaveNoEffect(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := drawLife(rt, t)
		still(t, rt, func() error {
			plain, shadowed := &tape{}, &tape{}
			a, b := newLife(rt, plain, nil), newLife(rt, shadowed, slices.Concat(rulesOfAllKinds()[2:4], rulesOfAllKinds()[1:2]))
			if err := errors.Join(a.live(steps), b.live(steps)); err != nil {
				return err
			}
			if plain.String() != shadowed.String() {
				return fmt.Errorf("without:\n%s\nwith:\n%s", plain, shadowed)
			}
			return nil
		})
	})
}

// Verdicts don't depend on the order in which spans arrive, nor on how they are
// batched, for conditions that don't depend on time.
func TestVerdictsAreIndependentOfArrival(t *testing.T) {
	rules := []Rule{
		{Name: "many", When: &Condition{SpanCount: &Bound{">", 9}}, Keep: "never"},
		{Name: "failed-client", When: &Condition{Span: &Condition{Status: "error", Kind: []string{"client", "producer"}}}, Keep: "always"},
		{Name: "slow", When: &Condition{Duration: &Bound{">", float64(800 * time.Millisecond)}}, Keep: "always"},
		{Name: "spread", When: &Condition{FragmentDuration: &Bound{">", float64(850 * time.Millisecond)}, Service: []string{"shop"}}, Ratio: share(0.25)},
		{Name: "gold", When: &Condition{Not: &Condition{Attribute: []AttributeTest{{Key: "shop.tier", Equals: "gold"}}}}, Keep: "never"},
		{Name: "baseline", Ratio: share(0.5)},
	}
	rapid.Check(t, func(rt *rapid.T) {
		var spans []testSpan
		for i := range rapid.IntRange(1, 40).Draw(rt, "spans") {
			spans = append(spans, drawSpan(rt, uint64(i)+1))
		}
		want := verdictsOf(t, rt, rules, spans, len(spans))
		for range 3 {
			order := rapid.Permutation(spans).Draw(rt, "order")
			got := verdictsOf(t, rt, rules, order, rapid.IntRange(1, len(spans)).Draw(rt, "batch"))
			if got != want {
				rt.Fatalf("in one order:\n%s\nin another:\n%s", want, got)
			}
		}
	})
}

// verdictsOf sends spans in batches and returns the verdicts and what was passed
// on, by trace.
func verdictsOf(t *testing.T, rt *rapid.T, rules []Rule, spans []testSpan, batch int) string {
	out := newRecorder(t)
	pool, err := store.NewPool(store.PoolOptions{MaxBytes: 4 << 20})
	if err != nil {
		rt.Fatal(err)
	}
	defer pool.Close()
	o := options(out, rules...)
	o.Pool = pool
	s, err := New(o)
	if err != nil {
		rt.Fatal(err)
	}
	for part := range slices.Chunk(spans, batch) {
		if _, err := s.AddTraces(request(t, part...)); err != nil {
			rt.Fatal(err)
		}
	}
	s.pass(o.Hold)
	var lines []string
	for _, d := range s.Recent("", "", 1000) {
		var passed []string
		for i, sp := range out.spans[d.id] {
			passed = append(passed, fmt.Sprintf("%d %s %s %d", lastByte(sp.SpanId), sp.TraceState, out.services[d.id][i], len(sp.Attributes)))
		}
		slices.Sort(passed)
		lines = append(lines, fmt.Sprint(d.TraceID, d.Verdict, d.Rule, d.Trigger, d.Spans, d.Bytes, passed))
	}
	slices.Sort(lines)
	return fmt.Sprintln(lines)
}

// randomTraces are n traces with random ids, made of one seed.
func randomTraces(n int, seed uint64) (ids [][16]byte) {
	r := rand.New(rand.NewPCG(seed, 7))
	for range n {
		var id [16]byte
		for i := range id {
			id[i] = byte(r.Uint32())
		}
		ids = append(ids, id)
	}
	return ids
}
