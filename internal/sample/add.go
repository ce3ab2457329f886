package sample

import (
	"errors"
	"fmt"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// AddTraces takes one encoded request. When err is nil every span is held, or
// follows the verdict that was made on its trace; fresh is false when the request
// was taken before, and there is nothing new in it. An error means that none is.
func (s *Sampler) AddTraces(traces []byte) (fresh bool, err error) {
	items := otlp.CountItems(otlp.Traces, traces)
	if items == 0 {
		return true, nil
	}
	hash := s.requests.hash(traces)
	s.arrive(len(traces))
	defer s.mu.Unlock()
	if s.ended {
		return false, errEnded
	}
	if s.requests.has(hash) {
		s.dropDuplicates(items)
		return false, nil
	}
	ref, err := s.append(traces, items)
	if err != nil {
		return false, err
	}
	s.requests.add(hash)
	s.relieve()
	s.addAll(ref, s.log.Bytes(ref, len(traces)), items)
	s.compact()
	return true, nil
}

// arrive takes the lock for a request of n bytes. While it waits the request counts
// as arriving, so that admission refuses others for which there will be no room.
func (s *Sampler) arrive(n int) {
	s.arriving.Add(int64(n))
	s.mu.Lock()
	s.arriving.Add(-int64(n))
}

// append puts the batch into the log, making room if there is none.
func (s *Sampler) append(b []byte, items int) (store.Ref, error) {
	for {
		ref, err := s.log.Append(b, items)
		if err == nil {
			return ref, nil
		}
		if errors.Is(err, store.ErrTooLarge) || !s.evictOldest() {
			return ref, fmt.Errorf("hold batch: %w", err)
		}
	}
}

// intake is one batch while it is indexed.
type intake struct {
	ref             store.Ref
	now             int64
	group           uint32 // of the last span that was held
	resource, scope int    // that group's places in the request
	held            int    // spans
	passed          int    // bytes of spans that aren't held
	duplicates      int    // spans
	late            lateSpans
	touched         []uint32 // fragments that have a new span
}

func (in *intake) reset(ref store.Ref, now int64) {
	late, touched := in.late, in.touched[:0]
	late.reset()
	*in = intake{ref: ref, now: now, group: none, late: late, touched: touched}
}

// addAll indexes the spans of a batch that lies at ref. The batch was appended
// with all of its items wanted; spans that are not held are released here.
func (s *Sampler) addAll(ref store.Ref, stored []byte, items int) {
	in := &s.intake
	in.reset(ref, s.now())
	err := otlp.RangeSpans(stored, func(g *otlp.Group, sp *otlp.Span) bool {
		if verdict, ok := s.kept.verdict(sp.TraceID); ok {
			in.late.add(g, sp, verdict)
			in.passed += len(sp.Raw)
		} else {
			s.addSpan(g, sp)
		}
		return true
	})
	if err != nil { // can't be: the walker has passed these bytes
		s.logger.Error("held batch could not be read", "error", err)
	}
	s.passLate(&in.late)
	if in.duplicates > 0 {
		s.dropDuplicates(in.duplicates)
	}
	if items > in.held {
		s.log.Release(ref, items-in.held, in.passed)
	}
	for _, f := range in.touched {
		s.settle(f)
	}
}

// dropDuplicates ends spans that are here, or were, already.
func (s *Sampler) dropDuplicates(spans int) {
	s.metrics.duplicates.Add(float64(spans))
	s.out.Dropped(otlp.Traces, spans)
}

// addSpan indexes one span of the batch.
func (s *Sampler) addSpan(g *otlp.Group, sp *otlp.Span) {
	in := &s.intake
	f := s.index.fragment(sp.TraceID, in.now)
	rel := s.index.relate(f, sp)
	if rel.duplicate {
		in.duplicates++
		in.passed += len(sp.Raw)
		return
	}
	if in.group == none || g.ResourceIndex != in.resource || g.ScopeIndex != in.scope {
		in.group, in.resource, in.scope = s.index.group(g, in.ref), g.ResourceIndex, g.ScopeIndex
	}
	if s.index.fragments.at(f).spans == 0 && s.randomness.wants() && !s.dropped.has(sp.TraceID) {
		s.randomness.see(sp.TraceID, sp.TraceState)
	}
	s.states.note(s.index.fragments.at(f), sp.TraceState)
	s.index.add(f, sp, rel, in.group, in.ref.Offset+uint32(sp.Offset), in.now)
	in.held++
	fr := s.index.fragments.at(f)
	fr.candidate = false // the rules are asked again
	if !fr.touched {
		fr.touched = true
		in.touched = append(in.touched, f)
	}
}

// settle decides a fragment that the batch made too large, or complete when there
// is no time for grace; others are queued for their time. What comes later of one
// that was too large follows the verdict.
func (s *Sampler) settle(f uint32) {
	fr := s.index.fragments.at(f)
	fr.touched = false
	switch {
	case int(fr.spans) > s.options.MaxSpans:
		s.decide(f, TriggerSpanLimit)
		s.closeWindow()
	case fr.bytes > s.options.MaxBytes:
		s.decide(f, TriggerByteLimit)
		s.closeWindow()
	case s.hurried && fr.complete():
		s.decide(f, s.completion(fr, s.intake.now))
	default:
		s.enqueue(f)
	}
}
