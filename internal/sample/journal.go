package sample

import (
	"encoding/hex"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// Decision is one verdict, as it is explained to a person.
type Decision struct {
	TraceID       string    `json:"trace_id"`
	Verdict       Verdict   `json:"verdict"`
	Rule          string    `json:"rule"`
	Trigger       Trigger   `json:"trigger"`
	Spans         int       `json:"spans"`
	Bytes         int64     `json:"bytes"`
	Logs          int       `json:"logs"` // that followed it
	WaitedSeconds float64   `json:"waited_seconds"`
	LateSpans     int       `json:"late_spans"`
	DecidedAt     time.Time `json:"decided_at"`

	// Mark is where the delivery log ended when a kept fragment was in it; zero when
	// it wasn't taken.
	Mark store.Mark `json:"-"`

	id [16]byte
	at int64 // of the sampler's clock
}

// shown fills in what is only needed by a person.
func (s *Sampler) shown(d *Decision) Decision {
	out := *d
	out.TraceID = hex.EncodeToString(d.id[:])
	out.DecidedAt = s.began.Add(time.Duration(d.at))
	return out
}

// journal remembers the last verdicts in a ring.
type journal struct {
	ring []Decision
	next int
	max  int
	last map[[16]byte]int // place of the newest verdict on a trace
}

func newJournal(n int) *journal { return &journal{max: n, last: map[[16]byte]int{}} }

func (j *journal) add(d Decision) {
	if j.max == 0 {
		return
	}
	if len(j.ring) < j.max {
		j.ring = append(j.ring, d)
		j.last[d.id] = len(j.ring) - 1
		j.next = len(j.ring) % j.max
		return
	}
	if old := j.ring[j.next].id; j.last[old] == j.next {
		delete(j.last, old)
	}
	j.ring[j.next] = d
	j.last[d.id] = j.next
	j.next = (j.next + 1) % j.max
}

// late notes a span that came after the verdict on its trace.
func (j *journal) late(id [16]byte) {
	if n, ok := j.last[id]; ok {
		j.ring[n].LateSpans++
	}
}

// verdict returns the newest verdict on a trace, "" if none is remembered.
func (j *journal) verdict(id [16]byte) Verdict {
	if n, ok := j.last[id]; ok {
		return j.ring[n].Verdict
	}
	return ""
}

// newest calls fn with the verdicts, the newest first, until fn says no.
func (j *journal) newest(fn func(*Decision) bool) {
	for i := range j.ring {
		n := (j.next - 1 - i + 2*len(j.ring)) % len(j.ring)
		if !fn(&j.ring[n]) {
			return
		}
	}
}

// Decisions returns the remembered verdicts on a trace, the newest first: one for
// each of its fragments.
func (s *Sampler) Decisions(traceID [16]byte) []Decision {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Decision{}
	if _, ok := s.journal.last[traceID]; !ok {
		return out
	}
	s.journal.newest(func(d *Decision) bool {
		if d.id == traceID {
			out = append(out, s.shown(d))
		}
		return true
	})
	return out
}

// Recent returns at most n verdicts, the newest first, by that rule and with that
// verdict; an empty word stands for any.
func (s *Sampler) Recent(rule, verdict string, n int) []Decision {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Decision{}
	if n <= 0 {
		return out
	}
	s.journal.newest(func(d *Decision) bool {
		if (rule == "" || d.Rule == rule) && (verdict == "" || string(d.Verdict) == verdict) {
			out = append(out, s.shown(d))
		}
		return len(out) < n
	})
	return out
}
