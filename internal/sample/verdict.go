package sample

import (
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
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

// Reasons, beside the triggers, that stand in sampling.reason.
const (
	reasonFault = "evaluation_error"
)

// noRule stands for the rule of a fragment that none matched.
const noRule = "none"

// view is a fragment as rules see it. Its slices are used again.
type view struct {
	spans  []viewSpan
	bytes  int64
	r      uint64 // randomness of the trace, 56 bits
	parent uint64 // threshold with which the trace came; noThreshold if none

	oversized []place // scratch of addAll
}

// viewSpan is a span with what it shares.
type viewSpan struct {
	otlp.Span
	group *group
	entry uint32
	root  bool
}

// look fills the view with fragment f.
func (s *Sampler) look(f uint32) *view {
	v := &s.view
	v.spans, v.bytes = v.spans[:0], s.index.fragments[f].bytes
	for n := s.index.fragments[f].first; n != none; n = s.index.spans[n].next {
		e := &s.index.spans[n]
		v.spans = append(v.spans, viewSpan{
			Span: otlp.ParseSpan(s.log.Bytes(e.ref, int(e.length))), group: &s.index.groups[e.group], entry: n, root: e.root,
		})
	}
	v.r, v.parent = v.randomness(s.index.fragments[f].traceID)
	if v.parent != noThreshold && v.r < v.parent {
		s.metrics.inconsistent.Inc()
		v.parent = noThreshold
	}
	return v
}

// outcome is a verdict before it is carried out.
type outcome struct {
	verdict   Verdict
	rule      string
	threshold uint64 // to write; noThreshold erases
}

// decide makes and carries out the verdict on fragment f.
func (s *Sampler) decide(f uint32, trigger Trigger) {
	fr := s.index.fragments[f] // a copy: the place is freed below
	v := s.look(f)
	o := s.judge(v)
	if fr.roots == 0 && trigger == TriggerHold && s.dropped.has(fr.traceID) {
		o = outcome{verdict: VerdictLate, rule: noRule}
	}
	d := Decision{
		TraceID: hexID(fr.traceID), Verdict: o.verdict, Rule: o.rule, Trigger: trigger,
		Spans: fr.spans, Bytes: fr.bytes, WaitedSeconds: float64(s.now()-fr.created) / 1e9, id: fr.traceID, at: s.now(),
	}
	s.out.Transition(func() {
		if o.verdict == VerdictKept {
			s.splice = s.splice[:0]
			s.splice = appendKept(s.splice, v, o, trigger)
			s.forget(f)
			s.out.Kept(otlp.Traces, s.splice, fr.spans)
			return
		}
		s.forget(f)
		s.out.Dropped(otlp.Traces, fr.spans)
	})
	if o.verdict == VerdictKept {
		s.kept.add(fr.traceID)
	} else {
		s.dropped.add(fr.traceID)
	}
	s.record(d)
}

// evict drops fragment f for want of room, without asking the rules.
func (s *Sampler) evict(f uint32) {
	fr := s.index.fragments[f]
	v := s.look(f)
	if v.r >= s.baseline(v) {
		s.metrics.evictedAbove.Inc() // adjusted counts are too low from now on
	}
	s.out.Transition(func() {
		s.forget(f)
		s.out.Lost(otlp.Traces, fr.spans, "pressure")
	})
	s.dropped.add(fr.traceID)
	s.record(Decision{
		TraceID: hexID(fr.traceID), Verdict: VerdictEvicted, Rule: noRule, Trigger: TriggerPressure,
		Spans: fr.spans, Bytes: fr.bytes, WaitedSeconds: float64(s.now()-fr.created) / 1e9, id: fr.traceID, at: s.now(),
	})
}

// forget takes the fragment out of the index. The log's bytes may be used again
// after it, so what is kept has been copied before.
func (s *Sampler) forget(f uint32) { s.index.remove(f, s.log) }

func (s *Sampler) record(d Decision) {
	s.journal.add(d)
	s.metrics.verdict(d)
}

// judge asks the rules in turn. A fault in one keeps the trace: nothing is lost
// for a mistake of the agent's own.
func (s *Sampler) judge(v *view) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			s.metrics.faults.Inc()
			s.logger.Error("rule panicked", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			o = outcome{verdict: VerdictKept, rule: reasonFault, threshold: noThreshold}
		}
	}()
	threshold := s.baseline(v)
	for i := range s.rules {
		r := &s.rules[i]
		if !r.matches(v) {
			continue
		}
		switch {
		case r.rare != nil:
			if !s.rare[i].take(v, s.now()) {
				continue // it is not rare: the next rule decides
			}
		case r.never:
			return outcome{verdict: VerdictDropped, rule: r.name}
		case r.ratio:
			if v.r < r.threshold {
				return outcome{verdict: VerdictDropped, rule: r.name}
			}
		}
		return outcome{verdict: VerdictKept, rule: r.name, threshold: v.written(threshold)}
	}
	return outcome{verdict: VerdictDropped, rule: noRule}
}

// baseline is the threshold of consistent sampling that applies to v: that of the
// first ratio rule whose conditions match, skipping rules that keep for other
// reasons; noThreshold if a matching rule that never keeps stands before it, or
// there is none.
func (s *Sampler) baseline(v *view) uint64 {
	for i := range s.rules {
		r := &s.rules[i]
		if (!r.never && !r.ratio) || !r.matches(v) {
			continue
		}
		if r.never {
			return noThreshold
		}
		return r.threshold
	}
	return noThreshold
}

// written is the threshold that a kept trace carries on: the stricter of the one
// it came with and the baseline's, if the baseline would have kept it; else none,
// for then nobody knows how many traces it stands for.
func (v *view) written(threshold uint64) uint64 {
	if threshold == noThreshold || v.r < threshold {
		return noThreshold
	}
	if v.parent != noThreshold {
		threshold = max(threshold, v.parent)
	}
	return threshold
}

// sortByGroup orders spans so that those of one resource and scope stand together.
func (v *view) sortByGroup() {
	slices.SortStableFunc(v.spans, func(a, b viewSpan) int { return compareGroups(a.group, b.group) })
}
