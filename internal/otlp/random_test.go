package otlp

import (
	"strings"

	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"
)

// newRoot returns an empty request of sig.
func newRoot(sig Signal) proto.Message {
	return [...]proto.Message{&tracev1.TracesData{}, &metricsv1.MetricsData{}, &logsv1.LogsData{}}[sig]
}

// randomRequest draws a request with any of the fields of its descriptors.
func randomRequest(t *rapid.T, sig Signal) proto.Message {
	m := newRoot(sig)
	fillRandom(t, m.ProtoReflect(), 0)
	return m
}

// fillRandom sets random fields of m. depth counts the enclosing values.
func fillRandom(t *rapid.T, m protoreflect.Message, depth int) {
	oneofs := map[protoreflect.FullName]bool{}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if _, deleted := deletedFields()[f.FullName()]; deleted {
			continue
		}
		e, exempt := exemptFields()[f.FullName()]
		if !e.required && rapid.IntRange(0, 2).Draw(t, "absent") == 0 {
			continue
		}
		if o := f.ContainingOneof(); o != nil {
			if oneofs[o.FullName()] {
				continue
			}
			oneofs[o.FullName()] = true
		}
		if exempt {
			m.Set(f, protoreflect.ValueOfBytes(randomID(t, e)))
			continue
		}
		if depth > 4 && f.Message() != nil {
			continue
		}
		setRandom(t, m, f, depth)
	}
}

func setRandom(t *rapid.T, m protoreflect.Message, f protoreflect.FieldDescriptor, depth int) {
	if f.Message() != nil && f.Message().FullName() == anyValueName {
		depth++
	}
	if !f.IsList() {
		v := m.NewField(f)
		if f.Message() != nil {
			fillRandom(t, v.Message(), depth)
		} else {
			v = randomScalar(t, f)
		}
		m.Set(f, v)
		return
	}
	l := m.Mutable(f).List()
	for range rapid.IntRange(0, 3).Draw(t, "elements") {
		if f.Message() == nil {
			l.Append(randomScalar(t, f))
			continue
		}
		v := l.NewElement()
		fillRandom(t, v.Message(), depth)
		l.Append(v)
	}
}

func randomID(t *rapid.T, e exemption) []byte {
	id := rapid.SliceOfN(rapid.Byte(), e.length, e.length).Draw(t, "id")
	id[0] |= 1
	return id
}

func randomScalar(t *rapid.T, f protoreflect.FieldDescriptor) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(randomText(t))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(randomText(t)))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, "bool"))
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(rapid.Int32Range(-1, 30).Draw(t, "enum")))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(rapid.IntRange(-1000, 1000).Draw(t, "double")))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(rapid.Uint32().Draw(t, "uint32"))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind:
		return protoreflect.ValueOfInt32(rapid.Int32().Draw(t, "int32"))
	case protoreflect.Int64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(rapid.Int64().Draw(t, "int64"))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(rapid.Uint64().Draw(t, "uint64"))
	}
	panic("kind " + f.Kind().String())
}

// randomText draws words that the test rule knows, in texts of lengths about
// where a length prefix grows.
func randomText(t *rapid.T) string {
	word := rapid.SampledFrom([]string{"", "a", "b", "c", "REPLACE", "GROW", "EMPTY", "héllo", "ATTRIBUTE", "ITEM"}).Draw(t, "word")
	if rapid.IntRange(0, 9).Draw(t, "long") > 0 {
		return word
	}
	return strings.Repeat("x", rapid.SampledFrom([]int{119, 120, 127, 128, 16380}).Draw(t, "length")) + word
}

// encode is the form that protobuf-go writes.
func encode(t rapid.TB, m proto.Message) []byte {
	t.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// mapStrings replaces every string in a decoded message.
func mapStrings(m protoreflect.Message, fn func(string) string) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Kind() == protoreflect.StringKind && f.IsList():
			for i := range v.List().Len() {
				v.List().Set(i, protoreflect.ValueOfString(fn(v.List().Get(i).String())))
			}
		case f.Kind() == protoreflect.StringKind:
			m.Set(f, protoreflect.ValueOfString(fn(v.String())))
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				mapStrings(v.List().Get(i).Message(), fn)
			}
		default:
			mapStrings(v.Message(), fn)
		}
		return true
	})
}
