package sample

import (
	"fmt"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// severityError is the lowest SeverityNumber of an error (logs.proto).
const severityError = 17

// logReason says why a log record passed or was dropped.
type logReason string

// The reasons.
const (
	logNoTrace  logReason = "no_trace" // it has no trace id
	logSevere   logReason = "severity" // an error doesn't wait
	logVerdict  logReason = "verdict"  // that on its trace
	logNoSpans  logReason = "no_spans" // no span of its trace came
	logPressure logReason = "pressure" // there was no room to wait
)

// logFate is what becomes of a log record now.
type logFate uint8

const (
	logPass logFate = iota
	logDrop
	logHold
)

// AddLogs takes one encoded request of logs that follow their trace. When it
// returns nil every record is held, or passed on, or dropped.
func (s *Sampler) AddLogs(logs []byte) error {
	items := otlp.CountItems(otlp.Logs, logs)
	if items == 0 {
		return nil
	}
	s.arrive(len(logs))
	defer s.mu.Unlock()
	if s.ended {
		return errEnded
	}
	in := &s.logIntake
	in.reset(s.now())
	all, wait, err := s.tally(logs)
	if err != nil {
		return fmt.Errorf("read logs: %w", err)
	}
	if all {
		s.out.Kept(otlp.Logs, logs, items)
		return nil
	}
	stored := logs
	if wait {
		ref, err := s.append(logs, items)
		if err == nil {
			s.relieve()
			in.ref, in.room, stored = ref, true, s.log.Bytes(ref, len(logs))
		}
	}
	if err := otlp.RangeLogs(stored, s.addLog); err != nil {
		s.logger.Error("held logs could not be read", "error", err) // can't be: tally has read them
	}
	s.passLogs(in.passed, func(b []byte, records int) { s.out.Kept(otlp.Logs, b, records) })
	if in.dropped > 0 {
		s.out.Dropped(otlp.Logs, in.dropped)
	}
	if in.room && items > in.held {
		s.log.Release(in.ref, items-in.held)
	}
	return nil
}

// logIntake is one batch of logs while it is looked through.
type logIntake struct {
	ref             store.Ref
	room            bool // the batch lies at ref
	now             int64
	group           uint32 // of the last record that was held
	resource, scope int    // that group's places in the request
	held, dropped   int
	groups          []*otlp.Group // of passed
	passed          []logRecord
}

func (in *logIntake) reset(now int64) {
	clear(in.groups)
	clear(in.passed)
	*in = logIntake{now: now, group: none, groups: in.groups[:0], passed: in.passed[:0]}
}

// tally looks at a batch before it is taken: whether all of it passes, which is
// counted, and whether a record has to wait.
func (s *Sampler) tally(logs []byte) (all, wait bool, err error) {
	all = true
	reasons := map[logReason]int{}
	err = otlp.RangeLogs(logs, func(_ *otlp.Group, l *otlp.Log) bool {
		fate, why := s.fate(l)
		all, wait = all && fate == logPass, wait || fate == logHold
		reasons[why]++
		return true
	})
	if all {
		for why, n := range reasons {
			s.metrics.logs.WithLabelValues("passed", string(why)).Add(float64(n))
		}
	}
	return all, wait, err
}

// fate decides about one record. A drop is only followed where it is remembered
// exactly, in the journal: what the compact filter of dropped traces takes for
// dropped may be another trace.
func (s *Sampler) fate(l *otlp.Log) (logFate, logReason) {
	switch {
	case !l.HasTrace:
		return logPass, logNoTrace
	case l.Severity >= severityError:
		return logPass, logSevere
	case s.kept.has(l.TraceID):
		return logPass, logVerdict
	}
	if _, undecided := s.index.byTrace[l.TraceID]; undecided {
		return logHold, logVerdict
	}
	switch s.journal.verdict(l.TraceID) {
	case VerdictKept:
		return logPass, logVerdict
	case VerdictEvicted:
		return logPass, logPressure
	case VerdictDropped, VerdictLate:
		return logDrop, logVerdict
	}
	return logHold, logVerdict
}

// addLog takes one record of the batch.
func (s *Sampler) addLog(g *otlp.Group, l *otlp.Log) bool {
	in := &s.logIntake
	fate, why := s.fate(l)
	if fate == logHold && !in.room {
		fate, why = logPass, logPressure
	}
	switch fate {
	case logHold:
		s.holdLog(g, l)
	case logDrop:
		in.dropped++
		s.countLogs("dropped", why, 1)
	default:
		if n := len(in.groups); n == 0 || in.groups[n-1].ResourceIndex != g.ResourceIndex || in.groups[n-1].ScopeIndex != g.ScopeIndex {
			group := *g
			in.groups = append(in.groups, &group)
		}
		in.passed = append(in.passed, logRecord{l.Raw, in.groups[len(in.groups)-1]})
		s.countLogs("passed", why, 1)
	}
	return true
}

func (s *Sampler) countLogs(fate string, why logReason, n int) {
	s.metrics.logs.WithLabelValues(fate, string(why)).Add(float64(n))
}

// holdLog lets a record wait for the verdict on its trace.
func (s *Sampler) holdLog(g *otlp.Group, l *otlp.Log) {
	in := &s.logIntake
	if in.group == none || g.ResourceIndex != in.resource || g.ScopeIndex != in.scope {
		in.group, in.resource, in.scope = s.index.group(g, in.ref), g.ResourceIndex, g.ScopeIndex
	}
	first := s.logs.oldest == none
	place := s.logs.trace(l.TraceID, in.now, in.now+int64(s.options.Hold), s.log.Age(in.ref.Segment))
	s.logs.add(place, in.group, in.ref.Offset+uint32(l.Offset), len(l.Raw))
	s.index.groups.at(in.group).spans++
	in.held++
	if first {
		s.wakeUp()
	}
}

// passLogs calls fn with the records as requests of about pieceBytes.
func (s *Sampler) passLogs(records []logRecord, fn func(b []byte, records int)) {
	for from := 0; from < len(records); {
		to, bytes := from, 0
		for to < len(records) && (to == from || bytes < pieceBytes) {
			bytes += len(records[to].raw)
			to++
		}
		s.splicer.buf = appendLogs(s.splicer.buf[:0], records[from:to])
		fn(s.splicer.buf, to-from)
		from = to
	}
	if cap(s.splicer.buf) > 2*pieceBytes {
		s.splicer.buf = nil
	}
}

// follow lets the logs of a trace share a verdict on it. It runs in the verdict's
// transition.
func (s *Sampler) follow(traceID [16]byte, verdict Verdict) (records int) {
	place, ok := s.logs.byTrace[traceID]
	if !ok {
		return 0
	}
	records = int(s.logs.traces.at(place).records)
	switch verdict {
	case VerdictKept:
		s.endLogs(place, "passed", logVerdict)
	case VerdictEvicted:
		s.endLogs(place, "passed", logPressure) // nobody has judged them
	default:
		s.endLogs(place, "dropped", logVerdict)
	}
	return records
}

// endLogs passes on or drops the records at place and forgets them.
func (s *Sampler) endLogs(place uint32, fate string, why logReason) {
	t := s.logs.traces.at(place)
	n := int(t.records)
	if fate == "dropped" {
		s.out.Dropped(otlp.Logs, n)
	} else {
		left := n
		s.guard("splice", func() {
			s.passLogs(s.recordsOf(t), func(b []byte, records int) {
				left -= records
				s.out.Kept(otlp.Logs, b, records)
			})
		})
		if left > 0 {
			s.out.Lost(otlp.Logs, left, lostFault)
		}
	}
	s.countLogs(fate, why, n)
	for n := t.first; n != none; n = s.logs.records.at(n).next {
		e := s.logs.records.at(n)
		s.log.Release(s.logRef(e), 1)
		s.index.leave(e.group)
	}
	s.logs.remove(place)
}

func (s *Sampler) logRef(e *logEntry) store.Ref {
	return store.Ref{Segment: s.index.groups.at(e.group).segment, Offset: e.offset}
}

// recordsOf returns the records of a trace, borrowed from the hold log.
func (s *Sampler) recordsOf(t *logTrace) []logRecord {
	records := make([]logRecord, 0, t.records)
	var group *otlp.Group
	last := uint32(none)
	for n := t.first; n != none; n = s.logs.records.at(n).next {
		e := s.logs.records.at(n)
		if e.group != last {
			g := s.shared(e.group)
			group, last = &g, e.group
		}
		records = append(records, logRecord{s.log.Bytes(s.logRef(e), int(e.length)), group})
	}
	return records
}

// expireLogs passes logs on whose trace sent no span here in time, and returns
// when the next are due, false if there are none. Where a span has come, its
// verdict follows.
func (s *Sampler) expireLogs(now int64) (next int64, ok bool) {
	defer s.logs.compact()
	for {
		place, next, ok := s.logs.expire(now)
		if place == none {
			return next, ok
		}
		if _, undecided := s.index.byTrace[s.logs.traces.at(place).traceID]; !undecided {
			s.out.Transition(func() { s.endLogs(place, "passed", logNoSpans) })
		}
	}
}

// passLogsIn empties a segment, the oldest, of logs: those that have one in it
// pass. It returns how many did.
func (s *Sampler) passLogsIn(segment uint32) (passed int) {
	age := s.log.Age(segment)
	for n := s.logs.oldest; n != none; {
		t := s.logs.traces.at(n)
		if t.born > age {
			break // so are all younger ones
		}
		next := t.newer
		if s.logsReach(t, segment) {
			passed += int(t.records)
			s.out.Transition(func() { s.endLogs(n, "passed", logPressure) })
		}
		n = next
	}
	return passed
}

func (s *Sampler) logsReach(t *logTrace, segment uint32) bool {
	for n := t.first; n != none; n = s.logs.records.at(n).next {
		if s.logRef(s.logs.records.at(n)).Segment == segment {
			return true
		}
	}
	return false
}

// passAllLogs ends the wait of all logs, at the end of the sampler: no span of
// their traces is held any more.
func (s *Sampler) passAllLogs() {
	for s.logs.oldest != none {
		s.out.Transition(func() { s.endLogs(s.logs.oldest, "passed", logNoSpans) })
	}
}
