package sample

import (
	"github.com/drl-trading/telemetry-agent/internal/otlp"
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

func (s *Sampler) countLogs(fate string, why logReason, n int) {
	s.metrics.logs.WithLabelValues(fate, string(why)).Add(float64(n))
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
	place, ok := s.logs.traces.byTrace[traceID]
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
		s.log.Release(s.index.ref(e), 1, int(e.length))
		s.index.leave(e.group)
	}
	s.logs.remove(place)
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
		records = append(records, logRecord{s.log.Bytes(s.index.ref(e), int(e.length)), group})
	}
	return records
}

// expireLogs passes logs on whose trace sent no span here in time, and returns
// when the next are due, false if there are none. Where a span has come, its
// verdict follows.
func (s *Sampler) expireLogs(now int64) (next int64, ok bool) {
	for {
		place, next, ok := s.logs.expire(now)
		if place == none {
			return next, ok
		}
		if _, undecided := s.index.fragments.byTrace[s.logs.traces.at(place).traceID]; !undecided {
			s.out.Transition(func() { s.endLogs(place, "passed", logNoSpans) })
		}
	}
}

// passLogsIn empties a segment of that age, the oldest, of logs: those that have
// one in it pass. It returns how many did. A segment that was emptied meanwhile
// may be in use again, at another age.
func (s *Sampler) passLogsIn(segment uint32, age uint64) (passed int) {
	if s.log.Age(segment) != age {
		return 0
	}
	for n := s.logs.traces.oldest; n != none; {
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
		if s.index.ref(s.logs.records.at(n)).Segment == segment {
			return true
		}
	}
	return false
}

// passAllLogs ends the wait of all logs, at the end of the sampler: no span of
// their traces is held any more.
func (s *Sampler) passAllLogs() {
	for s.logs.traces.oldest != none {
		s.out.Transition(func() { s.endLogs(s.logs.traces.oldest, "passed", logNoSpans) })
	}
}
