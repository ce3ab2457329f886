package otlp

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

// describeRead writes down a decoded request as the readers see it.
func describeRead(t rapid.TB, sig Signal, in []byte) string {
	var b strings.Builder
	group := func(g *Group) {
		for _, part := range []struct {
			at int
			b  []byte
		}{{g.ResourceAt, g.Resource}, {g.ResourceSchemaURLAt, g.ResourceSchemaURL}, {g.ScopeAt, g.Scope}, {g.ScopeSchemaURLAt, g.ScopeSchemaURL}} {
			if len(part.b) > 0 && !bytes.Equal(in[part.at:part.at+len(part.b)], part.b) {
				t.Errorf("%q isn't at %d", part.b, part.at)
			}
		}
		fmt.Fprintf(&b, "%d/%d resource %s %q scope %q %q %s %q\n", g.ResourceIndex, g.ScopeIndex, readAttributes(ResourceAttributes(g.Resource)),
			g.ResourceSchemaURL, ScopeName(g.Scope), stringField(g.Scope, 2), readAttributes(ScopeAttributes(g.Scope)), g.ScopeSchemaURL)
	}
	var err error
	if sig == Logs {
		err = RangeLogs(in, func(g *Group, l *Log) bool {
			group(g)
			if !bytes.Equal(in[l.Offset:l.Offset+len(l.Raw)], l.Raw) {
				t.Errorf("record %q isn't at %d", l.Raw, l.Offset)
			}
			fmt.Fprintf(&b, "log %x %v %d\n", l.TraceID, l.HasTrace, l.Severity)
			return true
		})
	} else {
		err = RangeSpans(in, func(g *Group, s *Span) bool {
			group(g)
			if !bytes.Equal(in[s.Offset:s.Offset+len(s.Raw)], s.Raw) {
				t.Errorf("span %q isn't at %d", s.Raw, s.Offset)
			}
			fmt.Fprintf(&b, "span %x %x %x %v %d %d %d %d %q %q %d %s\n", s.TraceID, s.SpanID, s.ParentID, s.HasParent,
				s.Flags, s.Kind, s.Start, s.End, s.Name, s.TraceState, s.Status, readAttributes(s.Attributes()))
			for e := range s.Events() {
				fmt.Fprintf(&b, "event %q %s\n", e.Name, readAttributes(e.Attributes()))
			}
			return true
		})
	}
	if err != nil {
		t.Error(err)
	}
	return b.String()
}

func readAttributes(attributes iter.Seq2[[]byte, Value]) string {
	var b strings.Builder
	for k, v := range attributes {
		fmt.Fprintf(&b, "%q=%s ", k, readValue(&v))
	}
	return "{" + b.String() + "}"
}

func readValue(v *Value) string {
	switch v.Kind {
	case ValueString:
		return fmt.Sprintf("string %q", v.Bytes)
	case ValueBytes:
		return fmt.Sprintf("bytes %q", v.Bytes)
	case ValueInt:
		return fmt.Sprintf("int %d", v.Int)
	case ValueDouble:
		return fmt.Sprintf("double %v", v.Double)
	case ValueBool:
		return fmt.Sprintf("bool %v", v.Bool)
	case ValueArray, ValueMap:
		var decoded commonv1.AnyValue // no reader looks into them
		if err := proto.Unmarshal(v.Raw, &decoded); err != nil {
			return err.Error()
		}
		return describeValue(&decoded)
	}
	return "empty"
}

// describeMessage writes down the same of what protobuf-go decoded.
func describeMessage(m proto.Message) string {
	var b strings.Builder
	group := func(r, s int, attrs []*commonv1.KeyValue, url string, scope *commonv1.InstrumentationScope, scopeURL string) {
		fmt.Fprintf(&b, "%d/%d resource %s %q scope %q %q %s %q\n", r, s, describeAttributes(attrs), url,
			scope.GetName(), scope.GetVersion(), describeAttributes(scope.GetAttributes()), scopeURL)
	}
	switch m := m.(type) {
	case *logsv1.LogsData:
		for i, r := range m.ResourceLogs {
			for j, s := range r.ScopeLogs {
				for _, l := range s.LogRecords {
					group(i, j, r.Resource.GetAttributes(), r.SchemaUrl, s.Scope, s.SchemaUrl)
					trace := hexID(l.TraceId, 16)
					fmt.Fprintf(&b, "log %s %v %d\n", trace, trace != strings.Repeat("0", 32), l.SeverityNumber)
				}
			}
		}
	case *tracev1.TracesData:
		for i, r := range m.ResourceSpans {
			for j, scope := range r.ScopeSpans {
				for _, s := range scope.Spans {
					group(i, j, r.Resource.GetAttributes(), r.SchemaUrl, scope.Scope, scope.SchemaUrl)
					parent := hexID(s.ParentSpanId, 8)
					fmt.Fprintf(&b, "span %x %x %s %v %d %d %d %d %q %q %d %s\n", s.TraceId, s.SpanId, parent, parent != "0000000000000000",
						s.Flags, s.Kind, s.StartTimeUnixNano, s.EndTimeUnixNano, s.Name, s.TraceState, s.Status.GetCode(), describeAttributes(s.Attributes))
					for _, e := range s.Events {
						fmt.Fprintf(&b, "event %q %s\n", e.Name, describeAttributes(e.Attributes))
					}
				}
			}
		}
	}
	return b.String()
}

func hexID(id []byte, n int) string { return fmt.Sprintf("%x", append(id, make([]byte, n-len(id))...)) }

func describeAttributes(attributes []*commonv1.KeyValue) string {
	var b strings.Builder
	for _, kv := range attributes {
		fmt.Fprintf(&b, "%q=%s ", kv.Key, describeValue(kv.Value))
	}
	return "{" + b.String() + "}"
}

func describeValue(v *commonv1.AnyValue) string {
	switch v := v.GetValue().(type) {
	case *commonv1.AnyValue_StringValue:
		return fmt.Sprintf("string %q", v.StringValue)
	case *commonv1.AnyValue_BytesValue:
		return fmt.Sprintf("bytes %q", v.BytesValue)
	case *commonv1.AnyValue_IntValue:
		return fmt.Sprintf("int %d", v.IntValue)
	case *commonv1.AnyValue_DoubleValue:
		return fmt.Sprintf("double %v", v.DoubleValue)
	case *commonv1.AnyValue_BoolValue:
		return fmt.Sprintf("bool %v", v.BoolValue)
	case *commonv1.AnyValue_KvlistValue:
		return describeAttributes(v.KvlistValue.Values)
	case *commonv1.AnyValue_ArrayValue:
		elements := make([]*commonv1.KeyValue, len(v.ArrayValue.Values))
		for i, e := range v.ArrayValue.Values {
			elements[i] = &commonv1.KeyValue{Value: e}
		}
		return describeAttributes(elements)
	}
	return "empty"
}

// TestReadersAgreeWithDecoders reads random requests, whose fields stand in any
// order.
func TestReadersAgreeWithDecoders(t *testing.T) {
	forSignals(t, func(t *rapid.T, _ *Walker, sig Signal) {
		m := randomRequest(t, sig)
		in := oddEncode(t, m.ProtoReflect(), oddities{padded: true})
		if n, want := CountItems(sig, in), countMessages(m.ProtoReflect()); n != want {
			t.Errorf("counted %d items, want %d", n, want)
		}
		if sig == Metrics {
			return
		}
		if diff := cmp.Diff(describeMessage(m), describeRead(t, sig, in)); diff != "" {
			t.Errorf("read (-want +got):\n%s", diff)
		}
	})
}

// A tag may be longer than need be. Then what follows it isn't a length of one byte.
func TestAttributesWithLongTags(t *testing.T) {
	s := span("s")
	in := encode(t, s)
	for _, key := range []string{"a", "b", "c"} {
		attribute := encode(t, stringAttr(key, "v"))
		in = protowire.AppendBytes(append(in, 9<<3|2|0x80, 0), attribute)
	}
	s.Attributes = []*commonv1.KeyValue{stringAttr("a", "v"), stringAttr("b", "v"), stringAttr("c", "v")}
	s.Flags = 0x300
	in = protowire.AppendFixed32(protowire.AppendTag(in, 16, protowire.Fixed32Type), s.Flags)
	read := ParseSpan(in)
	if read.Flags != s.Flags {
		t.Errorf("flags %#x, want %#x", read.Flags, s.Flags)
	}
	if got := readAttributes(read.Attributes()); got != describeAttributes(s.Attributes) {
		t.Errorf("attributes %s, want %s", got, describeAttributes(s.Attributes))
	}
}

func TestAZeroParentIsNone(t *testing.T) {
	s := span("s")
	s.ParentSpanId = make([]byte, 8)
	if read := ParseSpan(encode(t, s)); read.HasParent {
		t.Error("a span with a zero parent id has a parent")
	}
	l := Log{}
	l.parse(encode(t, &logsv1.LogRecord{TraceId: make([]byte, 16)}), 0)
	if l.HasTrace {
		t.Error("a record with a zero trace id has a trace")
	}
}

func TestReadersStopWhenTold(t *testing.T) {
	spans := 0
	if err := RangeSpans(encode(t, pythonBatch()), func(*Group, *Span) bool { spans++; return spans < 3 }); err != nil || spans != 3 {
		t.Errorf("%d spans, error %v", spans, err)
	}
	s := span("s")
	s.Attributes = []*commonv1.KeyValue{stringAttr("a", ""), stringAttr("b", "")}
	s.Events = []*tracev1.Span_Event{{}, {}}
	read := ParseSpan(encode(t, s))
	n := 0
	for range read.Attributes() {
		n++
		break
	}
	for range read.Events() {
		n++
		break
	}
	if n != 2 {
		t.Errorf("yielded %d times", n)
	}
}

func TestReadersReportMalformedInput(t *testing.T) {
	tests := []struct {
		in   []byte
		want Error
	}{
		{[]byte{0x0a, 5}, Error{"request", 0, reasonTruncated}},
		{nest([]byte{0x12, 5}, 1), Error{"resource", 2, reasonTruncated}},
		{nest([]byte{0x12, 5}, 1, 2), Error{"scope", 4, reasonTruncated}},
	}
	for _, tt := range tests {
		checkTyped(t, RangeSpans(tt.in, func(*Group, *Span) bool { return true }), tt.want)
		checkTyped(t, RangeLogs(tt.in, func(*Group, *Log) bool { return true }), tt.want)
	}
}

func TestReadingAllocatesNothingPerSpan(t *testing.T) {
	in := encode(t, pythonBatch())
	attributes := 0
	allocs := testing.AllocsPerRun(10, func() {
		err := RangeSpans(in, func(g *Group, s *Span) bool {
			for range ResourceAttributes(g.Resource) {
				attributes++
			}
			for _, v := range s.Attributes() {
				attributes += len(v.Bytes)
			}
			for e := range s.Events() {
				attributes += len(e.Name)
			}
			return true
		})
		if err != nil {
			t.Error(err)
		}
	})
	if allocs > 2 { // a Group and a Span
		t.Errorf("%v allocations for %d spans", allocs, batchSpans)
	}
}
