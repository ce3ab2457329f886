package otlp

import (
	"iter"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// ValueKind is the member of the oneof that an AnyValue holds. Its values are the
// field numbers of AnyValue.
type ValueKind uint8

// The kinds of values.
const (
	ValueEmpty ValueKind = iota
	ValueString
	ValueBool
	ValueInt
	ValueDouble
	ValueArray
	ValueMap
	ValueBytes
)

// Value is an AnyValue. Its slices are parts of the request.
type Value struct {
	Kind   ValueKind
	Bytes  []byte // ValueString, ValueBytes
	Int    int64
	Double float64
	Bool   bool
	Raw    []byte // encoded AnyValue
}

// parseValue reads an encoded AnyValue.
func parseValue(raw []byte) Value {
	if len(raw) > 1 && uint64(raw[0]) == tagString { // nearly always
		if from, to := payload(raw, 1); to == len(raw) {
			return Value{Kind: ValueString, Bytes: raw[from:to:to], Raw: raw}
		}
	}
	v := Value{Raw: raw}
	for r := (reader{b: raw}); r.next(); {
		if r.num > uint64(ValueBytes) {
			continue
		}
		v.Kind = ValueKind(r.num)
		switch v.Kind {
		case ValueString, ValueBytes:
			v.Bytes = r.data
		case ValueBool:
			v.Bool = r.n != 0
		case ValueInt:
			v.Int = int64(r.n)
		case ValueDouble:
			v.Double = math.Float64frombits(r.n)
		}
	}
	return v
}

// Attributes yields the KeyValues in the field of that number of a message.
func Attributes(raw []byte, field protowire.Number) iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) { rangeAttributes(raw, uint64(field), yield) }
}

// ResourceAttributes yields the attributes of an encoded Resource.
func ResourceAttributes(raw []byte) iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) { rangeAttributes(raw, 1, yield) }
}

// ScopeAttributes yields the attributes of an encoded InstrumentationScope.
func ScopeAttributes(raw []byte) iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) { rangeAttributes(raw, 3, yield) }
}

// ScopeName returns the name of an encoded InstrumentationScope.
func ScopeName(raw []byte) []byte { return stringField(raw, 1) }

func stringField(raw []byte, number uint64) (s []byte) {
	for r := (reader{b: raw}); r.next(); {
		if r.num == number {
			s = r.data
		}
	}
	return s
}

func rangeAttributes(raw []byte, number uint64, yield func([]byte, Value) bool) {
	for r := (reader{b: raw}); r.next(); {
		if !r.embeds(number) {
			continue
		}
		if !yield(ParseAttribute(r.data)) {
			return
		}
	}
}

// ParseAttribute reads an encoded KeyValue.
func ParseAttribute(raw []byte) (key []byte, v Value) {
	if len(raw) > 1 && uint64(raw[0]) == tagKey { // nearly always
		keyFrom, keyTo := payload(raw, 1)
		if keyFrom > 0 && keyTo < len(raw) && uint64(raw[keyTo]) == tagValue {
			if from, to := payload(raw, keyTo+1); to == len(raw) {
				return raw[keyFrom:keyTo:keyTo], parseValue(raw[from:to:to])
			}
		}
	}
	for r := (reader{b: raw}); r.next(); {
		switch r.num {
		case numberKey:
			key = r.data
		case numberValue:
			v = parseValue(r.data)
		}
	}
	return key, v
}
