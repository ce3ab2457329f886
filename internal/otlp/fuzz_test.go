package otlp

import (
	"slices"
	"testing"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"
)

// addSeeds adds small requests of each signal, plain and odd.
func addSeeds(f *testing.F) {
	s := span("GET /")
	s.Attributes = []*commonv1.KeyValue{stringAttr("k", "v"), intAttr("n", -1)}
	s.Links = []*tracev1.Span_Link{{TraceId: traceID, SpanId: spanID, TraceState: "a=b"}}
	s.Events = []*tracev1.Span_Event{{Name: "exception"}}
	f.Add(byte(Traces), encode(f, spansOf(s)))
	f.Add(byte(Metrics), encode(f, gaugeOf(&metricsv1.NumberDataPoint{Exemplars: []*metricsv1.Exemplar{{SpanId: spanID}}})))
	f.Add(byte(Metrics), nest(make([]byte, 16), 1, 2, 2, 9, 1, 7))
	body := nest(slices.Concat(nest([]byte("k"), 1), nest(nest([]byte("v\xff"), 5, 1, 1), 2)), 6, 1)
	f.Add(byte(Logs), nest(append(nest(body, 5), nest([]byte("twice"), 12)...), 1, 2, 2))
	f.Add(byte(Logs), nest(slices.Concat(nest([]byte("one"), 12), nest([]byte("two"), 12), nest(nil, 1000)), 1, 2, 2))
	f.Add(byte(Logs), nest(nestedValue(66, true), 1, 2, 2, 5))
}

// FuzzRewrite replaces every text of arbitrary bytes. What comes out is read by
// both decoders, and holds no text but the replacement.
func FuzzRewrite(f *testing.F) {
	addSeeds(f)
	w := NewWalker(NewSchema(), Limits{})
	f.Fuzz(func(t *testing.T, signal byte, in []byte) {
		sig := Signal(signal % NumSignals)
		checked, checkErr := w.Check(sig, in)
		out, c, err := w.Rewrite(sig, in, nil, &masker{})
		if (err == nil) != (checkErr == nil) || c != checked {
			t.Fatalf("Check: %+v, %v; Rewrite: %+v, %v", checked, checkErr, c, err)
		}
		if err != nil {
			return
		}
		m := newRoot(sig)
		if err := proto.Unmarshal(out, m); err != nil {
			t.Fatal(err)
		}
		checkMasked(t, m.ProtoReflect())
		again, err := pdataRoundTrip(sig, out)
		if err != nil {
			t.Fatal(err)
		}
		m = newRoot(sig)
		if err := proto.Unmarshal(again, m); err != nil {
			t.Fatal(err)
		}
		checkMasked(t, m.ProtoReflect())
		checkClean(t, w, sig, out)
		if n := CountItems(sig, out); n != c.Items-c.Rejected-c.Dropped {
			t.Errorf("%d items, counts %+v", n, c)
		}
	})
}

// checkMasked holds that every text of a decoded message is the replacement, and
// that every value that could be one has become one.
func checkMasked(t *testing.T, m protoreflect.Message) {
	if len(m.GetUnknown()) > 0 {
		t.Fatalf("%s has unknown fields", m.Descriptor().FullName())
	}
	check := func(f protoreflect.FieldDescriptor, v protoreflect.Value) {
		e, exempt := exemptFields()[f.FullName()]
		switch {
		case f.Message() != nil:
			checkMasked(t, v.Message())
		case exempt:
			if n := len(v.Bytes()); n != 0 && n != e.length {
				t.Fatalf("%s has %d bytes", f.FullName(), n)
			}
		case f.Kind() == protoreflect.StringKind && v.String() != "x",
			f.Kind() == protoreflect.BytesKind && string(v.Bytes()) != "x":
			t.Fatalf("%s is %q", f.FullName(), v)
		case m.Descriptor().FullName() == anyValueName && (f.Name() == "int_value" || f.Name() == "double_value" || f.Name() == "string_value_strindex"):
			t.Fatalf("%s is %v", f.FullName(), v)
		}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if !f.IsList() {
			check(f, v)
			return true
		}
		for i := range v.List().Len() {
			check(f, v.List().Get(i))
		}
		return true
	})
}

// FuzzRead reads arbitrary bytes, which mustn't panic.
func FuzzRead(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, signal byte, in []byte) {
		sig := Signal(signal % NumSignals)
		n := CountItems(sig, in)
		items := 0
		count := func(g *Group) bool {
			items++
			readAttributes(ResourceAttributes(g.Resource))
			readAttributes(ScopeAttributes(g.Scope))
			return true
		}
		var err error
		switch sig {
		case Traces:
			err = RangeSpans(in, func(g *Group, s *Span) bool {
				readAttributes(s.Attributes())
				for e := range s.Events() {
					readAttributes(e.Attributes())
				}
				AppendSpanWith(nil, s.Raw, proto.String("a=b"), StringAttribute{"k", "v"})
				return count(g)
			})
		case Logs:
			err = RangeLogs(in, func(g *Group, _ *Log) bool { return count(g) })
		}
		if err == nil && sig != Metrics && items != n {
			t.Errorf("%d items read, %d counted", items, n)
		}
		RewriteResources(sig, in, nil, func(r, dst []byte) ([]byte, bool) { return append(dst, r...), true })
	})
}

// FuzzAgreement lets the fuzzer draw the requests of the properties.
func FuzzAgreement(f *testing.F) {
	w := NewWalker(NewSchema(), Limits{})
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		sig := Signal(rapid.IntRange(0, NumSignals-1).Draw(t, "signal"))
		m := randomRequest(t, sig)
		in := oddEncode(t, m.ProtoReflect(), oddities{padded: true, unknown: true, twice: true})
		want := newRoot(sig)
		if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(in, want); err != nil {
			t.Fatal(err)
		}
		checkAgainstOracle(t, w, sig, in, want, true)
	}))
}
