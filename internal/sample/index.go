package sample

import (
	"math"
	"unsafe"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// none ends a list of places.
const none = ^uint32(0)

// fragment is the spans of one trace that came from this pod and are undecided.
type fragment struct {
	entry
	first, last uint32 // in index.spans
	spans       int32
	roots       int32  // local roots that have arrived
	waiting     int32  // spans whose local parent hasn't
	failed      bool   // a span has the status error
	touched     bool   // by the batch that is being added
	large       bool   // its spans are in index.known
	candidate   bool   // of a rate rule: the end of the window decides
	explicit    bool   // r is the rv of a tracestate
	r           uint64 // randomness of the trace
	parent      uint64 // threshold that it came with; noThreshold if none
	bytes       int64
	created     int64 // of the sampler's clock
	changed     int64
	queued      int64 // when its entry in the queue says that it is due, or unqueued
}

// unqueued says that a fragment has no entry in the queue.
const unqueued = math.MaxInt64

// complete says whether the pod's work on the trace is done, as far as can be
// seen: a local root has arrived, and no span waits for its parent. Children
// arrive before parents.
func (f *fragment) complete() bool { return f.roots > 0 && f.waiting == 0 }

// inconsistent says whether the trace came with a threshold that it doesn't reach.
func (f *fragment) inconsistent() bool { return f.parent != noThreshold && f.r < f.parent }

// held is where one span or log record lies.
type held struct {
	group  uint32 // in index.groups
	offset uint32 // in the segment of the group
	length uint32
	next   uint32 // of its trace
}

// spanEntry is a span that is held.
type spanEntry struct {
	held
	id, parent [8]byte // parent: zero for a local root
}

func (e *spanEntry) root() bool { return e.parent == [8]byte{} }

// index knows where the spans of each undecided trace lie. All of it is in slabs
// and maps whose elements name one another by number: there is nothing for the
// garbage collector to follow.
type index struct {
	fragments table[fragment, *fragment]
	spans     slab[spanEntry]
	groups    slab[groupEntry]
	known     map[spanKey]int32 // of large fragments

	liveSpans int
	liveBytes int64
}

func newIndex() *index {
	return &index{fragments: newTable[fragment](), known: map[spanKey]int32{}}
}

// fragment returns the fragment of a trace, made if there is none.
func (x *index) fragment(id [16]byte, now int64) uint32 {
	if f, ok := x.fragments.byTrace[id]; ok {
		return f
	}
	f := x.fragments.add(id)
	fr := x.fragments.at(f)
	fr.first, fr.last = none, none
	fr.r, fr.parent = traceRandomness(id), noThreshold
	fr.created, fr.queued = now, unqueued
	return f
}

// add puts a span, which lies at offset in the group's segment, into fragment f.
// rel is what relate said of it.
func (x *index) add(f uint32, s *otlp.Span, rel relation, groupPlace, offset uint32, now int64) {
	fr := x.fragments.at(f)
	n := x.spans.take()
	e := x.spans.at(n)
	*e = spanEntry{held: held{groupPlace, offset, uint32(len(s.Raw)), none}, id: s.SpanID}
	if !isLocalRoot(s) {
		e.parent = s.ParentID
	}
	x.link(fr, f, e, rel)
	if fr.last == none {
		fr.first = n
	} else {
		x.spans.at(fr.last).next = n
	}
	fr.last = n
	fr.spans++
	fr.bytes += int64(e.length)
	fr.failed = fr.failed || s.Status == otlp.StatusError
	fr.changed = now
	x.groups.at(groupPlace).items++
	x.liveSpans++
	x.liveBytes += int64(e.length)
}

// isLocalRoot says whether the span is one that this pod's work on the trace
// begins with: it has no parent, or one in another process. Without the flags
// that say so (OTLP, SpanFlags) a server or a consumer is taken to be called from
// elsewhere.
func isLocalRoot(s *otlp.Span) bool {
	switch {
	case !s.HasParent:
		return true
	case s.Flags&otlp.FlagHasIsRemote != 0:
		return s.Flags&otlp.FlagIsRemote != 0
	}
	return s.Kind == otlp.SpanKindServer || s.Kind == otlp.SpanKindConsumer
}

// ref is where a span or log record lies in the log.
func (x *index) ref(e *held) store.Ref {
	return store.Ref{Segment: x.groups.at(e.group).segment, Offset: e.offset}
}

// remove forgets a fragment and releases its spans in the log.
func (x *index) remove(f uint32, log *store.HoldLog) {
	fr := x.fragments.at(f)
	if fr.large {
		x.unmap(f, fr)
	}
	for n := fr.first; n != none; {
		e := x.spans.at(n)
		log.Release(x.ref(&e.held), 1, int(e.length))
		x.leave(e.group)
		x.spans.put(n)
		n = e.next
	}
	x.liveSpans -= int(fr.spans)
	x.liveBytes -= fr.bytes
	x.fragments.remove(f)
}

// What one element costs beside its own size: a number in the list of free places
// (or the place of a fragment in the queue), and its keys in maps. A table of Go's
// maps is at least 7/16 full, with one byte of control for each place.
const (
	freeCost     = 4
	byTraceCost  = (16 + 4 + 1) * 16 / 7
	knownCost    = (12 + 4 + 1) * 16 / 7
	fragmentCost = int64(unsafe.Sizeof(fragment{})) + freeCost + byTraceCost + int64(unsafe.Sizeof(dueEntry{}))
	spanCost     = int64(unsafe.Sizeof(spanEntry{})) + freeCost
	groupCost    = int64(unsafe.Sizeof(groupEntry{})) + freeCost
)

// cost is the size of the index in bytes, by what is in it. What it takes of the
// heap is that of the largest cost so far: places are used again, and never given
// back.
func (x *index) cost() int64 {
	return int64(x.fragments.used())*fragmentCost + int64(x.spans.used())*spanCost +
		int64(x.groups.used())*groupCost + int64(len(x.known))*knownCost
}
