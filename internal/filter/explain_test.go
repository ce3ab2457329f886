package filter

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestExplainText(t *testing.T) {
	f := newFilter(t, Options{})
	text := func([]byte) (otlp.Signal, []byte, bool) { return 0, nil, false }
	got, err := f.Explain(strings.NewReader("nothing\nmail bob@example.com and 4111111111111111\n"), text)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Line != 2 || got[0].Result != "mail [email] and [card]" {
		t.Fatalf("got %+v", got)
	}
	want := []Found{{"email", "address", 5, 15, Mask}, {"card", "luhn", 25, 16, Mask}}
	for i, w := range want {
		if got[0].Found[i] != w {
			t.Errorf("finding %d: got %+v, want %+v", i, got[0].Found[i], w)
		}
	}
}

func TestExplainRequest(t *testing.T) {
	f := newFilter(t, Options{Mode: Report, Attributes: []AttributeRule{{Key: "gone", Action: Drop}}})
	request, err := proto.Marshal(&tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{ScopeSpans: []*tracev1.ScopeSpans{{Spans: []*tracev1.Span{{
		TraceId: make16(1), SpanId: make16(1)[:8],
		Attributes: []*commonv1.KeyValue{attribute("gone", "x"), attribute("mail", "bob@example.com")},
	}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Explain(strings.NewReader(""), func([]byte) (otlp.Signal, []byte, bool) { return otlp.Traces, request, true })
	if err != nil || len(got) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if e := got[0]; e.Key != "gone" || !e.Removed || e.Found[0].Detector != "rule" {
		t.Errorf("rule: %+v", e)
	}
	if e := got[1]; e.Key != "mail" || e.Result != "[email]" || e.Location != "span.attribute.value" {
		t.Errorf("detector: %+v", e)
	}
}

func make16(b byte) []byte { return []byte(strings.Repeat(string(rune(b)), 16)) }
