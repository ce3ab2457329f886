package sample

import (
	"fmt"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// AddTraces takes one encoded request. When it returns nil every span is held,
// or follows the verdict that was made on its trace. An error means that none is.
func (s *Sampler) AddTraces(traces []byte) error {
	items := otlp.CountItems(otlp.Traces, traces)
	if items == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errEnded
	}
	ref, err := s.hold(traces, items)
	if err != nil {
		return err
	}
	s.relieve()
	s.addAll(ref, s.log.Bytes(ref, len(traces)), items)
	return nil
}

// hold appends the batch, making room if there is none.
func (s *Sampler) hold(traces []byte, items int) (store.Ref, error) {
	for {
		ref, err := s.log.Append(traces, items)
		if err == nil {
			return ref, nil
		}
		if !s.emptyOldest(TriggerPressure) {
			return ref, fmt.Errorf("hold traces: %w", err)
		}
	}
}

// addAll indexes the spans of a batch that lies at ref. The batch was appended
// with all of its items wanted; spans that are not held are released here.
func (s *Sampler) addAll(ref store.Ref, stored []byte, items int) {
	now := s.now()
	at := func(offset int) store.Ref {
		return store.Ref{Segment: ref.Segment, Offset: ref.Offset + uint32(offset)}
	}
	groupNumber, resource, scope, held := none, -1, -1, 0
	var late lateSpans
	err := otlp.RangeSpans(stored, func(g *otlp.Group, sp *otlp.Span) bool {
		if s.kept.has(sp.TraceID) {
			late.add(g, sp)
			return true
		}
		if groupNumber == none || g.ResourceIndex != resource || g.ScopeIndex != scope {
			groupNumber, resource, scope = s.index.group(*g), g.ResourceIndex, g.ScopeIndex
		}
		if s.addSpan(sp, at(sp.Offset), groupNumber, now) {
			held++
		}
		return true
	})
	if err != nil { // can't be: the walker has passed these bytes
		s.logger.Error("held batch could not be read", "error", err)
	}
	s.passLate(&late)
	duplicates := items - held - late.spans
	if duplicates > 0 {
		s.metrics.duplicates.Add(float64(duplicates))
		s.out.Dropped(otlp.Traces, duplicates)
	}
	if items > held {
		s.log.Release(ref, items-held)
	}
	if groupNumber != none && s.index.groups[groupNumber].spans == 0 {
		s.index.freeEmptyGroups()
	}
	s.limitSizes()
}

// addSpan indexes one span and notes when its fragment is due.
func (s *Sampler) addSpan(sp *otlp.Span, ref store.Ref, groupNumber uint32, now int64) bool {
	f, isNew := s.index.fragment(sp.TraceID, now)
	before := s.dueAt(f)
	if !s.index.add(f, sp, ref, groupNumber, now) {
		return false
	}
	fr := &s.index.fragments[f]
	if due := s.dueAt(f); isNew || due < before {
		s.due.push(due, place{f, fr.generation})
		s.nudge(due)
	}
	if fr.spans > s.options.MaxSpans || fr.bytes > s.options.MaxBytes {
		s.view.oversized = append(s.view.oversized, place{f, fr.generation})
	}
	return true
}

// limitSizes decides the fragments that have become too large: what is there now,
// and what comes later follows.
func (s *Sampler) limitSizes() {
	for _, p := range s.view.oversized {
		fr := &s.index.fragments[p.index]
		switch {
		case fr.generation != p.generation || fr.spans == 0:
		case fr.spans > s.options.MaxSpans:
			s.decide(p.index, TriggerSpanLimit)
		default:
			s.decide(p.index, TriggerByteLimit)
		}
	}
	s.view.oversized = s.view.oversized[:0]
}

// complete says whether the pod's work on the trace is done, as far as can be
// seen: a local root has arrived, and no span waits for its parent. Children
// arrive before parents.
func (s *Sampler) complete(f uint32) bool {
	fr := &s.index.fragments[f]
	return fr.roots > 0 && fr.waiting == 0
}

// dueAt returns when the fragment is to be decided if nothing more arrives.
func (s *Sampler) dueAt(f uint32) int64 {
	fr := &s.index.fragments[f]
	hold := fr.created + int64(s.options.Hold)
	if !s.complete(f) {
		return hold
	}
	grace := int64(s.options.Grace)
	if s.log.Full() >= stepNoGrace {
		grace = 0
	}
	return min(hold, fr.changed+grace)
}

// nudge wakes the goroutine when a verdict is due before all others.
func (s *Sampler) nudge(due int64) {
	if at, _, ok := s.due.peek(); ok && at < due {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// freeEmptyGroups frees the groups that no span joined.
func (x *index) freeEmptyGroups() {
	for n := range x.groups {
		if g := &x.groups[n]; g.spans == 0 && g.Resource != nil {
			*g = group{}
			x.freeGroups = append(x.freeGroups, uint32(n))
		}
	}
}
