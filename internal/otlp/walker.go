package otlp

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Limits bound what a Walker accepts.
type Limits struct {
	// Depth is how many levels of values may stand in each other, the value of an
	// attribute or a body being the first. 0 means 64: an AnyValue nested a million
	// deep ends the process in decoders that follow it by recursion.
	Depth int
}

const defaultDepth = 64

// maxSize bounds a request in bytes, before and after.
const maxSize = math.MaxInt32

// maxDecoded bounds the messages and repeated strings in a request that has to be
// decoded. An empty message is 2 bytes on the wire and about 100 as an object.
const maxDecoded = 200_000

// Walker validates and rewrites encoded requests. It is reusable, and for one
// goroutine at a time: callers keep a pool of them.
type Walker struct {
	schema *Schema
	depth  int

	editor
	visitor Visitor
	items   ItemVisitor // the visitor, if it wants to know of items
	text    Text        // the one Text that is offered again and again
	counts  Counts
	err     *Error
	lenient bool // pass odd encodings and invalid ids: the canonical form is walked next
}

// NewWalker returns a walker by the tables of s.
func NewWalker(s *Schema, l Limits) *Walker {
	if l.Depth <= 0 {
		l.Depth = defaultDepth
	}
	return &Walker{schema: s, depth: l.Depth}
}

// Rewrite validates the request in and offers its texts to v, which may be nil.
// If nothing changes, out is in, and nothing is allocated; else out is the
// rewritten request, written to dst[:0] and grown as needed. dst must not overlap
// in. The error is an *Error.
//
// Besides what v decides: fields that OTLP doesn't have are deleted, strings that
// aren't UTF-8 are mended with U+FFFD, items with an id of a wrong length, or
// spans with ids that are missing or all zero, are removed. Encodings that
// decoders disagree about (a single field twice, two members of a oneof, unpacked
// numbers, numbers out of range) are brought into the one that protobuf-go writes.
// What no decoder reads is refused.
func (w *Walker) Rewrite(sig Signal, in, dst []byte, v Visitor) (out []byte, c Counts, err error) {
	defer w.release()
	st := w.walk(sig, in, v)
	if st == odd {
		in, st = w.canonical(sig, in, v)
		if st == ok && len(w.edits) == 0 {
			return append(dst[:0], in...), w.counts, nil
		}
	}
	if st != ok {
		return nil, Counts{}, w.err
	}
	if len(w.edits) == 0 {
		return in, w.counts, nil
	}
	return w.splice(dst[:0]), w.counts, nil
}

// Check validates a request as Rewrite does, and counts its items. It says
// nothing about whether Rewrite would change it. The error is an *Error.
func (w *Walker) Check(sig Signal, in []byte) (Counts, error) {
	defer w.release()
	st := w.walk(sig, in, nil)
	if st == odd {
		_, st = w.canonical(sig, in, nil)
	}
	if st != ok {
		return Counts{}, w.err
	}
	return w.counts, nil
}

// maxScratch is the memory in bytes that a walker keeps for its edits, and for
// their texts, from one request to the next.
const maxScratch = 1 << 20

// release forgets the input and the visitor, so that a pooled walker doesn't hold
// them, and scratch memory that only an unusual request needs.
func (w *Walker) release() {
	w.in, w.visitor, w.items, w.text = nil, nil, nil, Text{}
	if cap(w.arena) > maxScratch {
		w.arena = nil
	}
	if cap(w.edits) > maxScratch/editSize {
		w.edits = nil
	}
}

// walk goes over the whole request.
func (w *Walker) walk(sig Signal, in []byte, v Visitor) status {
	w.reset(in)
	w.visitor, w.text, w.counts, w.err = v, Text{}, Counts{}, nil
	w.items, _ = v.(ItemVisitor)
	if sig >= NumSignals {
		return w.fail(sig.String(), 0, reasonSignal)
	}
	root := w.schema.roots[sig]
	if w.tooLarge() {
		return w.fail(root.name, 0, reasonSize)
	}
	st := w.message(root, 0, len(in))
	if st == ok && w.tooLarge() {
		return w.fail(root.name, 0, reasonSize)
	}
	return st
}

// status is how the walk of a message ended.
type status uint8

const (
	ok            status = iota
	dropAttribute        // the innermost attribute, or field, is to be removed
	dropItem             // the innermost item or group is to be removed, at the visitor's word
	rejectItem           // likewise, because of an invalid id
	odd                  // the encoding isn't canonical
	failed               // err is set
)

func (w *Walker) fail(place string, offset int, reason string) status {
	w.err = &Error{Place: place, Offset: offset, Reason: reason}
	return failed
}

// oddity is met where decoders may disagree. The walk goes on if it is lenient.
func (w *Walker) oddity() status {
	if w.lenient {
		return ok
	}
	return odd
}

// unknown deletes the field at start that isn't in the tables, its value at pos
// and no longer than b.
func (w *Walker) unknown(place string, b []byte, start, pos int, tag uint64) (int, status) {
	end := skip(b, pos, protowire.Type(tag&7))
	if end < 0 {
		return end, w.failSkip(place, start, tag)
	}
	w.remove(start, end)
	return end, ok
}

// failSkip says why a field can't be skipped.
func (w *Walker) failSkip(place string, offset int, tag uint64) status {
	switch protowire.Type(tag & 7) {
	case protowire.StartGroupType, protowire.EndGroupType:
		return w.fail(place, offset, reasonGroup)
	case protowire.VarintType:
		return w.fail(place, offset, reasonVarint)
	case protowire.Fixed32Type, protowire.Fixed64Type, protowire.BytesType:
		return w.fail(place, offset, reasonTruncated)
	}
	return w.fail(place, offset, reasonWire)
}
