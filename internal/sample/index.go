package sample

import (
	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// none ends a list of indexes.
const none = ^uint32(0)

// fragment is the spans of one trace that came from this pod and are undecided.
type fragment struct {
	traceID     [16]byte
	first, last uint32 // in index.spans
	spans       int    // 0: the place is free
	bytes       int64
	roots       int   // local roots that have arrived
	waiting     int   // spans whose local parent hasn't
	created     int64 // of the sampler's clock
	changed     int64
	failed      bool   // a span has the status error
	generation  uint32 // tells uses of one place apart
}

// spanEntry is where one span lies.
type spanEntry struct {
	ref    store.Ref
	length uint32
	group  uint32
	next   uint32
	id     [8]byte
	parent [8]byte // zero unless it is local
	root   bool    // a local root
}

// group is what the spans of one scope in one batch share. The slices lie in the
// hold log and are valid while a span of the group is.
type group struct {
	otlp.Group
	spans int // 0: the place is free
}

// spanKey names a span in a fragment.
type spanKey struct {
	fragment uint32
	id       [8]byte
}

// received marks a span that has arrived in index.known; other values count the
// spans that wait for it.
const received = -1

// index knows where the spans of each undecided trace lie. Fragments and spans
// are in slabs, and refer to one another by number: nothing for the garbage
// collector to follow.
type index struct {
	byTrace   map[[16]byte]uint32
	fragments []fragment
	spans     []spanEntry
	groups    []group
	known     map[spanKey]int32

	freeFragments, freeSpans, freeGroups []uint32

	liveSpans int
	liveBytes int64
}

func newIndex() *index {
	return &index{byTrace: map[[16]byte]uint32{}, known: map[spanKey]int32{}}
}

// fragment returns the fragment of a trace, made if there is none.
func (x *index) fragment(id [16]byte, now int64) (f uint32, isNew bool) {
	if f, ok := x.byTrace[id]; ok {
		return f, false
	}
	f = take(&x.fragments, &x.freeFragments)
	x.fragments[f] = fragment{traceID: id, first: none, last: none, created: now, generation: x.fragments[f].generation + 1}
	x.byTrace[id] = f
	return f, true
}

// group stores what spans share and returns its number.
func (x *index) group(g otlp.Group) uint32 {
	n := take(&x.groups, &x.freeGroups)
	x.groups[n] = group{Group: g}
	return n
}

// add puts a span, which lies at ref, into fragment f. It returns false for a
// span that is there already: a client that got no answer sends it again.
func (x *index) add(f uint32, s *otlp.Span, ref store.Ref, groupNumber uint32, now int64) bool {
	state := x.known[spanKey{f, s.SpanID}]
	if state == received {
		return false
	}
	fr := &x.fragments[f]
	e := spanEntry{ref: ref, length: uint32(len(s.Raw)), group: groupNumber, next: none, id: s.SpanID, root: isLocalRoot(s)}
	fr.waiting -= int(state)
	x.known[spanKey{f, s.SpanID}] = received
	if e.root {
		fr.roots++
	} else {
		e.parent = s.ParentID
		parent := spanKey{f, s.ParentID}
		if n := x.known[parent]; n != received {
			x.known[parent] = n + 1
			fr.waiting++
		}
	}
	n := take(&x.spans, &x.freeSpans)
	x.spans[n] = e
	if fr.last == none {
		fr.first = n
	} else {
		x.spans[fr.last].next = n
	}
	fr.last = n
	fr.spans++
	fr.bytes += int64(e.length)
	fr.failed = fr.failed || s.Status == otlp.StatusError
	fr.changed = now
	x.groups[groupNumber].spans++
	x.liveSpans++
	x.liveBytes += int64(e.length)
	return true
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
	fr := &x.fragments[f]
	for n := fr.first; n != none; {
		e := &x.spans[n]
		delete(x.known, spanKey{f, e.id})
		if !e.root {
			delete(x.known, spanKey{f, e.parent})
		}
		if g := &x.groups[e.group]; g.spans == 1 {
			*g = group{}
			x.freeGroups = append(x.freeGroups, e.group)
		} else {
			g.spans--
		}
		log.Release(e.ref, 1)
		x.freeSpans = append(x.freeSpans, n)
		n = e.next
	}
	x.liveSpans -= fr.spans
	x.liveBytes -= fr.bytes
	delete(x.byTrace, fr.traceID)
	*fr = fragment{generation: fr.generation}
	x.freeFragments = append(x.freeFragments, f)
}

// take returns a free place of a slab, or a new one.
func take[T any](slab *[]T, free *[]uint32) uint32 {
	if n := len(*free); n > 0 {
		place := (*free)[n-1]
		*free = (*free)[:n-1]
		return place
	}
	var zero T
	*slab = append(*slab, zero)
	return uint32(len(*slab) - 1)
}
