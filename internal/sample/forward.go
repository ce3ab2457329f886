package sample

import (
	"cmp"
	"slices"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// compact empties segments of which little is wanted, as long as much of the log is
// unwanted: a few fragments or logs that wait for long would else pin all segments
// that came in the meantime. It looks once a segment.
func (s *Sampler) compact() {
	if s.log.Segments() == s.compacted {
		return
	}
	for used := s.options.Pool.Used() + 1; s.options.Pool.Used() < used; { // as long as it helps
		used = s.options.Pool.Used()
		segment, ok := s.log.Sparsest()
		if !ok || !s.forward(s.spansIn(s.fragmentsIn(segment), segment), segment) || !s.forward(s.logsIn(segment), segment) {
			break
		}
	}
	s.compacted = s.log.Segments()
}

// forward copies spans or logs that lie in the segment to the youngest one, with what
// they share. It returns false when there is no room for all of them; what was not
// copied stays where it is.
func (s *Sampler) forward(items []*held, segment uint32) bool {
	for len(items) > 0 {
		n := s.fitting(items)
		if !s.move(items[:n], segment) {
			return false
		}
		items = items[n:]
	}
	return true
}

// spansIn returns the spans of the fragments that lie in the segment, those of a
// group together. They are valid until the next call of it or of logsIn.
func (s *Sampler) spansIn(fragments []uint32, segment uint32) []*held {
	in := s.moved[:0]
	for _, f := range fragments {
		for n := s.index.fragments.at(f).first; n != none; n = s.index.spans.at(n).next {
			if e := &s.index.spans.at(n).held; s.index.ref(e).Segment == segment {
				in = append(in, e)
			}
		}
	}
	return s.byGroup(in)
}

// logsIn returns the log records that lie in the segment, likewise.
func (s *Sampler) logsIn(segment uint32) []*held {
	in, age := s.moved[:0], s.log.Age(segment)
	for n := s.logs.traces.oldest; n != none; n = s.logs.traces.at(n).newer {
		t := s.logs.traces.at(n)
		if t.born > age {
			break // so are all younger ones
		}
		for r := t.first; r != none; r = s.logs.records.at(r).next {
			if e := s.logs.records.at(r); s.index.ref(e).Segment == segment {
				in = append(in, e)
			}
		}
	}
	return s.byGroup(in)
}

func (s *Sampler) byGroup(items []*held) []*held {
	s.moved = items
	slices.SortStableFunc(items, func(a, b *held) int { return cmp.Compare(a.group, b.group) })
	return items
}

// fitting counts the first items that fit into the rest of the youngest segment, so
// that it is filled; where not one does, those that fit into a new one.
func (s *Sampler) fitting(items []*held) (n int) {
	const head = 10 // at most, of tag and length
	room := s.log.Room()
	for {
		bytes, group := 0, uint32(none)
		for n = 0; n < len(items); n++ {
			e := items[n]
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

// move copies items that lie in the segment to the youngest one. It returns false,
// and leaves everything as it was, when there is no room.
func (s *Sampler) move(items []*held, segment uint32) bool {
	request := s.copyOut(items)
	ref, err := s.log.Append(request, len(items))
	if err != nil || ref.Segment == segment {
		if err == nil {
			s.log.Release(ref, len(items), len(request))
		}
		return false
	}
	stored := s.log.Bytes(ref, len(request))
	i, groupPlace, scope := 0, uint32(none), -1
	// Spans lie in a request where logs do, and only the place is asked for.
	err = otlp.RangeLogs(stored, func(g *otlp.Group, l *otlp.Log) bool {
		if scope != g.ResourceIndex {
			groupPlace, scope = s.index.group(g, ref), g.ResourceIndex
		}
		e := items[i]
		s.log.Release(s.index.ref(e), 1, int(e.length))
		s.index.leave(e.group)
		e.group, e.offset = groupPlace, ref.Offset+uint32(l.Offset)
		s.index.groups.at(groupPlace).items++
		i++
		return true
	})
	if err != nil { // can't be: the request was written here
		s.logger.Error("copied items could not be read", "error", err)
	}
	return true
}

// copyOut writes items as a request in which each group stands as a resource of its
// own. The fields of traces and logs have the same numbers.
func (s *Sampler) copyOut(items []*held) []byte {
	b := s.splicer.buf[:0]
	for from := 0; from < len(items); {
		place := items[from].group
		to := from
		for to < len(items) && items[to].group == place {
			to++
		}
		b = s.appendGroup(b, place, items[from:to])
		from = to
	}
	s.splicer.buf = b
	return b
}

func (s *Sampler) appendGroup(b []byte, place uint32, items []*held) []byte {
	g := s.shared(place)
	return appendMessage(b, fieldResourceSpans, func(b []byte) []byte {
		b = appendBytes(b, fieldResource, g.Resource)
		b = appendMessage(b, fieldScopeSpans, func(b []byte) []byte {
			b = appendBytes(b, fieldScope, g.Scope)
			for _, e := range items {
				b = appendBytes(b, fieldSpans, s.log.Bytes(s.index.ref(e), int(e.length)))
			}
			return appendBytes(b, fieldSchemaURL, g.ScopeSchemaURL)
		})
		return appendBytes(b, fieldSchemaURL, g.ResourceSchemaURL)
	})
}
