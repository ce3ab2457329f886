package sample

import "github.com/drl-trading/telemetry-agent/internal/otlp"

// forward copies the fragment's spans that lie in the segment to the youngest one,
// with what they share. It returns false, and leaves everything as it was, when
// there is no room for that.
func (s *Sampler) forward(f, segment uint32) bool {
	fr := s.index.fragments.at(f)
	request, moved := s.copyOut(fr, segment)
	ref, err := s.log.Append(request, len(moved))
	if err != nil || ref.Segment == segment {
		if err == nil {
			s.log.Release(ref, len(moved))
		}
		return false
	}
	stored := s.log.Bytes(ref, len(request))
	i, groupPlace, scope := 0, uint32(none), -1
	err = otlp.RangeSpans(stored, func(g *otlp.Group, sp *otlp.Span) bool {
		if scope != g.ResourceIndex {
			groupPlace, scope = s.index.group(g, ref), g.ResourceIndex
		}
		e := s.index.spans.at(moved[i])
		s.log.Release(s.index.ref(e), 1)
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

// copyOut writes the spans of the fragment that lie in the segment as a request
// in which each group stands as a resource of its own, and returns them in the
// order in which they stand there.
func (s *Sampler) copyOut(fr *fragment, segment uint32) (request []byte, moved []uint32) {
	for n := fr.first; n != none; n = s.index.spans.at(n).next {
		if s.index.ref(s.index.spans.at(n)).Segment == segment {
			moved = append(moved, n)
		}
	}
	b := s.splicer.buf[:0]
	for from := 0; from < len(moved); {
		place := s.index.spans.at(moved[from]).group
		to := from
		for to < len(moved) && s.index.spans.at(moved[to]).group == place {
			to++
		}
		b = s.appendGroup(b, place, moved[from:to])
		from = to
	}
	s.splicer.buf = b
	return b, moved
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
