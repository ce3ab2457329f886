package otlp

import (
	"slices"
	"testing"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

func TestAppendSpanWith(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &tracev1.Span{}
		fillRandom(t, s.ProtoReflect(), 0)
		raw := oddEncode(t, s.ProtoReflect(), oddities{padded: true})
		var state *string
		if rapid.Bool().Draw(t, "state") {
			state = proto.String(rapid.SampledFrom([]string{"", "ot=th:8"}).Draw(t, "tracestate"))
			s.TraceState = *state
		}
		var attrs []StringAttribute
		for _, key := range []string{"a", "sampling.rule"}[:rapid.IntRange(0, 2).Draw(t, "attributes")] {
			attrs = append(attrs, StringAttribute{key, "new"})
			s.Attributes = slices.DeleteFunc(s.Attributes, func(kv *commonv1.KeyValue) bool { return kv.Key == key })
		}
		for _, a := range attrs {
			s.Attributes = append(s.Attributes, stringAttr(a.Key, a.Value))
		}

		got := &tracev1.Span{}
		out := AppendSpanWith([]byte("before"), raw, state, attrs...)
		if string(out[:6]) != "before" {
			t.Fatal("dst was overwritten")
		}
		if err := proto.Unmarshal(out[6:], got); err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(got, s) {
			t.Errorf("got  %v\nwant %v", got, s)
		}
	})
}

func TestAppendAttributes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := &tracev1.Span_Event{}
		var b []byte
		for range rapid.IntRange(1, 3).Draw(t, "attributes") {
			key := randomText(t)
			if rapid.Bool().Draw(t, "int") {
				v := rapid.Int64().Draw(t, "value")
				want.Attributes = append(want.Attributes, intAttr(key, v))
				b = AppendIntAttribute(b, 3, key, v)
			} else {
				v := randomText(t)
				want.Attributes = append(want.Attributes, stringAttr(key, v))
				b = AppendStringAttribute(b, 3, key, v)
			}
		}
		got := &tracev1.Span_Event{}
		if err := proto.Unmarshal(b, got); err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	})
}
