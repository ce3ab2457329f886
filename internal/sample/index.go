package sample

import (
	"math"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// none ends a list of places.
const none = ^uint32(0)

// fragment is the spans of one trace that came from this pod and are undecided.
type fragment struct {
	traceID      [16]byte
	first, last  uint32 // in index.spans
	older, newer uint32 // in index.fragments, by creation
	generation   uint32 // tells uses of one place apart
	spans        int32
	roots        int32 // local roots that have arrived
	waiting      int32 // spans whose local parent hasn't
	failed       bool  // a span has the status error
	touched      bool  // by the batch that is being added
	bytes        int64
	created      int64 // of the sampler's clock
	changed      int64
	queued       int64  // when its entry in the queue says that it is due, or unqueued
	born         uint64 // age of the log's segment in which it begins
}

// unqueued says that a fragment has no entry in the queue.
const unqueued = math.MaxInt64

// complete says whether the pod's work on the trace is done, as far as can be
// seen: a local root has arrived, and no span waits for its parent. Children
// arrive before parents.
func (f *fragment) complete() bool { return f.roots > 0 && f.waiting == 0 }

// spanEntry is where one span lies.
type spanEntry struct {
	ref    store.Ref
	length uint32
	group  uint32
	next   uint32
	id     [8]byte
	parent [8]byte // zero for a local root
	root   bool    // a local root
}

// group is what the spans of one scope in one batch share. Its slices lie in the
// hold log, outside the heap, and are valid while a span of the group is.
type group struct {
	otlp.Group
	spans int32
}

// spanKey names a span in a fragment.
type spanKey struct {
	fragment uint32
	id       [8]byte
}

// received marks a span that has arrived in index.known; other values count the
// spans that wait for it.
const received = -1

// index knows where the spans of each undecided trace lie. All of it is in slabs
// whose elements name one another by number.
type index struct {
	byTrace   map[[16]byte]uint32
	fragments slab[fragment]
	spans     slab[spanEntry]
	groups    slab[group]
	known     map[spanKey]int32

	oldest, newest uint32 // in fragments

	liveSpans int
	liveBytes int64
}

func newIndex() *index {
	return &index{byTrace: map[[16]byte]uint32{}, known: map[spanKey]int32{}, oldest: none, newest: none}
}

// fragment returns the fragment of a trace, made if there is none.
func (x *index) fragment(id [16]byte, now int64, age uint64) uint32 {
	if f, ok := x.byTrace[id]; ok {
		return f
	}
	f := x.fragments.take()
	fr := x.fragments.at(f)
	*fr = fragment{
		traceID: id, first: none, last: none, older: x.newest, newer: none,
		created: now, queued: unqueued, born: age, generation: fr.generation + 1,
	}
	if x.newest == none {
		x.oldest = f
	} else {
		x.fragments.at(x.newest).newer = f
	}
	x.newest = f
	x.byTrace[id] = f
	return f
}

// group stores what spans share and returns its place.
func (x *index) group(g otlp.Group) uint32 {
	n := x.groups.take()
	*x.groups.at(n) = group{Group: g}
	return n
}

// has says whether a span is in fragment f already: a client that got no answer
// sends it again.
func (x *index) has(f uint32, id [8]byte) bool { return x.known[spanKey{f, id}] == received }

// add puts a span, which lies at ref and isn't there yet, into fragment f.
func (x *index) add(f uint32, s *otlp.Span, ref store.Ref, groupPlace uint32, now int64) {
	fr := x.fragments.at(f)
	n := x.spans.take()
	e := x.spans.at(n)
	*e = spanEntry{ref: ref, length: uint32(len(s.Raw)), group: groupPlace, next: none, id: s.SpanID, root: isLocalRoot(s)}
	x.link(fr, f, e, s)
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
	x.groups.at(groupPlace).spans++
	x.liveSpans++
	x.liveBytes += int64(e.length)
}

// link counts who waits for the span and whether it waits itself.
func (x *index) link(fr *fragment, f uint32, e *spanEntry, s *otlp.Span) {
	key := spanKey{f, s.SpanID}
	fr.waiting -= x.known[key]
	x.known[key] = received
	if e.root {
		fr.roots++
		return
	}
	e.parent = s.ParentID
	parent := spanKey{f, s.ParentID}
	if n := x.known[parent]; n != received {
		x.known[parent] = n + 1
		fr.waiting++
	}
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

// remove forgets a fragment and releases its spans in the log.
func (x *index) remove(f uint32, log *store.HoldLog) {
	fr := x.fragments.at(f)
	for n := fr.first; n != none; {
		e := x.spans.at(n)
		delete(x.known, spanKey{f, e.id})
		if !e.root {
			delete(x.known, spanKey{f, e.parent})
		}
		x.leave(e.group)
		log.Release(e.ref, 1)
		x.spans.put(n)
		n = e.next
	}
	x.liveSpans -= int(fr.spans)
	x.liveBytes -= fr.bytes
	delete(x.byTrace, fr.traceID)
	x.unlink(fr)
	*fr = fragment{generation: fr.generation}
	x.fragments.put(f)
}

// leave takes one span out of a group.
func (x *index) leave(place uint32) {
	g := x.groups.at(place)
	if g.spans--; g.spans == 0 {
		*g = group{}
		x.groups.put(place)
	}
}

// unlink takes a fragment out of the order of creation.
func (x *index) unlink(fr *fragment) {
	if fr.older == none {
		x.oldest = fr.newer
	} else {
		x.fragments.at(fr.older).newer = fr.newer
	}
	if fr.newer == none {
		x.newest = fr.older
	} else {
		x.fragments.at(fr.newer).older = fr.older
	}
}

// spanCost is what the index takes for one span, its key in known included: Go's
// maps are between a half and seven eighths full.
const spanCost = 56 + 32

// cost is the size of the index, in bytes.
func (x *index) cost() int64 { return int64(x.spans.used()) * spanCost }
