package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/sample"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// explained is what /decisions/{trace_id} shows.
type explained struct {
	Decisions     []decision `json:"decisions"`
	WaitingSpans  int        `json:"waiting_spans"`
	WaitingLogs   int        `json:"waiting_logs"`
	WaitingFor    string     `json:"waiting_for,omitempty"`
	WaitedSeconds float64    `json:"waited_seconds"`
	Note          string     `json:"note,omitempty"`
}

// decision is one verdict, and how far the destinations have come with it.
type decision struct {
	sample.Decision
	Destinations map[string]store.Progress `json:"destinations,omitempty"`
}

func (a *agent) decisions(traceID [16]byte) any {
	e := explained{Decisions: a.followed(a.sampler.Decisions(traceID))}
	w, waits := a.sampler.Waiting(traceID)
	e.WaitingSpans, e.WaitingLogs, e.WaitingFor, e.WaitedSeconds = w.Spans, w.Logs, w.For, w.Waited.Seconds()
	if !waits && len(e.Decisions) == 0 {
		e.Note = a.forgotten(traceID)
	}
	return e
}

// forgotten says what is known of a trace without a verdict in the journal.
func (a *agent) forgotten(traceID [16]byte) string {
	const shown = "only the last %d verdicts are shown in full (sample.journal)"
	switch verdict, rule := a.sampler.Remembered(traceID); verdict {
	case sample.VerdictKept:
		return fmt.Sprintf("kept by rule %s; "+shown, rule, a.cfg.Sample.Journal)
	case sample.VerdictDropped:
		return fmt.Sprintf("dropped, or not seen: the filter of dropped traces takes 1 in 1,000 others for one; "+shown, a.cfg.Sample.Journal)
	}
	return fmt.Sprintf("not seen, or forgotten: "+shown, a.cfg.Sample.Journal)
}

// recentVerdicts is what /decisions shows.
type recentVerdicts struct {
	Decisions []decision `json:"decisions"`
	Note      string     `json:"note,omitempty"`
}

func (a *agent) recent(rule, verdict string, n int) any {
	l := recentVerdicts{Decisions: a.followed(a.sampler.Recent(rule, verdict, n))}
	verdicts := []string{string(sample.VerdictKept), string(sample.VerdictDropped), string(sample.VerdictLate), string(sample.VerdictEvicted)}
	switch {
	case len(l.Decisions) > 0:
	case verdict != "" && !slices.Contains(verdicts, verdict):
		l.Note = "no such verdict: they are " + strings.Join(verdicts, ", ")
	case rule != "" && rule != "none" && !slices.ContainsFunc(a.cfg.Sample.Rules, func(r config.Rule) bool { return r.Name == rule }):
		l.Note = "no such rule in sample.rules"
	}
	return l
}

// followed adds the progress of kept fragments at each destination of traces.
func (a *agent) followed(list []sample.Decision) []decision {
	out := []decision{}
	for _, d := range list {
		next := decision{Decision: d}
		if d.Verdict == sample.VerdictKept {
			next.Destinations = a.unread.progress(d.Mark)
		}
		out = append(out, next)
	}
	return out
}
