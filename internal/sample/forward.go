package sample

import (
	"cmp"
	"slices"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// compact empties segments of which little is wanted, as long as much of the log is
// unwanted: a few fragments that wait for long would else
// pin all segments that came in the meantime. It looks once a segment.
func (s *Sampler) compact() {
	if s.log.Segments() == s.compacted {
		return
	}
	for used := s.options.Pool.Used() + 1; s.options.Pool.Used() < used; { // as long as it helps
		used = s.options.Pool.Used()
		segment, ok := s.log.Sparsest()
		if !ok || s.hasLogs(segment) || !s.forward(s.fragmentsIn(segment), segment) {
			break
		}
	}
	s.compacted = s.log.Segments()
}

// forward copies the spans of the fragments that lie in the segment to the
// youngest one, with what they share. It returns false when there is no room for
// all of them; what was not copied stays where it is.
func (s *Sampler) forward(fragments []uint32, segment uint32) bool {
	moved := s.spansIn(fragments, segment)
	for len(moved) > 0 {
		n := s.fitting(moved)
		if !s.move(moved[:n], segment) {
			return false
		}
		moved = moved[n:]
	}
	return true
}

// spansIn returns the spans of the fragments that lie in the segment, those of a
// group together.
func (s *Sampler) spansIn(fragments []uint32, segment uint32) []uint32 {
	in := s.moved[:0]
	for _, f := range fragments {
		for n := s.index.fragments.at(f).first; n != none; n = s.index.spans.at(n).next {
			if s.index.ref(s.index.spans.at(n)).Segment == segment {
				in = append(in, n)
			}
		}
	}
	s.moved = in
	slices.SortStableFunc(in, func(a, b uint32) int {
		return cmp.Compare(s.index.spans.at(a).group, s.index.spans.at(b).group)
	})
	return in
}

// fitting counts the first spans that fit into the rest of the youngest segment, so
// that it is filled; where not one does, those that fit into a new one.
func (s *Sampler) fitting(spans []uint32) (n int) {
	const head = 10 // at most, of tag and length
	room := s.log.Room()
	for {
		bytes, group := 0, uint32(none)
		for n = 0; n < len(spans); n++ {
			e := s.index.spans.at(spans[n])
			if e.group != group {
				group = e.group
				g := s.index.groups.at(group)
				bytes += int(g.resource.length+g.resourceSchemaURL.length+g.scope.length+g.scopeSchemaURL.length) + 6*head
			}
			if bytes += int(e.length) + head; bytes > room {
				break
			}
		}
		if n > 0 || room == s.options.Pool.SegmentBytes() {
			return max(n, 1)
		}
		room = s.options.Pool.SegmentBytes()
	}
}

// move copies spans that lie in the segment to the youngest one. It returns false,
// and leaves everything as it was, when there is no room.
func (s *Sampler) move(spans []uint32, segment uint32) bool {
	request := s.copyOut(spans)
	ref, err := s.log.Append(request, len(spans))
	if err != nil || ref.Segment == segment {
		if err == nil {
			s.log.Release(ref, len(spans), len(request))
		}
		return false
	}
	stored := s.log.Bytes(ref, len(request))
	i, groupPlace, scope := 0, uint32(none), -1
	err = otlp.RangeSpans(stored, func(g *otlp.Group, sp *otlp.Span) bool {
		if scope != g.ResourceIndex {
			groupPlace, scope = s.index.group(g, ref), g.ResourceIndex
		}
		e := s.index.spans.at(spans[i])
		s.log.Release(s.index.ref(e), 1, int(e.length))
		s.index.leave(e.group)
		e.group, e.offset = groupPlace, ref.Offset+uint32(sp.Offset)
		s.index.groups.at(groupPlace).spans++
		i++
		return true
	})
	if err != nil { // can't be: the request was written here
		s.logger.Error("copied spans could not be read", "error", err)
	}
	return true
}

// copyOut writes spans as a request in which each group stands as a resource of
// its own.
func (s *Sampler) copyOut(spans []uint32) []byte {
	b := s.splicer.buf[:0]
	for from := 0; from < len(spans); {
		place := s.index.spans.at(spans[from]).group
		to := from
		for to < len(spans) && s.index.spans.at(spans[to]).group == place {
			to++
		}
		b = s.appendGroup(b, place, spans[from:to])
		from = to
	}
	s.splicer.buf = b
	return b
}

func (s *Sampler) appendGroup(b []byte, place uint32, spans []uint32) []byte {
	g := s.shared(place)
	return appendMessage(b, fieldResourceSpans, func(b []byte) []byte {
		b = appendBytes(b, fieldResource, g.Resource)
		b = appendMessage(b, fieldScopeSpans, func(b []byte) []byte {
			b = appendBytes(b, fieldScope, g.Scope)
			for _, n := range spans {
				e := s.index.spans.at(n)
				b = appendBytes(b, fieldSpans, s.log.Bytes(s.index.ref(e), int(e.length)))
			}
			return appendBytes(b, fieldSchemaURL, g.ScopeSchemaURL)
		})
		return appendBytes(b, fieldSchemaURL, g.ResourceSchemaURL)
	})
}
