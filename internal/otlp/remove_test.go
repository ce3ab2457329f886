package otlp

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
)

func spansOf(spans ...*tracev1.Span) *tracev1.TracesData {
	return &tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{ScopeSpans: []*tracev1.ScopeSpans{{Spans: spans}}}}}
}

func logsOf(records ...*logsv1.LogRecord) *logsv1.LogsData {
	return &logsv1.LogsData{ResourceLogs: []*logsv1.ResourceLogs{{ScopeLogs: []*logsv1.ScopeLogs{{LogRecords: records}}}}}
}

func gaugeOf(points ...*metricsv1.NumberDataPoint) *metricsv1.MetricsData {
	return metricsOf(&metricsv1.Metric{Name: "m", Data: &metricsv1.Metric_Gauge{Gauge: &metricsv1.Gauge{DataPoints: points}}})
}

func metricsOf(metrics ...*metricsv1.Metric) *metricsv1.MetricsData {
	return &metricsv1.MetricsData{ResourceMetrics: []*metricsv1.ResourceMetrics{{ScopeMetrics: []*metricsv1.ScopeMetrics{{Metrics: metrics}}}}}
}

var (
	traceID = []byte("0123456789abcdef")
	spanID  = []byte("01234567")
)

func span(name string) *tracev1.Span {
	return &tracev1.Span{TraceId: traceID, SpanId: spanID, Name: name}
}

func TestInvalidIDsRejectTheItem(t *testing.T) {
	zero := make([]byte, 16)
	withSpan := func(change func(s *tracev1.Span)) proto.Message {
		s := span("s")
		change(s)
		return spansOf(s)
	}
	tests := []struct {
		name     string
		sig      Signal
		in       proto.Message
		rejected bool
	}{
		{"valid", Traces, spansOf(span("s")), false},
		{"no trace id", Traces, withSpan(func(s *tracev1.Span) { s.TraceId = nil }), true},
		{"short trace id", Traces, withSpan(func(s *tracev1.Span) { s.TraceId = traceID[:15] }), true},
		{"long trace id", Traces, withSpan(func(s *tracev1.Span) { s.TraceId = append(traceID[:16:16], 1) }), true},
		{"zero trace id", Traces, withSpan(func(s *tracev1.Span) { s.TraceId = zero }), true},
		{"no span id", Traces, withSpan(func(s *tracev1.Span) { s.SpanId = nil }), true},
		{"zero span id", Traces, withSpan(func(s *tracev1.Span) { s.SpanId = zero[:8] }), true},
		{"hex span id", Traces, withSpan(func(s *tracev1.Span) { s.SpanId = []byte("0123456789abcdef") }), true},
		{"parent", Traces, withSpan(func(s *tracev1.Span) { s.ParentSpanId = spanID }), false},
		{"zero parent", Traces, withSpan(func(s *tracev1.Span) { s.ParentSpanId = zero[:8] }), false},
		{"short parent", Traces, withSpan(func(s *tracev1.Span) { s.ParentSpanId = spanID[:7] }), true},
		{"link", Traces, withSpan(func(s *tracev1.Span) { s.Links = []*tracev1.Span_Link{{TraceId: traceID, SpanId: spanID}} }), false},
		{"link without ids", Traces, withSpan(func(s *tracev1.Span) { s.Links = []*tracev1.Span_Link{{}} }), false},
		{"link with a short id", Traces, withSpan(func(s *tracev1.Span) { s.Links = []*tracev1.Span_Link{{TraceId: spanID}} }), true},
		{"log without ids", Logs, logsOf(&logsv1.LogRecord{}), false},
		{"log with ids", Logs, logsOf(&logsv1.LogRecord{TraceId: traceID, SpanId: spanID}), false},
		{"log with zero ids", Logs, logsOf(&logsv1.LogRecord{TraceId: zero, SpanId: zero[:8]}), false},
		{"log with a short id", Logs, logsOf(&logsv1.LogRecord{SpanId: spanID[:4]}), true},
		{"exemplar", Metrics, gaugeOf(&metricsv1.NumberDataPoint{Exemplars: []*metricsv1.Exemplar{{TraceId: traceID, SpanId: spanID}}}), false},
		{"exemplar without ids", Metrics, gaugeOf(&metricsv1.NumberDataPoint{Exemplars: []*metricsv1.Exemplar{{}}}), false},
		{"exemplar with a long id", Metrics, gaugeOf(&metricsv1.NumberDataPoint{Exemplars: []*metricsv1.Exemplar{{SpanId: traceID}}}), true},
	}
	w := NewWalker(NewSchema(), Limits{})
	empty := map[Signal]proto.Message{Traces: spansOf(), Logs: logsOf(), Metrics: gaugeOf()}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want, wantCounts := tt.in, Counts{Items: 1}
			if tt.rejected {
				want, wantCounts.Rejected = empty[tt.sig], 1
			}
			checkRewrite(t, w, tt.sig, encode(t, tt.in), nil, want, wantCounts)
		})
	}
}

func TestRejectedItemsLeaveTheOthers(t *testing.T) {
	in := spansOf(span("a"), &tracev1.Span{Name: "b", Attributes: []*commonv1.KeyValue{stringAttr("k", "v")}}, span("c"))
	checkRewrite(t, NewWalker(NewSchema(), Limits{}), Traces, encode(t, in), upper{}, spansOf(span("A!"), span("C!")), Counts{Items: 3, Rejected: 1})
}

// verdicts gives the verdict that a text names, and replaces by "r".
type verdicts map[string]Verdict

func (v verdicts) Attribute(_ Place, key []byte, outer uint32) (uint32, Verdict) {
	return outer + 1, v["attribute "+string(key)]
}

func (v verdicts) Text(t *Text, dst []byte) ([]byte, Verdict) {
	return append(dst, 'r'), v[string(t.Value)]
}

func TestVerdicts(t *testing.T) {
	attr := func(attrs ...*commonv1.KeyValue) proto.Message {
		s := span("s")
		s.Attributes = attrs
		return spansOf(s)
	}
	list := func(attrs ...*commonv1.KeyValue) *commonv1.AnyValue {
		return &commonv1.AnyValue{Value: &commonv1.AnyValue_KvlistValue{KvlistValue: &commonv1.KeyValueList{Values: attrs}}}
	}
	array := func(values ...*commonv1.AnyValue) *commonv1.AnyValue {
		return &commonv1.AnyValue{Value: &commonv1.AnyValue_ArrayValue{ArrayValue: &commonv1.ArrayValue{Values: values}}}
	}
	keep := stringAttr("keep", "v")
	resource := func(attrs ...*commonv1.KeyValue) *tracev1.TracesData {
		m := spansOf(span("s"), span("t"))
		m.ResourceSpans[0].ScopeSpans[0].Scope = &commonv1.InstrumentationScope{Name: "n", Attributes: attrs}
		m.ResourceSpans = append(m.ResourceSpans, spansOf(span("u")).ResourceSpans...)
		return m
	}
	gone := resource()
	gone.ResourceSpans[0].ScopeSpans = nil
	twoMetrics := func() *metricsv1.MetricsData {
		point := &metricsv1.NumberDataPoint{TimeUnixNano: 1}
		return metricsOf(
			&metricsv1.Metric{Name: "m", Data: &metricsv1.Metric_Sum{Sum: &metricsv1.Sum{DataPoints: []*metricsv1.NumberDataPoint{point, point}}}},
			&metricsv1.Metric{Name: "n", Data: &metricsv1.Metric_Sum{Sum: &metricsv1.Sum{DataPoints: []*metricsv1.NumberDataPoint{point}}}},
		)
	}
	oneMetric := twoMetrics()
	oneMetric.ResourceMetrics[0].ScopeMetrics[0].Metrics = oneMetric.ResourceMetrics[0].ScopeMetrics[0].Metrics[1:]
	noName := span("")
	noName.Attributes = []*commonv1.KeyValue{keep}
	named := span("s")
	named.Attributes = []*commonv1.KeyValue{keep}

	tests := []struct {
		name     string
		sig      Signal
		in, want proto.Message
		verdicts verdicts
		counts   Counts
	}{
		{"replace on an attribute means pass", Traces, attr(keep), attr(keep), verdicts{"attribute keep": Replace}, Counts{Items: 1}},
		{"drop an attribute by its key", Traces, attr(stringAttr("a", "v"), keep), attr(keep), verdicts{"attribute a": DropAttribute}, Counts{Items: 1}},
		{"drop an attribute by its key's text", Traces, attr(stringAttr("a", "v"), keep), attr(keep), verdicts{"a": DropAttribute}, Counts{Items: 1}},
		{"drop an attribute by its value", Traces, attr(stringAttr("a", "x"), keep), attr(keep), verdicts{"x": DropAttribute}, Counts{Items: 1}},
		{"a verdict out of range drops", Traces, attr(stringAttr("a", "x"), keep), attr(keep), verdicts{"x": 77}, Counts{Items: 1}},
		{"the last replacement of a dropped attribute is gone", Traces, attr(stringAttr("a", "x"), keep), attr(keep), verdicts{"a": Replace, "x": DropAttribute}, Counts{Items: 1}},
		{"drop the innermost attribute", Traces,
			attr(&commonv1.KeyValue{Key: "map", Value: list(stringAttr("a", "x"), keep)}),
			attr(&commonv1.KeyValue{Key: "map", Value: list(keep)}), verdicts{"x": DropAttribute}, Counts{Items: 1}},
		{"drop an attribute by an element", Traces,
			attr(&commonv1.KeyValue{Key: "list", Value: array(stringAttr("", "x").Value)}, keep), attr(keep), verdicts{"x": DropAttribute}, Counts{Items: 1}},
		{"an array stays an array", Traces,
			attr(&commonv1.KeyValue{Key: "list", Value: array(stringAttr("", "x").Value, intAttr("", 7).Value)}),
			attr(&commonv1.KeyValue{Key: "list", Value: array(stringAttr("", "r").Value, intAttr("", 7).Value)}), verdicts{"x": Replace}, Counts{Items: 1}},
		{"drop a field outside attributes", Traces, spansOf(named), spansOf(noName), verdicts{"s": DropAttribute}, Counts{Items: 1}},
		{"drop a span by its attribute", Traces, attr(stringAttr("a", "x")), spansOf(), verdicts{"x": DropItem}, Counts{Items: 1, Dropped: 1}},
		{"drop a span by a key", Traces, attr(stringAttr("a", "x")), spansOf(), verdicts{"attribute a": DropItem}, Counts{Items: 1, Dropped: 1}},
		{"drop all spans of a scope", Traces, resource(stringAttr("a", "x")), gone, verdicts{"x": DropItem}, Counts{Items: 3, Dropped: 2}},
		{"drop all points of a metric", Metrics, twoMetrics(), oneMetric, verdicts{"m": DropItem}, Counts{Items: 3, Dropped: 2}},
		{"drop a body", Logs,
			logsOf(&logsv1.LogRecord{EventName: "e", Body: array(stringAttr("", "x").Value, stringAttr("", "y").Value)}),
			logsOf(&logsv1.LogRecord{EventName: "e"}), verdicts{"x": DropAttribute}, Counts{Items: 1}},
		{"drop an attribute in a body", Logs,
			logsOf(&logsv1.LogRecord{Body: list(stringAttr("a", "x"), keep)}),
			logsOf(&logsv1.LogRecord{Body: list(keep)}), verdicts{"x": DropAttribute}, Counts{Items: 1}},
	}
	w := NewWalker(NewSchema(), Limits{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkRewrite(t, w, tt.sig, encode(t, tt.in), tt.verdicts, tt.want, tt.counts)
		})
	}
}

// checkRewrite compares the result with a message, and holds that an unchanged
// request is the input itself.
func checkRewrite(t *testing.T, w *Walker, sig Signal, in []byte, v Visitor, want proto.Message, wantCounts Counts) {
	t.Helper()
	out, c, err := w.Rewrite(sig, in, nil, v)
	if err != nil {
		t.Fatal(err)
	}
	if c != wantCounts {
		t.Errorf("counts %+v, want %+v", c, wantCounts)
	}
	got := newRoot(sig)
	if err := proto.Unmarshal(out, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if bytes.Equal(in, out) && len(in) > 0 && &in[0] != &out[0] {
		t.Error("an unchanged request was copied")
	}
	if n := CountItems(sig, in); n != wantCounts.Items {
		t.Errorf("CountItems before: %d, want %d", n, wantCounts.Items)
	}
	if n, want := CountItems(sig, out), wantCounts.Items-wantCounts.Rejected-wantCounts.Dropped; n != want {
		t.Errorf("CountItems after: %d, want %d", n, want)
	}
}
