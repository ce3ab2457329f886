package sample

import (
	"cmp"
	"slices"
)

// The ladder: what happens when the hold log is this full. Each step starts
// before the one above it fails.
const (
	stepNoGrace = 0.60 // complete fragments are decided without grace
	stepDecide  = 0.75 // the oldest fragments are decided on what is there
	stepEvict   = 0.85 // undecided fragments are dropped, lowest randomness first
	stepRefuse  = 0.95 // admission refuses
)

// Names of the steps in metrics.
const (
	nameNoGrace = "no_grace"
	nameDecide  = "decide"
	nameEvict   = "evict"
	nameRefuse  = "refuse"
)

// Refusing says whether the hold log is so full that nothing more should come.
func (s *Sampler) Refusing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.log.Full() < stepRefuse {
		return false
	}
	s.metrics.step(nameRefuse)
	s.relieve()
	return s.log.Full() >= stepRefuse
}

// relieve takes the steps that the log's fill asks for.
func (s *Sampler) relieve() {
	if s.log.Full() < stepNoGrace {
		return
	}
	s.metrics.step(nameNoGrace)
	s.decideComplete()
	for s.log.Full() >= stepEvict && s.emptyOldest(stepPressureEvict) {
		s.metrics.step(nameEvict)
	}
	for s.log.Full() >= stepDecide && s.emptyOldest(TriggerPressure) {
		s.metrics.step(nameDecide)
	}
}

// stepPressureEvict asks emptyOldest to drop without asking the rules.
const stepPressureEvict Trigger = "evict"

// decideComplete decides every complete fragment now.
func (s *Sampler) decideComplete() {
	for i := range s.index.fragments {
		if s.index.fragments[i].spans > 0 && s.complete(uint32(i)) {
			s.decide(uint32(i), TriggerPressure)
		}
	}
}

// emptyOldest frees the oldest segment: every undecided fragment with a span in
// it is decided or evicted, in ascending randomness, so that all agents shed the
// same traces, and those with an error last. It returns false when nothing is
// held.
func (s *Sampler) emptyOldest(how Trigger) bool {
	segment, ok := s.log.Oldest()
	if !ok {
		return false
	}
	victims := s.fragmentsIn(segment)
	for _, f := range victims {
		if how == stepPressureEvict && !s.index.fragments[f].failed {
			s.evict(f)
		} else {
			s.decide(f, TriggerPressure)
		}
	}
	return len(victims) > 0
}

// fragmentsIn returns the fragments with a span in the segment, in the order in
// which they go.
func (s *Sampler) fragmentsIn(segment uint32) (out []uint32) {
	for i := range s.index.fragments {
		fr := &s.index.fragments[i]
		if fr.spans == 0 {
			continue
		}
		for n := fr.first; n != none; n = s.index.spans[n].next {
			if s.index.spans[n].ref.Segment == segment {
				out = append(out, uint32(i))
				break
			}
		}
	}
	slices.SortFunc(out, func(a, b uint32) int {
		fa, fb := &s.index.fragments[a], &s.index.fragments[b]
		if fa.failed != fb.failed {
			if fb.failed {
				return -1
			}
			return 1
		}
		return cmp.Compare(traceRandomness(fa.traceID), traceRandomness(fb.traceID))
	})
	return out
}
