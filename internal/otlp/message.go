package otlp

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// message walks the fields of a message at in[pos:end]. Its depth is that of the
// descriptors, which aren't recursive; values have their own.
func (w *Walker) message(n *node, pos, end int) status {
	b := w.in[:end]
	if n.role == roleItem {
		w.counts.Items++
		if w.items != nil {
			w.items.Item()
		}
	}
	var seen uint32
	for pos < len(b) {
		start := pos
		tag, value := uint64(b[pos]), pos+1 // varint, in line
		if tag >= 0x80 {
			if tag, value = longVarint(b, pos); value < 0 {
				return w.fail(n.name, start, reasonVarint)
			}
		}
		number := tag >> 3
		if number == 0 || number > protoMaxNumber {
			return w.fail(n.name, start, reasonNumber)
		}
		var st status
		if number >= uint64(len(n.fields)) || n.fields[number].kind == kindDeleted {
			if pos, st = w.unknown(n.name, b, start, value, tag); st != ok {
				return st
			}
			continue
		}
		f := &n.fields[number]
		if seen&f.conflict != 0 {
			if st = w.oddity(); st != ok {
				return st
			}
		}
		seen |= 1 << number
		if f.wire == protowire.BytesType && tag&7 == uint64(protowire.BytesType) {
			from, to := payload(b, value)
			if from < 0 {
				return w.fail(n.name, start, reasonTruncated)
			}
			st, pos = w.delimited(n, f, start, value, from, to), to
		} else {
			pos, st = w.number(n, f, b, start, value, tag)
		}
		if st != ok {
			return st
		}
		if w.full {
			return w.fail(n.name, start, reasonChanges)
		}
	}
	if seen&n.required != n.required && !w.lenient {
		return rejectItem
	}
	return ok
}

// protoMaxNumber is the largest field number of protobuf.
const protoMaxNumber = uint64(protowire.MaxValidNumber)

// delimited walks the length-delimited field f of n: its tag at start, its length
// prefix at prefix, its payload in[from:to].
func (w *Walker) delimited(n *node, f *field, start, prefix, from, to int) status {
	switch f.kind {
	case kindAttribute:
		return w.attribute(f.values, start, prefix, from, to, 1)
	case kindText:
		if f.conflict == 0 {
			w.count++ // one of many
		}
		return w.dropped(w.offerString(f.place, f.text, prefix, from, to), start, to)
	case kindMessage:
		return w.child(f.child, start, prefix, from, to)
	case kindID:
		return w.id(f, from, to)
	case kindValue:
		return w.body(f.values, start, prefix, from, to)
	}
	return w.packed(n, f.kind, start, from, to)
}

// child walks an embedded message, and removes it if it is an item or a group
// that is to go.
func (w *Walker) child(n *node, start, prefix, from, to int) status {
	m, counts := w.mark(), w.counts
	w.enter(prefix, from, to)
	st := w.message(n, from, to)
	if st == ok {
		w.leave()
		return ok
	}
	if n.role == rolePart || (st != dropItem && st != rejectItem) {
		return st
	}
	w.rewind(m)
	w.remove(start, to)
	items := countItems(n, w.in[from:to])
	w.counts = counts
	w.counts.Items += items
	if st == rejectItem {
		w.counts.Rejected += items
	} else {
		w.counts.Dropped += items
	}
	return ok
}

// body walks a value that isn't in an attribute.
func (w *Walker) body(v *values, start, prefix, from, to int) status {
	m := w.mark()
	w.enter(prefix, from, to)
	st := w.value(v, from, to, 1)
	if st == ok {
		w.leave()
		return ok
	}
	w.rewind(m)
	return w.dropped(st, start, to)
}

// id checks the length of an id, and that it isn't all zero where it must not be.
func (w *Walker) id(f *field, from, to int) status {
	if w.lenient {
		return ok
	}
	id := w.in[from:to]
	if len(id) == 0 && !f.nonZero {
		return ok
	}
	if len(id) != int(f.idLength) || f.nonZero && allZero(id) {
		return rejectItem
	}
	return ok
}

func allZero(id []byte) bool {
	for _, c := range id {
		if c != 0 {
			return false
		}
	}
	return true
}

// number checks a numeric field whose value begins at pos, and returns where it ends.
func (w *Walker) number(n *node, f *field, b []byte, start, pos int, tag uint64) (int, status) {
	wire := protowire.Type(tag & 7)
	if wire != f.wire && !unpacked(f.kind, wire) {
		return pos, w.failWire(n.name, start, wire)
	}
	v, end := uint64(0), 0
	if wire == protowire.VarintType {
		v, end = varint(b, pos)
	} else {
		end = skip(b, pos, wire)
	}
	if end < 0 {
		return end, w.failSkip(n.name, start, tag)
	}
	if wire != f.wire || !inRange(f.kind, v) {
		return end, w.oddity()
	}
	return end, ok
}

// failWire refuses a wire type that isn't the field's.
func (w *Walker) failWire(place string, offset int, wire protowire.Type) status {
	if wire == protowire.StartGroupType || wire == protowire.EndGroupType {
		return w.fail(place, offset, reasonGroup)
	}
	return w.fail(place, offset, reasonWire)
}

// unpacked says whether wire is that of an element of a packed field.
func unpacked(k fieldKind, wire protowire.Type) bool {
	switch k {
	case kindPackedVarint:
		return wire == protowire.VarintType
	case kindPackedFixed32:
		return wire == protowire.Fixed32Type
	case kindPackedFixed64:
		return wire == protowire.Fixed64Type
	}
	return false
}

// inRange says whether a varint fits its field. Decoders cut off what doesn't, so
// the bytes would hold more than they show.
func inRange(k fieldKind, v uint64) bool {
	switch k {
	case kindVarintUint32:
		return v <= math.MaxUint32
	case kindVarintInt32:
		return int64(v) == int64(int32(v))
	case kindVarintBool:
		return v <= 1
	}
	return true
}

// packed checks the elements of a packed field.
func (w *Walker) packed(n *node, k fieldKind, start, from, to int) status {
	good := true
	switch k {
	case kindPackedFixed32:
		good = (to-from)%4 == 0
	case kindPackedFixed64:
		good = (to-from)%8 == 0
	default:
		for b := w.in[:to]; good && from < to; {
			_, from = varint(b, from)
			good = from >= 0
		}
	}
	if !good {
		return w.fail(n.name, start, reasonPacked)
	}
	return ok
}
