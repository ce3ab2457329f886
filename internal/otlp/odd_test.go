package otlp

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"pgregory.net/rapid"
)

// canary is a text that must never be in an output.
const canary = "CANARY-4111111111111111"

// oddities are what oddEncode does besides shuffling fields.
type oddities struct {
	padded  bool // lengths and tags longer than need be
	unknown bool // fields that OTLP doesn't have
	twice   bool // single fields given twice, packed ones unpacked or in pieces, bools above 1
}

// oddEncode encodes m as protobuf allows, but no encoder does.
func oddEncode(t *rapid.T, m protoreflect.Message, o oddities) []byte {
	var parts [][]byte
	for _, f := range ordered(m.Descriptor().Fields()) {
		switch {
		case !m.Has(f):
		case f.IsList():
			parts = append(parts, o.list(t, f, m.Get(f).List()))
		default:
			parts = append(parts, o.field(t, f, m.Get(f)))
			if o.twice && rapid.IntRange(0, 40).Draw(t, "twice") == 0 {
				parts = append(parts, o.field(t, f, m.Get(f)))
			}
		}
	}
	if o.unknown && rapid.IntRange(0, 10).Draw(t, "unknown") == 0 {
		number := rapid.SampledFrom([]protowire.Number{30, 31, 32, 1000}).Draw(t, "number")
		unknown := protowire.AppendTag(nil, number, protowire.BytesType)
		parts = append(parts, protowire.AppendString(unknown, canary))
	}
	if len(parts) > 1 {
		parts = rapid.Permutation(parts).Draw(t, "order")
	}
	return slices.Concat(parts...)
}

// list encodes the elements of a repeated field in their order.
func (o oddities) list(t *rapid.T, f protoreflect.FieldDescriptor, l protoreflect.List) (b []byte) {
	if f.IsPacked() && !(o.twice && rapid.Bool().Draw(t, "unpacked")) {
		cut := l.Len()
		if o.twice {
			cut = rapid.IntRange(0, l.Len()).Draw(t, "cut")
		}
		b = o.packed(t, f, l, 0, cut)
		if cut < l.Len() {
			b = append(b, o.packed(t, f, l, cut, l.Len())...)
		}
		return b
	}
	for i := range l.Len() {
		b = append(b, o.field(t, f, l.Get(i))...)
	}
	return b
}

// packed encodes elements of a repeated number in one piece.
func (o oddities) packed(t *rapid.T, f protoreflect.FieldDescriptor, l protoreflect.List, from, to int) (b []byte) {
	for i := from; i < to; i++ {
		b = append(b, o.scalar(t, f, l.Get(i))...)
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, f.Number(), protowire.BytesType), b)
}

func (o oddities) field(t *rapid.T, f protoreflect.FieldDescriptor, v protoreflect.Value) []byte {
	b := o.tag(t, f.Number(), wireType(f))
	switch f.Kind() {
	case protoreflect.MessageKind:
		return o.payload(t, b, oddEncode(t, v.Message(), o))
	case protoreflect.StringKind:
		return o.payload(t, b, []byte(v.String()))
	case protoreflect.BytesKind:
		return o.payload(t, b, v.Bytes())
	}
	return append(b, o.scalar(t, f, v)...)
}

func (o oddities) tag(t *rapid.T, number protowire.Number, wire protowire.Type) []byte {
	b := protowire.AppendTag(nil, number, wire)
	if o.padded && len(b) == 1 && rapid.IntRange(0, 20).Draw(t, "padded tag") == 0 {
		return []byte{b[0] | 0x80, 0}
	}
	return b
}

// payload appends a length and a payload.
func (o oddities) payload(t *rapid.T, b, payload []byte) []byte {
	if o.padded && len(payload) < 128 && rapid.IntRange(0, 20).Draw(t, "padded") == 0 {
		return append(append(b, byte(len(payload))|0x80, 0x80, 0), payload...)
	}
	return protowire.AppendBytes(b, payload)
}

// scalar encodes a number without its tag, by way of a message that holds it
// alone.
func (o oddities) scalar(t *rapid.T, f protoreflect.FieldDescriptor, v protoreflect.Value) []byte {
	if o.twice && f.Kind() == protoreflect.BoolKind && v.Bool() && rapid.Bool().Draw(t, "bool") {
		return []byte{0x85, 0x01}
	}
	mt, err := protoregistry.GlobalTypes.FindMessageByName(f.ContainingMessage().FullName())
	if err != nil {
		t.Fatal(err)
	}
	m := mt.New()
	if f.IsList() {
		m.Mutable(f).List().Append(v)
	} else {
		m.Set(f, v)
	}
	b := encode(t, m.Interface())
	if len(b) == 0 { // a number that is 0 without presence
		return make([]byte, map[protowire.Type]int{protowire.VarintType: 1, protowire.Fixed32Type: 4, protowire.Fixed64Type: 8}[wireType(f)])
	}
	_, _, n := protowire.ConsumeTag(b)
	if f.IsPacked() {
		n += 1 // one element: its length fits a byte
	}
	return b[n:]
}

func wireType(f protoreflect.FieldDescriptor) protowire.Type {
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.StringKind, protoreflect.BytesKind:
		return protowire.BytesType
	case protoreflect.Fixed32Kind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	}
	return protowire.VarintType
}
