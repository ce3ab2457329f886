package sample

import (
	"fmt"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
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
		s.log.Release(in.ref, items-in.held, in.unheld)
	}
	s.compact()
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
	unheld          int           // bytes of records that aren't held
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
	if _, undecided := s.index.fragments.byTrace[l.TraceID]; undecided {
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
	if fate != logHold {
		in.unheld += len(l.Raw)
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

// holdLog lets a record wait for the verdict on its trace.
func (s *Sampler) holdLog(g *otlp.Group, l *otlp.Log) {
	in := &s.logIntake
	if in.group == none || g.ResourceIndex != in.resource || g.ScopeIndex != in.scope {
		in.group, in.resource, in.scope = s.index.group(g, in.ref), g.ResourceIndex, g.ScopeIndex
	}
	first := s.logs.traces.oldest == none
	place := s.logs.trace(l.TraceID, in.now, in.now+int64(s.options.Hold), s.log.Age(in.ref.Segment))
	s.logs.add(place, in.group, in.ref.Offset+uint32(l.Offset), len(l.Raw))
	s.index.groups.at(in.group).items++
	in.held++
	if first {
		s.wakeUp()
	}
}
