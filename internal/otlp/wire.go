package otlp

import "google.golang.org/protobuf/encoding/protowire"

// varint reads a varint of b at pos. next is -1 if there is none.
func varint(b []byte, pos int) (v uint64, next int) {
	if pos < len(b) && b[pos] < 0x80 {
		return uint64(b[pos]), pos + 1
	}
	return longVarint(b, pos)
}

func longVarint(b []byte, pos int) (uint64, int) {
	if pos >= len(b) {
		return 0, -1
	}
	v, n := protowire.ConsumeVarint(b[pos:])
	if n < 0 {
		return 0, -1
	}
	return v, pos + n
}

// payload reads the length of a length-delimited field of b at pos. start is -1
// if the field isn't wholly in b.
func payload(b []byte, pos int) (start, end int) {
	if pos < len(b) && b[pos] < 0x80 { // varint, in line
		if start, end = pos+1, pos+1+int(b[pos]); end <= len(b) {
			return start, end
		}
		return -1, -1
	}
	n, start := longVarint(b, pos)
	if start < 0 || n > uint64(len(b)-start) {
		return -1, -1
	}
	return start, start + int(n)
}

// skip returns the position after a value of wire type t at pos, or -1 if it
// isn't wholly in b or is a group.
func skip(b []byte, pos int, t protowire.Type) int {
	switch t {
	case protowire.VarintType:
		_, pos = varint(b, pos)
		return pos
	case protowire.Fixed32Type:
		pos += 4
	case protowire.Fixed64Type:
		pos += 8
	case protowire.BytesType:
		_, pos = payload(b, pos)
		return pos
	default:
		return -1
	}
	if pos > len(b) {
		return -1
	}
	return pos
}

// reader goes over the fields of one message that has been validated. It stops
// at the first malformed byte, as at the end.
type reader struct {
	b    []byte
	pos  int
	num  uint64         // number of the current field
	wire protowire.Type // its wire type
	n    uint64         // its value, if a number
	data []byte         // its payload, if length-delimited
	at   int            // where its tag begins
	from int            // where its payload begins
}

// next goes to the next field, and says whether there is one.
func (r *reader) next() bool {
	pos := r.pos
	r.at = pos
	if pos >= len(r.b) {
		return false
	}
	tag := uint64(r.b[pos]) // varint, in line
	pos++
	if tag >= 0x80 {
		if tag, pos = longVarint(r.b, r.at); pos < 0 {
			return false
		}
	}
	r.num, r.wire = tag>>3, protowire.Type(tag&7)
	if r.num == 0 {
		return false
	}
	if r.wire == protowire.BytesType {
		start, end := payload(r.b, pos)
		if start < 0 {
			return false
		}
		r.data, r.from, r.pos = r.b[start:end:end], start, end
		return true
	}
	return r.number(pos)
}

// skipAlike passes over the fields that follow with the tag of the current one, as
// long as tags and lengths take one byte each: attributes, mostly.
func (r *reader) skipAlike() {
	b, tag, pos := r.b, r.b[r.at], r.pos
	if tag >= 0x80 {
		return // a longer form of the tag: what follows its first byte isn't a length
	}
	for pos+1 < len(b) && b[pos] == tag && b[pos+1] < 0x80 {
		end := pos + 2 + int(b[pos+1])
		if end > len(b) {
			break // next says that it is malformed
		}
		pos = end
	}
	r.pos = pos
}

// number reads the numeric value at pos.
func (r *reader) number(pos int) bool {
	r.data = nil
	switch r.wire {
	case protowire.VarintType:
		v, end := varint(r.b, pos)
		if end < 0 {
			return false
		}
		r.n, r.pos = v, end
	case protowire.Fixed64Type:
		v, n := protowire.ConsumeFixed64(r.b[pos:])
		if n < 0 {
			return false
		}
		r.n, r.pos = v, pos+n
	case protowire.Fixed32Type:
		v, n := protowire.ConsumeFixed32(r.b[pos:])
		if n < 0 {
			return false
		}
		r.n, r.pos = uint64(v), pos+n
	default:
		return false
	}
	return true
}

// embeds says whether the current field is length-delimited and has that number.
func (r *reader) embeds(number uint64) bool {
	return r.num == number && r.wire == protowire.BytesType
}
