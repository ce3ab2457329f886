package main

import (
	"fmt"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/pipeline"
	"github.com/drl-trading/telemetry-agent/internal/sample"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// explained is what /decisions/{trace_id} shows.
type explained struct {
	Decisions     []decision `json:"decisions"`
	WaitingSpans  int        `json:"waiting_spans"`
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
	var waited time.Duration
	e.WaitingSpans, waited = a.sampler.Waiting(traceID)
	e.WaitedSeconds = waited.Seconds()
	switch {
	case e.WaitingSpans > 0:
		e.Note = "spans wait for a verdict"
	case len(e.Decisions) == 0:
		e.Note = fmt.Sprintf("not seen, or forgotten: the last %d verdicts are remembered (sample.journal)", a.cfg.Sample.Journal)
	}
	return e
}

func (a *agent) recent(rule, verdict string, n int) any {
	return map[string]any{"decisions": a.followed(a.sampler.Recent(rule, verdict, n))}
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

// progress says how far each destination has come with what ends at m.
func (u *unread) progress(m store.Mark) map[string]store.Progress {
	out := map[string]store.Progress{}
	for name, d := range u.destinations {
		c := d.Cursor(otlp.Traces)
		switch {
		case c == nil:
		case m == store.Mark{}:
			out[name] = store.Lost // the log didn't take it
		default:
			out[name] = c.Progress(m)
		}
	}
	return out
}

// accounts lets cursors remember what their destination gave up.
type accounts struct {
	*pipeline.Ledger
	unread *unread
}

// Lost implements export.Accounts.
func (a accounts) Lost(destination string, sig otlp.Signal, items int, reason string, release func()) {
	if d := a.unread.destinations[destination]; d != nil {
		if c := d.Cursor(sig); c != nil {
			c.GiveUp(items)
		}
	}
	a.Ledger.Lost(destination, sig, items, reason, release)
}
