package sample

import "github.com/drl-trading/telemetry-agent/internal/otlp"

// relation is what a new span is to those of its fragment that are there.
type relation struct {
	duplicate bool  // it is there already: a client that got no answer sends it again
	children  int32 // that wait for it
	parent    bool  // is there
}

// largeFragment is how many spans are looked at one by one. They came together,
// mostly, so that they lie side by side; the spans of larger fragments are in a
// map, too.
const largeFragment = 32

// spanKey names a span in a fragment.
type spanKey struct {
	fragment uint32
	id       [8]byte
}

// received marks a span that has arrived in index.known; other values count the
// spans that wait for it.
const received = -1

// relate looks for the relations of a span that is to come into fragment f.
func (x *index) relate(f uint32, s *otlp.Span) (rel relation) {
	fr := x.fragments.at(f)
	if fr.large {
		n := x.known[spanKey{f, s.SpanID}]
		if n == received {
			return relation{duplicate: true}
		}
		return relation{children: n, parent: x.known[spanKey{f, s.ParentID}] == received}
	}
	for n := fr.first; n != none; {
		e := x.spans.at(n)
		switch s.SpanID {
		case e.id:
			return relation{duplicate: true}
		case e.parent:
			rel.children++
		}
		if e.id == s.ParentID {
			rel.parent = true
		}
		n = e.next
	}
	return rel
}

// link counts who waits for the span and whether it waits itself.
func (x *index) link(fr *fragment, f uint32, e *spanEntry, rel relation) {
	fr.waiting -= rel.children
	if e.root() {
		fr.roots++
	} else if !rel.parent && e.parent != e.id {
		fr.waiting++
	}
	if !fr.large && fr.spans == largeFragment {
		fr.large = true
		for n := fr.first; n != none; n = x.spans.at(n).next {
			x.enter(f, x.spans.at(n))
		}
	}
	if fr.large {
		x.enter(f, e)
	}
}

// enter puts a span of a large fragment into the map.
func (x *index) enter(f uint32, e *spanEntry) {
	x.known[spanKey{f, e.id}] = received
	if e.root() {
		return
	}
	parent := spanKey{f, e.parent}
	if n := x.known[parent]; n != received {
		x.known[parent] = n + 1
	}
}

// unmap takes the spans of a large fragment out of the map.
func (x *index) unmap(f uint32, fr *fragment) {
	for n := fr.first; n != none; {
		e := x.spans.at(n)
		delete(x.known, spanKey{f, e.id})
		delete(x.known, spanKey{f, e.parent})
		n = e.next
	}
}
