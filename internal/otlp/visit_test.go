package otlp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
)

// transcript writes down what it is offered, and changes nothing.
type transcript struct {
	places []PlaceInfo
	plans  uint32
	log    []string
}

func (r *transcript) Attribute(p Place, key []byte, outer uint32) (uint32, Verdict) {
	r.plans++
	r.log = append(r.log, fmt.Sprintf("attribute %s %q in %d is %d", r.places[p].Name, key, outer, r.plans))
	return r.plans, Pass
}

func (r *transcript) Text(t *Text, _ []byte) ([]byte, Verdict) {
	value := fmt.Sprintf("%q", t.Value)
	switch t.Kind {
	case Int:
		value = fmt.Sprint(t.Int)
	case Double:
		value = fmt.Sprint(t.Double)
	}
	kind := [...]string{String: "string", Bytes: "bytes", Int: "int", Double: "double", Key: "key"}[t.Kind]
	line := fmt.Sprintf("%s %s %s", r.places[t.Place].Name, kind, value)
	if t.Key != nil {
		line += fmt.Sprintf(" of %q %d", t.Key, t.Plan)
	} else if t.Plan != 0 {
		line += " with a plan outside attributes"
	}
	r.log = append(r.log, line)
	return nil, Pass
}

func (r *transcript) Item()    { r.log = append(r.log, "item") }
func (r *transcript) Restart() { r.log = append(r.log, "restart") }

func TestWhatAVisitorIsOffered(t *testing.T) {
	value := func(v any) *commonv1.AnyValue {
		switch v := v.(type) {
		case float64:
			return &commonv1.AnyValue{Value: &commonv1.AnyValue_DoubleValue{DoubleValue: v}}
		case []byte:
			return &commonv1.AnyValue{Value: &commonv1.AnyValue_BytesValue{BytesValue: v}}
		case bool:
			return &commonv1.AnyValue{Value: &commonv1.AnyValue_BoolValue{BoolValue: v}}
		case []*commonv1.AnyValue:
			return &commonv1.AnyValue{Value: &commonv1.AnyValue_ArrayValue{ArrayValue: &commonv1.ArrayValue{Values: v}}}
		}
		return &commonv1.AnyValue{Value: &commonv1.AnyValue_KvlistValue{KvlistValue: &commonv1.KeyValueList{Values: v.([]*commonv1.KeyValue)}}}
	}
	traces := spansOf(&tracev1.Span{TraceId: traceID, SpanId: spanID, Name: "name", TraceState: "ot=th:0",
		Attributes: []*commonv1.KeyValue{
			{Key: "map", Value: value([]*commonv1.KeyValue{stringAttr("inner", "v"), {Key: "double", Value: value(1.5)}})},
			{Key: "list", Value: value([]*commonv1.AnyValue{value([]byte("b")), value(true), value([]*commonv1.KeyValue{intAttr("n", 7)})})},
			{Key: "empty"},
		},
		Status: &tracev1.Status{Message: "status"},
	})
	valueFirst := nest(append(nest(nest([]byte("v"), 1), 2), nest([]byte("late"), 1)...), 1, 2, 2, 6)
	oddRecord := nest(append(nest([]byte("one"), 12), nest([]byte("two"), 12)...), 1, 2, 2)
	tests := []struct {
		name string
		sig  Signal
		in   []byte
		want string
	}{
		{"a span", Traces, encode(t, traces), `
item
span.trace_state string "ot=th:0"
span.name string "name"
attribute span.attribute.value "map" in 0 is 1
span.attribute.key key "map" of "map" 1
attribute span.attribute.value "inner" in 1 is 2
span.attribute.key key "inner" of "inner" 2
span.attribute.value string "v" of "inner" 2
attribute span.attribute.value "double" in 1 is 3
span.attribute.key key "double" of "double" 3
span.attribute.value double 1.5 of "double" 3
attribute span.attribute.value "list" in 0 is 4
span.attribute.key key "list" of "list" 4
span.attribute.value bytes "b" of "list" 4
attribute span.attribute.value "n" in 4 is 5
span.attribute.key key "n" of "n" 5
span.attribute.value int 7 of "n" 5
attribute span.attribute.value "empty" in 0 is 6
span.attribute.key key "empty" of "empty" 6
span.status.message string "status"
`},
		{"a body", Logs, encode(t, logsOf(&logsv1.LogRecord{Body: value([]*commonv1.KeyValue{stringAttr("k", "v")})})), `
item
attribute log.body "k" in 0 is 1
log.body.key key "k" of "k" 1
log.body string "v" of "k" 1
`},
		{"a key after its value", Logs, valueFirst, `
item
attribute log.attribute.value "late" in 0 is 1
log.attribute.value string "v" of "late" 1
log.attribute.key key "late" of "late" 1
`},
		{"an attribute without key", Logs, nest(nil, 1, 2, 2, 6), `
item
attribute log.attribute.value "" in 0 is 1
`},
		{"an invalid key", Logs, nest([]byte("k\xff\xfe"), 1, 2, 2, 6, 1), `
item
attribute log.attribute.value "k�" in 0 is 1
log.attribute.key key "k�" of "k�" 1
`},
		{"a field given twice", Logs, oddRecord, `
item
log.event_name string "one"
restart
item
log.event_name string "two"
`},
	}
	schema := NewSchema()
	w := NewWalker(schema, Limits{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &transcript{places: schema.Places()}
			if _, _, err := w.Rewrite(tt.sig, tt.in, nil, r); err != nil {
				t.Fatal(err)
			}
			got := "\n" + strings.Join(r.log, "\n") + "\n"
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("offered (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStringsAreMended(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"valid", "é�", "é�"},
		{"one byte", "a\xffb", "a�b"},
		{"a run is one mark", "\xff\xfe\xfd", "�"},
		{"two runs", "\xffa\xfe", "�a�"},
		{"cut off", "a\xe2\x82", "a�"},
		{"surrogate", "\xed\xa0\x80", "�"},
	}
	w := NewWalker(NewSchema(), Limits{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := append(nest([]byte(tt.in), 12), nest(append(nest([]byte(tt.in), 1), nest([]byte(tt.in), 2, 1)...), 6)...)
			in := nest(record, 1, 2, 2)
			want := logsOf(&logsv1.LogRecord{EventName: tt.want, Attributes: []*commonv1.KeyValue{stringAttr(tt.want, tt.want)}})
			checkRewrite(t, w, Logs, in, nil, want, Counts{Items: 1})
			checkRewrite(t, w, Logs, in, verdicts{}, want, Counts{Items: 1})
			if tt.in != tt.want {
				mended := logsOf(&logsv1.LogRecord{EventName: "r", Attributes: []*commonv1.KeyValue{stringAttr("r", "r")}})
				checkRewrite(t, w, Logs, in, verdicts{tt.want: Replace}, mended, Counts{Items: 1})
			}
		})
	}
}

func TestValidUTF8(t *testing.T) {
	for length := range 40 {
		s := bytes.Repeat([]byte("a"), length)
		if !validUTF8(s) {
			t.Errorf("%d letters are invalid", length)
		}
		for i := range s {
			s[i] = 0xff
			if validUTF8(s) {
				t.Errorf("%d bytes with an invalid one at %d are valid", length, i)
			}
			s[i] = 'a'
		}
		if !validUTF8(append(s, "é"...)) {
			t.Errorf("%d letters and é are invalid", length)
		}
	}
}

func TestBytesAreNotMended(t *testing.T) {
	in := nest([]byte("\xff\xfe"), 1, 2, 2, 5, 7)
	want := logsOf(&logsv1.LogRecord{Body: &commonv1.AnyValue{Value: &commonv1.AnyValue_BytesValue{BytesValue: []byte("\xff\xfe")}}})
	checkRewrite(t, NewWalker(NewSchema(), Limits{}), Logs, in, verdicts{}, want, Counts{Items: 1})
}

// faulty returns replacements that a visitor shouldn't.
type faulty struct{ text []byte }

func (faulty) Attribute(Place, []byte, uint32) (uint32, Verdict) { return 0, Pass }

func (f faulty) Text(_ *Text, dst []byte) ([]byte, Verdict) {
	return append(dst, f.text...), Replace
}

func TestFaultyReplacements(t *testing.T) {
	w := NewWalker(NewSchema(), Limits{})
	in := encode(t, logsOf(&logsv1.LogRecord{EventName: "e", Attributes: []*commonv1.KeyValue{intAttr("k", 7)}}))
	mended := logsOf(&logsv1.LogRecord{EventName: "�", Attributes: []*commonv1.KeyValue{stringAttr("�", "�")}})
	checkRewrite(t, w, Logs, in, faulty{[]byte("\xff")}, mended, Counts{Items: 1})

	// A replacement that isn't behind dst: the field goes, as in doubt.
	in = encode(t, logsOf(&logsv1.LogRecord{SeverityText: "s", EventName: "e"}))
	checkRewrite(t, w, Logs, in, truncating{}, logsOf(&logsv1.LogRecord{SeverityText: "long"}), Counts{Items: 1})
}

// truncating replaces the first text, and then returns less than it was given.
type truncating struct{}

func (truncating) Attribute(Place, []byte, uint32) (uint32, Verdict) { return 0, Pass }

func (truncating) Text(_ *Text, dst []byte) ([]byte, Verdict) {
	if len(dst) == 0 {
		return append(dst, "long"...), Replace
	}
	return dst[:1], Replace
}
