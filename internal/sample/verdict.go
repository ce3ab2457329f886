package sample

import (
	"fmt"
	"runtime/debug"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// Trigger says why a verdict was made when it was.
type Trigger string

// The triggers.
const (
	TriggerLocalRoots Trigger = "local_roots" // the fragment is complete, and its grace is over
	TriggerHold       Trigger = "hold"        // it waited for the longest time allowed
	TriggerSpanLimit  Trigger = "span_limit"  // it has too many spans
	TriggerByteLimit  Trigger = "byte_limit"  // it has too many bytes
	TriggerPressure   Trigger = "pressure"    // the hold log is nearly full
	TriggerShutdown   Trigger = "shutdown"    // the agent stops
)

// Verdict is what became of a fragment.
type Verdict string

// The verdicts.
const (
	VerdictKept    Verdict = "kept"
	VerdictDropped Verdict = "dropped"
	VerdictLate    Verdict = "late"    // spans of a dropped trace, without a local root: dropped, too
	VerdictEvicted Verdict = "evicted" // there was no room to hold it
)

// Words that stand for a rule where none made the verdict.
const (
	noRule    = "none"             // no rule matched, or none was asked
	ruleFault = "evaluation_error" // a rule panicked
)

// Reasons of lost spans.
const (
	lostPressure = "pressure"
	lostFault    = "fault"
)

// outcome is a verdict before it is carried out.
type outcome struct {
	verdict   Verdict
	rule      string
	threshold uint64 // to write; noThreshold erases

	budget *budget // not nil: it makes the verdict, at the end of the window
}

// decide makes and carries out the verdict on fragment f. What comes of a dropped
// trace without a local root needs no rules: the drop binds it. What a rate rule
// takes is a candidate afterwards; where that can't wait, closeWindow follows.
func (s *Sampler) decide(f uint32, trigger Trigger) {
	fr := s.index.fragments.at(f)
	if fr.candidate {
		return
	}
	v := s.look(f)
	o := outcome{verdict: VerdictLate, rule: noRule}
	if !s.isLate(fr) {
		o = s.judge(v)
	}
	if o.budget != nil {
		s.nominate(f, v, o, trigger)
		return
	}
	s.carryOut(f, v, o, trigger)
}

// isLate says whether a drop binds the fragment.
func (s *Sampler) isLate(fr *fragment) bool { return fr.roots == 0 && s.dropped.has(fr.traceID) }

// carried is a fragment while its verdict is carried out. It stands in the sampler,
// like the function that Transition calls, so that a verdict makes no garbage.
type carried struct {
	f       uint32
	fr      fragment // a copy: the place is freed
	v       *view
	o       outcome
	trigger Trigger

	logs int        // records that followed
	mark store.Mark // of the kept spans
}

// carryOut moves fragment f, which v shows, out of what is held. What is kept is
// copied before the log's bytes may be used again.
func (s *Sampler) carryOut(f uint32, v *view, o outcome, trigger Trigger) {
	if o.verdict == VerdictKept || o.verdict == VerdictDropped {
		s.see(v, o) // before the log's bytes may be used again
	}
	c := &s.carried
	*c = carried{f: f, fr: *s.index.fragments.at(f), v: v, o: o, trigger: trigger}
	if c.fr.inconsistent() {
		s.metrics.inconsistent.Inc()
	}
	s.out.Transition(s.transition)
	if o.verdict == VerdictKept {
		s.kept.add(c.fr.traceID, keptVerdict{o.rule, o.threshold})
	} else {
		s.dropped.add(c.fr.traceID)
	}
	now := s.now()
	d := Decision{
		Verdict: o.verdict, Rule: o.rule, Trigger: trigger, Spans: int(c.fr.spans), Bytes: c.fr.bytes, Logs: c.logs, Mark: c.mark,
		WaitedSeconds: float64(now-c.fr.created) / 1e9, id: c.fr.traceID, at: now,
	}
	s.journal.add(d)
	s.metrics.verdict(&d)
}

// carry is the part of carryOut that is one transition.
func (s *Sampler) carry() {
	c := &s.carried
	switch c.o.verdict {
	case VerdictKept:
		before := s.options.End()
		s.deliver(c.v, c.o, c.trigger)
		if end := s.options.End(); end.Records > before.Records {
			c.mark = end
		}
	case VerdictEvicted:
		s.out.Lost(otlp.Traces, int(c.fr.spans), lostPressure)
	default:
		s.out.Dropped(otlp.Traces, int(c.fr.spans))
	}
	s.dequeue(s.index.fragments.at(c.f))
	s.index.remove(c.f, s.log)
	c.logs = s.follow(c.fr.traceID, c.o.verdict)
}

// deliver passes a kept fragment on. Spans that a fault of ours keeps from being
// written are lost, and counted as such.
func (s *Sampler) deliver(v *view, o outcome, trigger Trigger) {
	left := len(v.spans)
	s.guard("splice", func() {
		s.splicer.pieces(v, o.rule, string(trigger), o.threshold, func(b []byte, spans int) {
			left -= spans
			s.out.Kept(otlp.Traces, b, spans)
		})
	})
	if left > 0 {
		s.out.Lost(otlp.Traces, left, lostFault)
	}
}

// evict drops fragment f for want of room, without asking the rules.
func (s *Sampler) evict(f uint32) {
	v := s.look(f)
	s.guard("rule", func() {
		if !s.isLate(s.index.fragments.at(f)) && v.r >= s.live.baseline(v) {
			s.metrics.evictedAbove.Inc() // adjusted counts are too low from now on
		}
	})
	s.carryOut(f, v, outcome{verdict: VerdictEvicted, rule: noRule}, TriggerPressure)
}

// guard runs fn and outlives a panic in it: the type and the stack are logged,
// never the value.
func (s *Sampler) guard(what string, fn func()) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			ok = false
			s.metrics.faults.Inc()
			s.logger.Error("sampler recovered from a panic", "in", what, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	fn()
	return true
}

// judge asks the rules in turn. A fault in one keeps the trace: nothing is lost
// for a mistake of the agent's own.
func (s *Sampler) judge(v *view) (o outcome) {
	if !s.guard("rule", func() { o = s.live.ask(v, s.now()) }) {
		o = outcome{verdict: VerdictKept, rule: ruleFault, threshold: noThreshold}
	}
	return o
}
