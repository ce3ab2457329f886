package otlp

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The tags of KeyValue, AnyValue, ArrayValue and KeyValueList, as checkForms
// holds them to be.
const (
	numberKey      = 1
	numberValue    = 2
	tagKey         = 1<<3 | uint64(protowire.BytesType)
	tagValue       = 2<<3 | uint64(protowire.BytesType)
	tagString      = 1<<3 | uint64(protowire.BytesType)
	tagBool        = 2<<3 | uint64(protowire.VarintType)
	tagInt         = 3<<3 | uint64(protowire.VarintType)
	tagDouble      = 4<<3 | uint64(protowire.Fixed64Type)
	tagArray       = 5<<3 | uint64(protowire.BytesType)
	tagMap         = 6<<3 | uint64(protowire.BytesType)
	tagBytes       = 7<<3 | uint64(protowire.BytesType)
	tagElement     = 1<<3 | uint64(protowire.BytesType)
	lastKeyNumber  = 2
	lastAnyNumber  = 7
	lastListNumber = 1
)

// attribute walks the KeyValue at in[from:to], and removes it if it is to go.
// depth is the level of its value.
func (w *Walker) attribute(v *values, start, prefix, from, to, depth int) status {
	var p plainAttribute
	if depth <= w.depth && p.parse(w.in[:to], from) {
		return w.plain(v, &p, start, prefix, from, to)
	}
	m := w.mark()
	w.enter(prefix, from, to)
	st := w.keyValue(v, from, to, depth)
	if st == ok {
		w.leave()
		return ok
	}
	w.rewind(m)
	return w.dropped(st, start, to)
}

func (w *Walker) keyValue(v *values, pos, end, depth int) status {
	key, keyMended := w.findKey(pos, end)
	outerKey, outerPlan := w.text.Key, w.text.Plan
	if w.visitor != nil {
		plan, verdict := w.visitor.Attribute(v.value, key, outerPlan)
		if verdict > Replace {
			return removal(verdict)
		}
		w.text.Key, w.text.Plan = key, plan
	}
	st := w.keyAndValue(v, pos, end, depth, key, keyMended)
	w.text.Key, w.text.Plan = outerKey, outerPlan
	return st
}

// keyAndValue walks the fields of a KeyValue, whose key has been found.
func (w *Walker) keyAndValue(v *values, pos, end, depth int, key []byte, keyMended bool) status {
	b := w.in[:end]
	var seen uint32
	for pos < len(b) {
		start := pos
		tag, value := varint(b, pos)
		if value < 0 {
			return w.fail(v.name, start, reasonVarint)
		}
		if tag != tagKey && tag != tagValue {
			var st status
			if pos, st = w.other(v.name, b, start, value, tag, lastKeyNumber); st != ok {
				return st
			}
			continue
		}
		from, to := payload(b, value)
		if from < 0 {
			return w.fail(v.name, start, reasonTruncated)
		}
		if bit := uint32(1) << (tag >> 3); seen&bit != 0 {
			if st := w.oddity(); st != ok {
				return st
			}
			if tag == tagKey {
				key, keyMended = w.mend(b[from:to:to])
			}
		} else {
			seen |= bit
		}
		pos = to
		if tag == tagKey {
			if st := w.offer(v.key, Key, value, from, to, key, keyMended); st != ok {
				return st
			}
			continue
		}
		w.enter(value, from, to)
		if st := w.value(v, from, to, depth); st != ok {
			return st
		}
		w.leave()
	}
	return ok
}

// findKey returns the first key of a KeyValue, wherever it stands, mended if need
// be. Without one it is empty.
func (w *Walker) findKey(pos, end int) (key []byte, mended bool) {
	for r := (reader{b: w.in[:end], pos: pos}); r.next(); {
		if r.embeds(numberKey) {
			return w.mend(r.data)
		}
	}
	return w.in[end:end:end], false
}

// value walks the AnyValue at in[pos:end].
func (w *Walker) value(v *values, pos, end, depth int) status {
	if depth > w.depth {
		return w.fail(v.name, pos, reasonNesting)
	}
	b := w.in[:end]
	seen := false
	for pos < len(b) {
		start := pos
		tag, value := varint(b, pos)
		if value < 0 {
			return w.fail(v.name, start, reasonVarint)
		}
		var st status
		known := true
		switch tag {
		case tagString, tagBytes, tagArray, tagMap:
			from, to := payload(b, value)
			if from < 0 {
				return w.fail(v.name, start, reasonTruncated)
			}
			st, pos = w.compound(v, tag, value, from, to, depth), to
		case tagInt, tagDouble, tagBool:
			pos, st = w.scalar(v, b, start, value, tag)
		default:
			pos, st = w.other(v.name, b, start, value, tag, lastAnyNumber)
			known = false
		}
		if st == ok && known && seen {
			st = w.oddity()
		}
		seen = seen || known
		if st != ok {
			return st
		}
	}
	return ok
}

// compound walks a string, bytes, array or map with its payload at in[from:to].
func (w *Walker) compound(v *values, tag uint64, prefix, from, to, depth int) status {
	switch tag {
	case tagString:
		return w.offerString(v.value, String, prefix, from, to)
	case tagBytes:
		return w.offerString(v.value, Bytes, prefix, from, to)
	}
	w.enter(prefix, from, to)
	st := w.list(v, from, to, depth+1, tag == tagMap)
	if st == ok {
		w.leave()
	}
	return st
}

// list walks an ArrayValue or a KeyValueList, whose elements are at depth.
func (w *Walker) list(v *values, pos, end, depth int, attributes bool) status {
	b := w.in[:end]
	for pos < len(b) {
		start := pos
		tag, value := varint(b, pos)
		if value < 0 {
			return w.fail(v.name, start, reasonVarint)
		}
		var st status
		if tag != tagElement {
			if pos, st = w.other(v.name, b, start, value, tag, lastListNumber); st != ok {
				return st
			}
			continue
		}
		from, to := payload(b, value)
		if from < 0 {
			return w.fail(v.name, start, reasonTruncated)
		}
		pos = to
		if attributes {
			st = w.attribute(v, start, value, from, to, depth)
		} else {
			w.enter(value, from, to)
			if st = w.value(v, from, to, depth); st == ok {
				w.leave()
			}
		}
		if st != ok {
			return st
		}
		if w.full {
			return w.fail(v.name, start, reasonChanges)
		}
	}
	return ok
}

// scalar walks an int, double or bool whose value begins at pos.
func (w *Walker) scalar(v *values, b []byte, start, pos int, tag uint64) (int, status) {
	if tag == tagDouble {
		bits, n := protowire.ConsumeFixed64(b[pos:])
		if n < 0 {
			return -1, w.fail(v.name, start, reasonTruncated)
		}
		w.text.Double = math.Float64frombits(bits)
		return pos + n, w.offerNumber(v.value, Double, start, pos+n)
	}
	n, end := varint(b, pos)
	if end < 0 {
		return -1, w.fail(v.name, start, reasonVarint)
	}
	if tag == tagBool {
		if n > 1 {
			return end, w.oddity()
		}
		return end, ok
	}
	w.text.Int = int64(n)
	return end, w.offerNumber(v.value, Int, start, end)
}

// other treats a field that the message doesn't have, or that it has with
// another wire type. Numbers up to last are known.
func (w *Walker) other(place string, b []byte, start, pos int, tag, last uint64) (int, status) {
	number := tag >> 3
	if number == 0 || number > protoMaxNumber {
		return -1, w.fail(place, start, reasonNumber)
	}
	if number <= last {
		return -1, w.failWire(place, start, protowire.Type(tag&7))
	}
	return w.unknown(place, b, start, pos, tag)
}

// mend makes a string valid UTF-8. A mended string is appended to the arena.
func (w *Walker) mend(s []byte) (mended []byte, changed bool) {
	if validUTF8(s) {
		return s, false
	}
	from := len(w.arena)
	w.arena = appendMended(w.arena, s)
	return w.arena[from:len(w.arena):len(w.arena)], true
}
