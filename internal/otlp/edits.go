package otlp

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// edit replaces a range of the input. Edits stand in the order of their offsets
// and don't overlap. A hostile request may need one for every few bytes, so they
// are small; maxSize keeps the numbers in range.
type edit struct {
	offset int32 // of the range in the input
	length int32 // of the range; 0 inserts
	from   int32 // where the replacement begins in the arena; lengthEdit: the replacement is size as a varint
	size   int32 // of the replacement
}

const lengthEdit = -1

const editSize = 16 // bytes

// What the changes of a request may take: several times its size, and any size of
// a small one. Replacing key and value of each attribute takes about three times
// the size of usual attributes.
const (
	changesShare = 4
	changesMin   = 1 << 20 // bytes
)

// message is an enclosing message whose end hasn't been reached. It gets an edit
// for its length prefix, before those of its content, with the first of these.
type message struct {
	prefix int32 // offset of the length prefix
	start  int32 // offset of the payload
	end    int32
	delta  int32 // of the editor at its start
	slot   int32 // index of its edit, once it has one
}

// editor collects the edits of one walk.
type editor struct {
	in    []byte
	edits []edit
	arena []byte    // replacements
	delta int       // by which the output is longer so far
	open  []message // enclosing messages, outermost first; the root isn't among them
	slots int       // how many of them, from the outermost, have an edit
	limit int       // of the bytes in edits and arena
	full  bool      // they have gone beyond it
	count int       // what a decoder makes an object of: messages, repeated strings
}

func (e *editor) reset(in []byte) {
	e.in = in
	e.edits, e.arena, e.open = e.edits[:0], e.arena[:0], e.open[:0]
	e.delta, e.slots, e.count = 0, 0, 0
	e.limit, e.full = changesShare*len(in)+changesMin, false
}

// enter opens the message with its length prefix at prefix and payload [start, end).
func (e *editor) enter(prefix, start, end int) {
	e.count++
	top := len(e.open)
	if top == cap(e.open) {
		e.open = slices.Grow(e.open, 1)
	}
	e.open = e.open[:top+1]
	m := &e.open[top] // set field by field: a copy of a struct just written stalls the processor
	m.prefix, m.start, m.end, m.delta = int32(prefix), int32(start), int32(end), int32(e.delta)
}

// leave closes the innermost message, and puts its length right.
func (e *editor) leave() {
	top := len(e.open) - 1
	if e.slots > top {
		m := &e.open[top]
		size := int(m.end-m.start) + e.delta - int(m.delta)
		e.edits[m.slot].size = int32(size)
		e.delta += protowire.SizeVarint(uint64(size)) - int(m.start-m.prefix)
		e.slots = top
	}
	e.open = e.open[:top]
}

// mark is a state to come back to.
type mark struct{ edits, delta, open int }

func (e *editor) mark() mark { return mark{len(e.edits), e.delta, len(e.open)} }

// rewind forgets the edits and the messages since m.
func (e *editor) rewind(m mark) {
	e.edits, e.delta, e.open = e.edits[:m.edits], m.delta, e.open[:m.open]
	e.slots = min(e.slots, m.open)
	for e.slots > 0 && int(e.open[e.slots-1].slot) >= m.edits {
		e.slots--
	}
}

// replace puts arena[from:] in the place of in[start:end].
func (e *editor) replace(start, end, from int) {
	e.reserve()
	size := len(e.arena) - from
	e.edits = append(e.edits, edit{offset: int32(start), length: int32(end - start), from: int32(from), size: int32(size)})
	e.delta += size - (end - start)
	if len(e.edits)*editSize+len(e.arena) > e.limit {
		e.full = true
	}
}

// remove deletes in[start:end].
func (e *editor) remove(start, end int) {
	if n := len(e.edits); n > 0 {
		last := &e.edits[n-1]
		if int(last.offset+last.length) == start { // it isn't of a length: what follows that was edited with it
			last.length += int32(end - start)
			e.delta -= end - start
			return
		}
	}
	e.replace(start, end, len(e.arena))
}

// replacePayload puts arena[from:] in the place of the payload in[start:end],
// whose length prefix begins at prefix.
func (e *editor) replacePayload(prefix, start, end, from int) {
	e.reserve()
	size := len(e.arena) - from
	e.edits = append(e.edits, edit{offset: int32(prefix), length: int32(start - prefix), from: lengthEdit, size: int32(size)})
	e.delta += protowire.SizeVarint(uint64(size)) - (start - prefix)
	e.replace(start, end, from)
}

// reserve makes edits for the lengths of the enclosing messages.
func (e *editor) reserve() {
	for ; e.slots < len(e.open); e.slots++ {
		m := &e.open[e.slots]
		m.slot = int32(len(e.edits))
		e.edits = append(e.edits, edit{offset: m.prefix, length: m.start - m.prefix, from: lengthEdit})
	}
}

// tooLarge says whether the numbers in the edits are out of range.
func (e *editor) tooLarge() bool {
	return len(e.in) > maxSize || len(e.arena) > maxSize || len(e.in)+e.delta > maxSize
}

// splice appends the edited input to dst.
func (e *editor) splice(dst []byte) []byte {
	dst = slices.Grow(dst, len(e.in)+e.delta)
	pos := 0
	for i := range e.edits {
		d := &e.edits[i]
		dst = append(dst, e.in[pos:d.offset]...)
		if d.from == lengthEdit {
			dst = protowire.AppendVarint(dst, uint64(d.size))
		} else {
			dst = append(dst, e.arena[d.from:][:d.size]...)
		}
		pos = int(d.offset + d.length)
	}
	return append(dst, e.in[pos:]...)
}
