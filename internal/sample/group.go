package sample

import (
	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// groupEntry is what the spans, or log records, of one scope in one batch share: where
// it lies in the hold log. It is there while one of them is.
type groupEntry struct {
	segment uint32
	items   int32

	resource, resourceSchemaURL, scope, scopeSchemaURL piece
}

// piece is a part of a segment.
type piece struct{ offset, length uint32 }

// group stores what items of a request, which lies at ref, share, and returns its
// place.
func (x *index) group(g *otlp.Group, ref store.Ref) uint32 {
	at := func(b []byte, offset int) piece { return piece{ref.Offset + uint32(offset), uint32(len(b))} }
	n := x.groups.take()
	*x.groups.at(n) = groupEntry{
		segment:  ref.Segment,
		resource: at(g.Resource, g.ResourceAt), resourceSchemaURL: at(g.ResourceSchemaURL, g.ResourceSchemaURLAt),
		scope: at(g.Scope, g.ScopeAt), scopeSchemaURL: at(g.ScopeSchemaURL, g.ScopeSchemaURLAt),
	}
	return n
}

// leave takes one item out of a group.
func (x *index) leave(place uint32) {
	g := x.groups.at(place)
	if g.items--; g.items == 0 {
		x.groups.put(place)
	}
}

// shared returns what the items of a group share. It is valid while they are held.
func (s *Sampler) shared(place uint32) otlp.Group {
	g := s.index.groups.at(place)
	bytes := func(p piece) []byte {
		if p.length == 0 {
			return nil
		}
		return s.log.Bytes(store.Ref{Segment: g.segment, Offset: p.offset}, int(p.length))
	}
	return otlp.Group{
		Resource: bytes(g.resource), ResourceSchemaURL: bytes(g.resourceSchemaURL),
		Scope: bytes(g.scope), ScopeSchemaURL: bytes(g.scopeSchemaURL),
	}
}
