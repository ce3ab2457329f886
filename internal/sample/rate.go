package sample

import (
	"cmp"
	"slices"
	"time"
)

// Rate keeps so much a second; exactly one field is set. Fragments that match
// wait for the end of a window, a second of the wall clock, in which those of the
// highest randomness are taken, so that agents under the same load take the same
// traces. The others are dropped.
type Rate struct {
	TracesPerSecond float64
	BytesPerSecond  int64 // of encoded spans
}

// RateWindow is how long candidates are collected before some are taken.
const RateWindow = time.Second

// budget is what a rate rule may keep: credit that grows with time. What isn't
// used in one second isn't saved for later, except up to one trace.
type budget struct {
	perSecond float64 // traces or bytes
	bytes     bool
	credit    float64
	since     int64 // when it was last refilled, of the sampler's clock
}

func newBudget(r *Rate) *budget {
	b := &budget{perSecond: r.TracesPerSecond}
	if r.BytesPerSecond > 0 {
		b.perSecond, b.bytes = float64(r.BytesPerSecond), true
	}
	b.credit = b.most()
	return b
}

// most is the greatest credit: that of one window, and at least one trace.
func (b *budget) most() float64 {
	most := b.perSecond * RateWindow.Seconds()
	if b.bytes {
		return most
	}
	return max(most, 1)
}

func (b *budget) refill(now int64) {
	b.credit = min(b.credit+b.perSecond*float64(now-b.since)/1e9, b.most())
	b.since = now
}

// creditError is how far off a sum of fractions of a trace may be.
const creditError = 1e-9

// take says whether a fragment is within the rate, and takes its share if so. A
// fragment that is longer than the bytes that are left is taken whole, and the
// next seconds pay for it: the rate holds over time, and a large trace isn't
// dropped for its size.
func (b *budget) take(bytes int64) bool {
	need := float64(1)
	if b.bytes {
		need = float64(bytes)
	}
	if b.credit <= 0 || (!b.bytes && b.credit < need-creditError) {
		return false
	}
	b.credit -= need
	return true
}

// window collects candidates for budgets until its end. T is what the owner needs
// to know of one.
type window[T any] struct {
	phase      int64 // how far into a second of the wall clock the sampler's clock began
	ends       int64 // of the sampler's clock; 0: none is open
	candidates []candidate[T]
}

type candidate[T any] struct {
	budget *budget
	r      uint64 // randomness of the trace
	bytes  int64
	of     T
}

// alignWindows lets the windows of all rules end with the wall clock's seconds.
func (s *Sampler) alignWindows() {
	s.window.phase = s.began.UnixNano() % int64(RateWindow)
	if s.shadow != nil {
		s.shadow.window.phase = s.window.phase
	}
}

// add takes a candidate, and opens a window if none is open: windows end with the
// full seconds of the wall clock, which other agents' windows end with, too, as far
// as it is set right when the sampler is made.
func (w *window[T]) add(c candidate[T], now int64) {
	if w.ends == 0 {
		w.ends = now - (now+w.phase)%int64(RateWindow) + int64(RateWindow)
	}
	w.candidates = append(w.candidates, c)
}

// close ends the window: it calls fn with the candidates, those of the highest
// randomness first, whose budgets are filled up to now.
func (w *window[T]) close(now int64, fn func(c *candidate[T])) {
	slices.SortStableFunc(w.candidates, func(a, b candidate[T]) int { return cmp.Compare(b.r, a.r) })
	for i := range w.candidates {
		c := &w.candidates[i]
		c.budget.refill(now)
		fn(c)
	}
	w.candidates, w.ends = w.candidates[:0], 0
	if cap(w.candidates) > maxView {
		w.candidates = nil
	}
}

// nominee is a fragment that waits for the end of the window, with the rest of its
// verdict.
type nominee struct {
	f       place
	rule    string
	trigger Trigger
}

// nominate lets fragment f wait for the end of the window. A span that comes
// meanwhile makes it undecided again.
func (s *Sampler) nominate(f uint32, v *view, o outcome, trigger Trigger) {
	fr := s.index.fragments.at(f)
	fr.candidate = true
	n := nominee{place{f, fr.generation}, o.rule, trigger}
	s.window.add(candidate[nominee]{o.budget, v.r, fr.bytes, n}, s.now())
	s.enqueue(f)
}

// closeWindow decides all candidates and returns how many there were. It is called
// before the window's end when some can't wait: the room is needed, or the agent
// stops.
func (s *Sampler) closeWindow() (decided int) {
	s.window.close(s.now(), func(c *candidate[nominee]) {
		f, fr := c.of.f.index, s.index.fragments.at(c.of.f.index)
		if fr.generation != c.of.f.generation || !fr.candidate {
			return // it has more spans by now, or was evicted
		}
		o := outcome{verdict: VerdictDropped, rule: c.of.rule, threshold: noThreshold}
		if c.budget.take(c.bytes) {
			o.verdict = VerdictKept
		}
		s.carryOut(f, s.look(f), o, c.of.trigger)
		decided++
	})
	return decided
}
