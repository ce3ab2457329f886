package sample

import (
	"cmp"
	"slices"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// The ladder: what happens when what is held takes this share of the room. Each
// step starts before the one above it fails.
const (
	stepNoGrace = 0.60 // complete fragments are decided without grace
	stepDecide  = 0.75 // the oldest fragments are decided on what is there
	stepEvict   = 0.85 // undecided fragments are dropped, lowest randomness first
	stepRefuse  = 0.95 // admission refuses

	// leaveNoGrace is when grace is given again: well below stepNoGrace, for to
	// take that step all fragments are looked at.
	leaveNoGrace = 0.50
)

// Names of the steps in metrics.
const (
	nameNoGrace = "no_grace"
	nameDecide  = "decide"
	nameEvict   = "evict"
	nameRefuse  = "refuse"
)

// indexShare is the part of the log's size that the index may take beside it, as
// its denominator. It is reached before the log is full only when spans are shorter
// than about 130 bytes, or most traces have a single span of less than 500.
const indexShare = 2

// fill is the share of the room that is in use: of the log, or of the index.
func (s *Sampler) fill() float64 {
	return max(s.log.Full(), float64(indexShare*(s.index.cost()+s.logs.cost()))/float64(s.options.Pool.Max()))
}

// Refusing says whether the hold log is so full, with the requests that are on
// their way into it, that nothing more should come.
func (s *Sampler) Refusing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fillWithArriving() < stepRefuse {
		return false
	}
	s.relieve()
	return s.fillWithArriving() >= stepRefuse
}

// Refused counts a request that admission refused for want of memory.
func (s *Sampler) Refused() { s.metrics.step(nameRefuse) }

func (s *Sampler) fillWithArriving() float64 {
	return s.fill() + float64(s.arriving.Load())/float64(s.options.Pool.Max())
}

// relieve takes the steps that the fill asks for. Deciding takes longer than
// dropping, so one call decides no more than the oldest segment.
func (s *Sampler) relieve() {
	switch fill := s.fill(); {
	case fill >= stepNoGrace && !s.hurried:
		s.hurried = true
		s.metrics.step(nameNoGrace)
		s.decideComplete()
	case fill < leaveNoGrace:
		s.hurried = false
	}
	for s.fill() >= stepEvict && s.evictOldest() { // as often as it takes
	}
	if s.fill() >= stepDecide && s.decideOldest() {
		s.metrics.step(nameDecide)
	}
}

// decideComplete decides every complete fragment now.
func (s *Sampler) decideComplete() {
	now := s.now()
	for f := s.index.fragments.oldest; f != none; {
		fr := s.index.fragments.at(f)
		next := fr.newer
		if fr.complete() {
			s.decide(f, s.completion(fr, now))
		}
		f = next
	}
}

// decideOldest empties the oldest segment: the rules are asked about every
// fragment with a span in it. It returns false when nothing is held.
func (s *Sampler) decideOldest() bool {
	segment, ok := s.log.Oldest()
	if !ok {
		return false
	}
	age, victims := s.log.Age(segment), s.fragmentsIn(segment)
	for _, f := range victims {
		s.decide(f, TriggerPressure)
	}
	return s.closeWindow()+s.passLogsIn(segment, age)+len(victims) > 0
}

// evictOldest empties the oldest segment: of the fragments with a span in it
// those of lowest randomness are dropped, up to half of their bytes; the spans of
// the others are copied to the youngest segment, if there is room. So agents under
// pressure shed the same traces. Fragments with an error are decided by the rules.
func (s *Sampler) evictOldest() bool {
	segment, ok := s.log.Oldest()
	if !ok {
		return false
	}
	s.metrics.step(nameEvict)
	age, victims := s.log.Age(segment), s.fragmentsIn(segment)
	var all, gone int64
	for _, f := range victims {
		if fr := s.index.fragments.at(f); !fr.failed {
			all += fr.bytes
		}
	}
	var survivors []uint32
	for _, f := range victims {
		fr := s.index.fragments.at(f)
		switch {
		case fr.failed:
			s.decide(f, TriggerPressure)
		case gone >= all/2:
			survivors = append(survivors, f)
		default:
			gone += fr.bytes
			s.evict(f)
		}
	}
	if !s.forward(s.spansIn(survivors, segment), segment) {
		for _, f := range survivors {
			s.evict(f)
		}
	}
	return s.closeWindow()+s.passLogsIn(segment, age)+len(victims) > 0
}

// fragmentsIn returns the fragments with a span in the segment, in the order in
// which they go: ascending randomness, errors last. It looks at what was written
// there, which is less than all that is held.
func (s *Sampler) fragmentsIn(segment uint32) []uint32 {
	in := s.inSegment[:0]
	// Where logs were written, too, they are read as spans of no trace.
	_ = otlp.RangeSpans(s.log.Written(segment), func(_ *otlp.Group, sp *otlp.Span) bool {
		if f, held := s.index.fragments.byTrace[sp.TraceID]; held && (len(in) == 0 || in[len(in)-1] != f) {
			in = append(in, f)
		}
		return true
	})
	s.inSegment = in
	slices.Sort(in)
	victims := s.victims[:0]
	for _, f := range slices.Compact(in) {
		if fr := s.index.fragments.at(f); s.index.reaches(fr, segment) {
			victims = append(victims, victim{f, fr.failed, fr.r})
		}
	}
	s.victims = victims
	slices.SortFunc(victims, func(a, b victim) int {
		if a.failed != b.failed {
			if b.failed {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.r, b.r)
	})
	out := make([]uint32, len(victims))
	for i := range victims {
		out[i] = victims[i].fragment
	}
	return out
}

// victim is a fragment that has to go, and what orders it.
type victim struct {
	fragment uint32
	failed   bool
	r        uint64
}

// reaches says whether a span of the fragment lies in the segment.
func (x *index) reaches(fr *fragment, segment uint32) bool {
	for n := fr.first; n != none; n = x.spans.at(n).next {
		if x.ref(&x.spans.at(n).held).Segment == segment {
			return true
		}
	}
	return false
}
