package spanmetrics

import (
	"encoding/binary"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
)

// verdicts says which traces are kept, by the number they were made from.
type verdicts map[uint64]bool

func (v verdicts) kept(id [16]byte) bool { return v[binary.BigEndian.Uint64(id[8:])] }

// oneSpan is a request with a span of trace n that took d.
func oneSpan(t *testing.T, n uint64, d time.Duration) []byte {
	return encode(t, &tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{ScopeSpans: []*tracev1.ScopeSpans{{
		Spans: []*tracev1.Span{{TraceId: traceID(n), SpanId: spanID(n), Name: "a", StartTimeUnixNano: 1, EndTimeUnixNano: 1 + uint64(d)}},
	}}}}})
}

// exemplars lists trace and value of each exemplar in the snapshot.
func exemplars(t *testing.T, m *Metrics) (list []string) {
	eachMetric(snapshot(t, m), func(_ *resourcev1.Resource, metric *metricsv1.Metric) {
		for _, p := range metric.GetHistogram().GetDataPoints() {
			for _, e := range p.Exemplars {
				list = append(list, fmt.Sprintf("%d:%v", binary.BigEndian.Uint64(e.TraceId[8:]), e.GetAsDouble()))
			}
		}
	})
	return list
}

func wantExemplars(t *testing.T, m *Metrics, want ...string) {
	t.Helper()
	if got := exemplars(t, m); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("exemplars %v, want %v", got, want)
	}
}

func TestExemplarWaitsForItsVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := verdicts{}
		m := newMetrics(t, Options{Kept: v.kept})
		m.ObserveSpans(oneSpan(t, 5, 3*time.Millisecond))
		wantExemplars(t, m)
		v[5] = true
		wantExemplars(t, m, "5:3")
		// Once shown it stays, also when the verdict is forgotten.
		delete(v, 5)
		wantExemplars(t, m, "5:3")
	})
}

func TestHighestRandomnessIsTheCandidate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := verdicts{}
		m := newMetrics(t, Options{Kept: v.kept, ExemplarWindow: 30 * time.Second})
		for _, n := range []uint64{3, 9, 4} {
			m.ObserveSpans(oneSpan(t, n, 3*time.Millisecond))
		}
		// The next window opens; the candidate of the first waits on.
		time.Sleep(31 * time.Second)
		m.ObserveSpans(oneSpan(t, 2, 3*time.Millisecond))
		v[3], v[4] = true, true
		wantExemplars(t, m)
		v[9] = true
		wantExemplars(t, m, "9:3")
		v[2] = true
		wantExemplars(t, m, "2:3")
	})
}

func TestVerdictAfterTwoWindowsIsTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := verdicts{}
		m := newMetrics(t, Options{Kept: v.kept, ExemplarWindow: 30 * time.Second})
		for n := uint64(1); n <= 3; n++ {
			m.ObserveSpans(oneSpan(t, n, 3*time.Millisecond))
			time.Sleep(31 * time.Second)
		}
		v[1] = true
		wantExemplars(t, m)
	})
}

func TestWindowKeepsWhatWasKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := verdicts{1: true}
		m := newMetrics(t, Options{Kept: v.kept, ExemplarWindow: 30 * time.Second})
		for n := uint64(1); n <= 3; n++ {
			m.ObserveSpans(oneSpan(t, n, 3*time.Millisecond))
			time.Sleep(31 * time.Second)
		}
		wantExemplars(t, m, "1:3")
	})
}

func TestEachBucketHasItsOwn(t *testing.T) {
	v := verdicts{1: true, 2: true}
	m := newMetrics(t, Options{Kept: v.kept})
	m.ObserveSpans(oneSpan(t, 1, 3*time.Millisecond))
	m.ObserveSpans(oneSpan(t, 2, 3*time.Second))
	wantExemplars(t, m, "1:3", "2:3000")
}

func TestNoExemplarsWithoutVerdicts(t *testing.T) {
	m := newMetrics(t, Options{})
	m.ObserveSpans(oneSpan(t, 1, 3*time.Millisecond))
	wantExemplars(t, m)
}
