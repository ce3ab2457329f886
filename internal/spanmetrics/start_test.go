package spanmetrics

import (
	"testing"

	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// A span whose start isn't known has no duration: it didn't take the time since 1970.
func TestASpanWithoutAStartTookNoTime(t *testing.T) {
	m := newMetrics(t, Options{})
	b, err := proto.Marshal(&tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{ScopeSpans: []*tracev1.ScopeSpans{{
		Spans: []*tracev1.Span{{TraceId: make([]byte, 16), SpanId: make([]byte, 8), EndTimeUnixNano: 1.7e18}},
	}}}}})
	if err != nil {
		t.Fatal(err)
	}
	m.ObserveSpans(b)
	for _, s := range m.series {
		if s.calls != 1 || s.sum != 0 || s.buckets[0] != 1 {
			t.Errorf("%d calls, %v ms, buckets %v", s.calls, s.sum, s.buckets)
		}
	}
}
