package spanmetrics

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestOptionErrorsNameTheirPlace(t *testing.T) {
	_, err := New(Options{
		Dimensions: []string{"http.route", "", "span.name", "http.route"},
		MaxSeries:  -1,
		Bounds:     []time.Duration{time.Second, time.Second},
	})
	var paths []string
	for _, e := range flatten(err) {
		var placed interface{ ConfigPath() string }
		if !errors.As(e, &placed) {
			t.Fatalf("%v has no place", e)
		}
		paths = append(paths, placed.ConfigPath())
	}
	want := []string{"dimensions[1]", "dimensions[2]", "dimensions[3]", "max_series", "bounds"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func flatten(err error) (errs []error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			errs = append(errs, flatten(e)...)
		}
		return errs
	}
	return []error{err}
}

func TestSnapshotIsCanonical(t *testing.T) {
	m := newMetrics(t, Options{Dimensions: []string{"http.route"}, Kept: func([16]byte) bool { return true }})
	m.ObserveSpans(randomSpans(t, rand.New(rand.NewPCG(1, 2)), 500))
	encoded, points := m.AppendOTLP([]byte(nil))
	w := otlp.NewWalker(otlp.NewSchema(), otlp.Limits{Depth: 64})
	counts, err := w.Check(otlp.Metrics, encoded)
	if err != nil {
		t.Fatal(err)
	}
	if want := (otlp.Counts{Items: points}); counts != want {
		t.Errorf("Check = %+v, want %+v", counts, want)
	}
}

func TestSnapshotIsAppended(t *testing.T) {
	m := newMetrics(t, Options{})
	if out, points := m.AppendOTLP([]byte("x")); string(out) != "x" || points != 0 {
		t.Errorf("without series: %q, %d points", out, points)
	}
	m.ObserveSpans(randomSpans(t, rand.New(rand.NewPCG(1, 2)), 3))
	if out, _ := m.AppendOTLP([]byte("x")); out[0] != 'x' {
		t.Error("dst was overwritten")
	}
}

// Every span is in exactly one series, whatever is split into batches and
// whatever the limit.
func TestEverySpanCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, err := New(Options{Dimensions: []string{"http.route"}, MaxSeries: rapid.IntRange(1, 30).Draw(t, "max")})
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		want := 0
		for range rapid.IntRange(0, 5).Draw(t, "batches") {
			n := rapid.IntRange(0, 40).Draw(t, "spans")
			m.ObserveSpans(randomSpans(t, rng, n))
			want += n
		}
		encoded, _ := m.AppendOTLP(nil)
		calls, durations, series := 0, 0, 0
		eachMetric(decode(t, encoded), func(_ *resourcev1.Resource, metric *metricsv1.Metric) {
			for _, p := range metric.GetSum().GetDataPoints() {
				calls += int(p.GetAsInt())
				series++
			}
			for _, p := range metric.GetHistogram().GetDataPoints() {
				n := 0
				for _, c := range p.BucketCounts {
					n += int(c)
				}
				if n != int(p.Count) {
					t.Fatalf("buckets hold %d, count is %d", n, p.Count)
				}
				durations += n
			}
		})
		if calls != want || durations != want {
			t.Fatalf("%d spans observed, %d calls, %d durations", want, calls, durations)
		}
		if series > m.maxSeries+1 {
			t.Fatalf("%d series, at most %d and the overflow", series, m.maxSeries)
		}
	})
}

func TestIdleSeriesExpireAndReturnAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMetrics(t, Options{Expiry: time.Minute, MaxSeries: 1})
		one := parseSpans(t, "resource service.name=s\na SERVER UNSET 1ms\n")
		other := parseSpans(t, "resource service.name=s\nb SERVER UNSET 1ms\n")
		m.ObserveSpans(one)
		first := startOf(t, m, "a")
		time.Sleep(59 * time.Second)
		m.ObserveSpans(one)
		m.ObserveSpans(other)
		if got := startOf(t, m, "a"); got != first {
			t.Errorf("the start moved from %d to %d", first, got)
		}
		time.Sleep(61 * time.Second)
		if n := countPoints(snapshot(t, m)); n != 0 {
			t.Errorf("%d points after expiry, want none", n)
		}
		m.ObserveSpans(one)
		if got, now := startOf(t, m, "a"), uint64(time.Now().UnixNano()); got != now {
			t.Errorf("returned with start %d, want %d", got, now)
		}
		if m.health.expired != 2 {
			t.Errorf("%d expired, want the series and the overflow series", m.health.expired)
		}
	})
}

func TestFullTableMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMetrics(t, Options{Expiry: time.Minute, MaxSeries: 1})
		m.ObserveSpans(parseSpans(t, "resource service.name=s\na SERVER UNSET 1ms\n"))
		time.Sleep(2 * time.Minute)
		m.ObserveSpans(parseSpans(t, "resource service.name=s\nb SERVER UNSET 1ms\n"))
		if m.health.overflowed != 0 || startOf(t, m, "b") == 0 {
			t.Error("b overflowed while a was idle")
		}
	})
}

func TestLongTextIsCut(t *testing.T) {
	m := newMetrics(t, Options{})
	m.ObserveSpans(parseSpans(t, "resource service.name=s\nx"+strings.Repeat("é", 400)+" SERVER UNSET 1ms\n"))
	name := ""
	eachMetric(snapshot(t, m), func(_ *resourcev1.Resource, metric *metricsv1.Metric) {
		for _, p := range metric.GetSum().GetDataPoints() {
			name = p.Attributes[1].Value.GetStringValue()
		}
	})
	if want := "x" + strings.Repeat("é", 127); name != want {
		t.Errorf("name of %d bytes, want %d", len(name), len(want))
	}
}

func TestBrokenBatchIsCounted(t *testing.T) {
	m := newMetrics(t, Options{})
	b := parseSpans(t, "resource service.name=s\na SERVER UNSET 1ms\n")
	m.ObserveSpans(b[:len(b)-3])
	if m.health.unreadable != 1 {
		t.Errorf("unreadable = %d, want 1", m.health.unreadable)
	}
}

func TestConcurrentUse(t *testing.T) {
	m := newMetrics(t, Options{Kept: func([16]byte) bool { return true }})
	var wg sync.WaitGroup
	for i := range 4 {
		batch := randomSpans(t, rand.New(rand.NewPCG(uint64(i), 0)), 50)
		wg.Go(func() {
			for range 20 {
				m.ObserveSpans(batch)
				m.AppendOTLP(nil)
			}
		})
	}
	wg.Wait()
	if m.health.spans != 4*50*20 {
		t.Errorf("%d spans, want %d", m.health.spans, 4*50*20)
	}
}

func TestOwnMetrics(t *testing.T) {
	m := newMetrics(t, Options{})
	m.ObserveSpans(randomSpans(t, rand.New(rand.NewPCG(1, 1)), 7))
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(m)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range families {
		names = append(names, f.GetName())
		if f.GetName() == "agent_spanmetrics_spans_total" && f.Metric[0].Counter.GetValue() != 7 {
			t.Errorf("spans_total = %v, want 7", f.Metric[0].Counter.GetValue())
		}
	}
	want := []string{"agent_spanmetrics_expired_series_total", "agent_spanmetrics_overflow_spans_total",
		"agent_spanmetrics_series", "agent_spanmetrics_spans_total", "agent_spanmetrics_unreadable_batches_total"}
	if !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
}

func newMetrics(t testing.TB, o Options) *Metrics {
	t.Helper()
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func startOf(t *testing.T, m *Metrics, name string) (start uint64) {
	eachMetric(snapshot(t, m), func(_ *resourcev1.Resource, metric *metricsv1.Metric) {
		for _, p := range metric.GetSum().GetDataPoints() {
			if len(p.Attributes) > 1 && p.Attributes[1].Value.GetStringValue() == name {
				start = p.StartTimeUnixNano
			}
		}
	})
	return start
}

// randomSpans returns a request of n spans of few services, names and routes.
func randomSpans(t tester, rng *rand.Rand, n int) []byte {
	request := &tracev1.TracesData{}
	for n > 0 {
		scope := &tracev1.ScopeSpans{}
		for range min(n, 1+rng.IntN(10)) {
			start := rng.Uint64N(1 << 60)
			scope.Spans = append(scope.Spans, &tracev1.Span{
				TraceId: traceID(rng.Uint64() | 1), SpanId: spanID(rng.Uint64() | 1),
				Name: []string{"a", "b", "c"}[rng.IntN(3)], Kind: tracev1.Span_SpanKind(rng.IntN(6)),
				StartTimeUnixNano: start, EndTimeUnixNano: start + rng.Uint64N(uint64(20*time.Second)),
				Attributes: parseAttributes(nil, []string{"url.path=/x", "http.route=" + []string{"/a", "/b"}[rng.IntN(2)]}),
			})
			n--
		}
		request.ResourceSpans = append(request.ResourceSpans, &tracev1.ResourceSpans{
			Resource:   &resourcev1.Resource{Attributes: parseAttributes(nil, []string{"service.name=" + []string{"s", "t"}[rng.IntN(2)]})},
			ScopeSpans: []*tracev1.ScopeSpans{scope},
		})
	}
	return encode(t, request)
}
