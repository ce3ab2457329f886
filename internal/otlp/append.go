package otlp

import "google.golang.org/protobuf/encoding/protowire"

// AppendStringAttribute appends a KeyValue with a string_value as the field of
// that number. Key and value are to be valid UTF-8.
func AppendStringAttribute(dst []byte, field protowire.Number, key, value string) []byte {
	any := protowire.SizeTag(1) + protowire.SizeBytes(len(value))
	dst = appendAttributeHead(dst, field, key, any)
	dst = protowire.AppendVarint(dst, tagString)
	return protowire.AppendString(dst, value)
}

// AppendIntAttribute appends a KeyValue with an int_value as the field of that
// number. The key is to be valid UTF-8.
func AppendIntAttribute(dst []byte, field protowire.Number, key string, value int64) []byte {
	any := protowire.SizeTag(3) + protowire.SizeVarint(uint64(value))
	dst = appendAttributeHead(dst, field, key, any)
	dst = protowire.AppendVarint(dst, tagInt)
	return protowire.AppendVarint(dst, uint64(value))
}

// appendAttributeHead appends a KeyValue up to its AnyValue of that size.
func appendAttributeHead(dst []byte, field protowire.Number, key string, any int) []byte {
	size := protowire.SizeTag(1) + protowire.SizeBytes(len(key)) + protowire.SizeTag(2) + protowire.SizeBytes(any)
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(size))
	dst = protowire.AppendVarint(dst, tagKey)
	dst = protowire.AppendString(dst, key)
	dst = protowire.AppendVarint(dst, tagValue)
	return protowire.AppendVarint(dst, uint64(any))
}

// StringAttribute is a key with a string value, both valid UTF-8.
type StringAttribute struct{ Key, Value string }

// AppendSpanWith appends an encoded Span (without tag and length) to dst, with
// its tracestate replaced unless traceState is nil, removed if it is empty, and
// with attrs added. An attribute that the span already has under that key is
// replaced.
func AppendSpanWith(dst, raw []byte, traceState *string, attrs ...StringAttribute) []byte {
	r := reader{b: raw}
	for r.next() {
		switch {
		case r.num == spanTraceState && traceState != nil:
		case r.num == spanAttributes && hasKey(attrs, r.data):
		default:
			dst = append(dst, raw[r.at:r.pos]...)
		}
	}
	if traceState != nil && *traceState != "" {
		dst = protowire.AppendTag(dst, spanTraceState, protowire.BytesType)
		dst = protowire.AppendString(dst, *traceState)
	}
	for _, a := range attrs {
		dst = AppendStringAttribute(dst, spanAttributes, a.Key, a.Value)
	}
	return dst
}

func hasKey(attrs []StringAttribute, keyValue []byte) bool {
	if len(attrs) == 0 {
		return false
	}
	key := stringField(keyValue, numberKey)
	for _, a := range attrs {
		if string(key) == a.Key {
			return true
		}
	}
	return false
}

// appendMessage appends a field whose message fill appends. The length stands
// before the message, which is moved when its length takes more than one byte.
func appendMessage(dst []byte, field protowire.Number, fill func(dst []byte) []byte) []byte {
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	start := len(dst)
	dst = fill(append(dst, 0))
	n := len(dst) - start - 1
	if width := protowire.SizeVarint(uint64(n)); width > 1 {
		dst = append(dst, make([]byte, width-1)...)
		copy(dst[start+width:], dst[start+1:start+1+n])
	}
	protowire.AppendVarint(dst[:start], uint64(n))
	return dst
}
