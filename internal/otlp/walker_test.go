package otlp

import (
	"strings"
	"testing"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// upper replaces every text by its upper case.
type upper struct{}

func (upper) Attribute(Place, []byte, uint32) (uint32, Verdict) { return 0, Pass }

func (upper) Text(t *Text, dst []byte) ([]byte, Verdict) {
	if t.Kind == Int {
		return append(dst, "INT"...), Replace
	}
	return append(dst, strings.ToUpper(string(t.Value))+"!"...), Replace
}

func TestRewriteReplacesEveryText(t *testing.T) {
	in := &tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{
		Resource: &resourcev1.Resource{Attributes: []*commonv1.KeyValue{stringAttr("a", "b"), intAttr("n", 7)}},
		ScopeSpans: []*tracev1.ScopeSpans{{Spans: []*tracev1.Span{{
			TraceId: []byte("0123456789abcdef"), SpanId: []byte("01234567"), Name: strings.Repeat("n", 127),
			Attributes: []*commonv1.KeyValue{stringAttr("key", strings.Repeat("x", 300))},
		}}}},
	}}}
	want := &tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{
		Resource: &resourcev1.Resource{Attributes: []*commonv1.KeyValue{stringAttr("A!", "B!"), stringAttr("N!", "INT")}},
		ScopeSpans: []*tracev1.ScopeSpans{{Spans: []*tracev1.Span{{
			TraceId: []byte("0123456789abcdef"), SpanId: []byte("01234567"), Name: strings.Repeat("N", 127) + "!",
			Attributes: []*commonv1.KeyValue{stringAttr("KEY!", strings.Repeat("X", 300)+"!")},
		}}}},
	}}}
	b, err := proto.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	out, c, err := NewWalker(NewSchema(), Limits{}).Rewrite(Traces, b, nil, upper{})
	if err != nil || c != (Counts{Items: 1}) {
		t.Fatalf("counts %+v, error %v", c, err)
	}
	got := &tracev1.TracesData{}
	if err := proto.Unmarshal(out, got); err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func stringAttr(k, v string) *commonv1.KeyValue {
	return &commonv1.KeyValue{Key: k, Value: &commonv1.AnyValue{Value: &commonv1.AnyValue_StringValue{StringValue: v}}}
}

func intAttr(k string, v int64) *commonv1.KeyValue {
	return &commonv1.KeyValue{Key: k, Value: &commonv1.AnyValue{Value: &commonv1.AnyValue_IntValue{IntValue: v}}}
}
