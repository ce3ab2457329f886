package enrich

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// fields calls fn with each field of a message that a Walker has passed: its
// number, the whole field, and the payload of a length-delimited one.
func fields(b []byte, fn func(n protowire.Number, field, payload []byte)) {
	for len(b) > 0 {
		n, t, head := protowire.ConsumeTag(b)
		if head < 0 {
			return
		}
		size := protowire.ConsumeFieldValue(n, t, b[head:])
		if size < 0 {
			return
		}
		var payload []byte
		if t == protowire.BytesType {
			payload, _ = protowire.ConsumeBytes(b[head:])
		}
		fn(n, b[:head+size], payload)
		b = b[head+size:]
	}
}

// split takes an encoded Resource apart: its attributes, and all other fields.
func split(resource []byte) (pairs []pair, rest []byte) {
	fields(resource, func(n protowire.Number, field, payload []byte) {
		if n != fieldAttributes {
			rest = append(rest, field...)
			return
		}
		key, _ := otlp.ParseAttribute(payload)
		pairs = append(pairs, pair{key: string(key), field: field})
	})
	return pairs, rest
}

// Fields of Resource and EntityRef (opentelemetry/proto/common/v1) that name
// attributes by key.
const (
	fieldEntityRefs      = 3
	fieldIDKeys          = 3
	fieldDescriptionKeys = 4
)

// forget removes a key from the entity references among the fields of a Resource:
// they may name only attributes that are there.
func forget(rest []byte, key string) []byte {
	var out []byte
	fields(rest, func(n protowire.Number, field, ref []byte) {
		if n != fieldEntityRefs {
			out = append(out, field...)
			return
		}
		var kept []byte
		fields(ref, func(n protowire.Number, field, name []byte) {
			if (n == fieldIDKeys || n == fieldDescriptionKeys) && string(name) == key {
				return
			}
			kept = append(kept, field...)
		})
		out = protowire.AppendTag(out, fieldEntityRefs, protowire.BytesType)
		out = protowire.AppendBytes(out, kept)
	})
	return out
}
