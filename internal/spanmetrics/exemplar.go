package spanmetrics

import (
	"encoding/binary"
	"time"
)

// exemplar is a span that stands for the others of its bucket. The zero value is none.
type exemplar struct {
	trace [16]byte
	span  [8]byte
	time  uint64  // when the span ended, nanoseconds since the Unix epoch
	value float64 // its duration in milliseconds
}

func (e *exemplar) none() bool { return e.trace == [16]byte{} }

// randomness is R of W3C trace context level 2: the low 56 bits of the trace id.
func (e *exemplar) randomness() uint64 {
	return binary.BigEndian.Uint64(e.trace[8:]) & (1<<56 - 1)
}

// slot finds an exemplar of a kept trace for one bucket.
//
// Verdicts come seconds after the span, and most of them may be drops: of the
// newest spans of a busy series none is decided yet. So of each window one
// candidate waits for the length of the next. It is the one with the highest
// randomness, because ratio rules keep the highest: with a tenth of all traces
// kept, the candidate of some thirty nearly always is.
type slot struct {
	opened  time.Duration // when the window of current began, since the epoch of Metrics
	current exemplar      // the best of this window
	waiting exemplar      // the best of the one before
	shown   exemplar      // the last that was kept
}

func (s *slot) offer(m *Metrics, e exemplar) {
	if s.current.none() {
		s.opened, s.current = m.now, e
		return
	}
	if m.now-s.opened >= m.window {
		s.settle(m.kept)
		s.opened, s.waiting, s.current = m.now, s.current, e
		return
	}
	if e.randomness() > s.current.randomness() {
		s.current = e
	}
}

// settle shows the newest candidate whose trace is kept, and returns what is shown.
func (s *slot) settle(kept func([16]byte) bool) *exemplar {
	switch {
	case !s.current.none() && kept(s.current.trace):
		s.shown, s.waiting = s.current, exemplar{}
	case !s.waiting.none() && kept(s.waiting.trace):
		s.shown, s.waiting = s.waiting, exemplar{}
	}
	return &s.shown
}
