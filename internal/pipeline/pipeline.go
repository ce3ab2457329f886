// Package pipeline is the way of a batch through the agent and the order of
// its stages: admission, filter, enrich, then the sampler and the span metrics
// (traces) or the delivery log and the scrape page (metrics, logs). Span metrics
// count what the sampler has taken, whatever its verdicts: a request that is
// refused, or sent again, is counted once.
//
// It does not know how any stage works: each is a one-method interface declared
// here and wired in cmd/agent. It never refuses a batch because of a
// destination; only admission (the byte budget), a stop, or a fault refuse.
//
// A batch is encoded OTLP, borrowed from the receiver until Accept returns. Each
// stage either returns its input or writes a copy into a scratch buffer that the
// pipeline owns for the length of the call; what outlives the call is copied by
// the log that keeps it.
//
// Accept runs on the receiver's goroutines. The only goroutine of the package is
// the Producer's: Start starts it, Stop lets it push once more and ends it.
package pipeline

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Filter removes personal data and secrets, and whatever is not valid OTLP.
// The output aliases in (nothing changed) or dst (grown as needed).
type Filter interface {
	Filter(sig otlp.Signal, in, dst []byte) (out []byte, c otlp.Counts, err error)
}

// Enricher adds what the agent knows of its pod to every resource.
// The output aliases in or dst.
type Enricher interface {
	Enrich(sig otlp.Signal, in, dst []byte) (out []byte, err error)
}

// SpanObserver reads every span, whatever becomes of its trace. It keeps no
// reference to traces.
type SpanObserver interface {
	ObserveSpans(traces []byte)
}

// TraceHolder takes traces until a verdict; the verdict reaches the pipeline
// through Verdicts. It copies what it keeps. An error means nothing was kept.
// fresh is false for a request that was taken before.
type TraceHolder interface {
	AddTraces(traces []byte) (fresh bool, err error)
}

// LogHolder takes logs that follow the verdict on their trace. It copies what it
// keeps. An error means nothing was kept.
type LogHolder interface {
	AddLogs(logs []byte) error
}

// Appender is the delivery log. It copies b and never waits for a destination.
type Appender interface {
	Append(sig otlp.Signal, items int, b []byte) error
}

// Folder adds metrics to the state behind the scrape page and returns how many
// points it took. What it does not take (a stale point) is lost there.
type Folder interface {
	Fold(metrics []byte) (points int, err error)
}

// Stages are the rooms that a batch passes. Logs is nil where logs wait for no
// verdict, Fold without a scrape page.
type Stages struct {
	Filter  Filter
	Enrich  Enricher
	Spans   SpanObserver
	Traces  TraceHolder
	Logs    LogHolder
	Deliver Appender
	Fold    Folder
}

// ScrapeDestination is the name of the scrape page in the ledger.
const ScrapeDestination = "prometheus_scrape"

// Pipeline takes batches from the receiver. It is safe for concurrent use.
type Pipeline struct {
	stages  Stages
	ledger  *Ledger
	faults  *Faults
	logger  *slog.Logger
	scratch sync.Pool
	stopped atomic.Bool
	last    atomic.Int64 // unix nanoseconds of the last Accept
}

// New returns a pipeline over stages that accounts in ledger.
func New(stages Stages, ledger *Ledger, faults *Faults, logger *slog.Logger) *Pipeline {
	p := &Pipeline{stages: stages, ledger: ledger, faults: faults, logger: logger}
	p.scratch.New = func() any { return new(scratch) }
	return p
}

// scratch holds the copies of one batch: what the filter rewrote, and what
// enrichment rewrote after it.
type scratch struct{ filtered, enriched []byte }

// maxScratch is the largest buffer that is kept for the next batch: eight times
// a full batch of Python's exporter (512 spans of 300 bytes).
const maxScratch = 1 << 20

// Accept takes one encoded export request. rejected counts the items that are
// invalid and were left out; the client is told so. A nil error means the rest
// is held or logged.
//
// Errors: *otlp.Error for input that is not OTLP; *UnavailableError when the
// agent can't take it now.
func (p *Pipeline) Accept(_ context.Context, sig otlp.Signal, b []byte) (rejected int, err error) {
	if p.stopped.Load() {
		return 0, errStopping
	}
	p.last.Store(time.Now().UnixNano())

	s := p.scratch.Get().(*scratch)
	defer p.recycle(s)

	var counts otlp.Counts
	out := b
	err = p.faults.guard("filter", func() (err error) {
		out, counts, err = p.stages.Filter.Filter(sig, b, s.filtered[:0])
		return err
	})
	if err != nil {
		return 0, refusal(err)
	}
	s.filtered = keep(s.filtered, out, b)

	received, left := counts.Items-counts.Rejected, counts.Items-counts.Rejected-counts.Dropped
	if left > 0 {
		filtered := out
		err = p.faults.guard("enrich", func() (err error) {
			out, err = p.stages.Enrich.Enrich(sig, filtered, s.enriched[:0])
			return err
		})
		if err != nil {
			return 0, refusal(err)
		}
		s.enriched = keep(s.enriched, out, filtered)
	}
	if err := p.place(sig, out, received, left); err != nil {
		return 0, refusal(err)
	}
	return counts.Rejected, nil
}

// place hands the batch to what keeps it, in one transition of the ledger.
// received counts the valid items, left those that the filter let through.
func (p *Pipeline) place(sig otlp.Signal, b []byte, received, left int) error {
	if left == 0 {
		p.ledger.Transition(func() { p.ledger.take(sig, received, received) })
		return nil
	}
	fresh := false
	var err error
	p.ledger.Transition(func() {
		err = p.faults.guard("hold", func() (err error) { fresh, err = p.hold(sig, b, left); return err })
		if err == nil {
			p.ledger.take(sig, received, received-left)
		}
	})
	if sig == otlp.Traces && fresh && err == nil {
		// A fault in the metrics of spans is no reason to refuse the spans.
		_ = p.faults.guard("spanmetrics", func() error { p.stages.Spans.ObserveSpans(b); return nil })
	}
	return err
}

// hold keeps one batch: undecided in the sampler, or ready in the delivery log.
// fresh is false when it is kept already.
func (p *Pipeline) hold(sig otlp.Signal, b []byte, items int) (fresh bool, err error) {
	switch {
	case sig == otlp.Traces:
		return p.stages.Traces.AddTraces(b)
	case sig == otlp.Logs && p.stages.Logs != nil:
		return true, p.stages.Logs.AddLogs(b)
	}
	return true, p.Deliver(sig, b, items)
}

// Deliver gives a batch to the destinations of its signal: it is how kept
// fragments, metrics and logs leave. b is borrowed.
func (p *Pipeline) Deliver(sig otlp.Signal, b []byte, items int) error {
	if !p.ledger.hasDestination(sig) {
		p.ledger.lost(sig, NoDestination, items, "no_destination")
		return nil
	}
	if p.ledger.hasLog(sig) {
		pushed := b
		if sig == otlp.Metrics {
			// What is pushed can't be taken back when the trace is dropped. The
			// scrape page shows an exemplar once its trace is kept.
			pushed = otlp.RemoveTraceExemplars(b, nil)
		}
		if err := p.stages.Deliver.Append(sig, items, pushed); err != nil {
			return err
		}
	}
	if sig == otlp.Metrics && p.stages.Fold != nil {
		p.fold(b, items)
	}
	return nil
}

// fold adds metrics to the scrape page. Points that it can't take, or a fault in
// it, are lost there and nowhere else.
func (p *Pipeline) fold(b []byte, items int) {
	points := 0
	err := p.faults.guard("scrape", func() (err error) { points, err = p.stages.Fold.Fold(b); return err })
	points = min(points, items)
	p.ledger.delivered(otlp.Metrics, ScrapeDestination, points)
	if lost := items - points; lost > 0 {
		reason := "stale"
		if err != nil {
			reason = "fault"
		}
		p.ledger.lost(otlp.Metrics, ScrapeDestination, lost, reason)
	}
}

// Stop makes Accept refuse from now on.
func (p *Pipeline) Stop() { p.stopped.Store(true) }

// Probe passes through the ledger's measures of what is pending and returns; it
// hangs when a stage does.
func (p *Pipeline) Probe() { p.ledger.rows() }

// lastAccept returns when the last batch came, the zero time if none did.
func (p *Pipeline) lastAccept() time.Time {
	ns := p.last.Load()
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

func (p *Pipeline) recycle(s *scratch) {
	if cap(s.filtered) > maxScratch {
		s.filtered = nil
	}
	if cap(s.enriched) > maxScratch {
		s.enriched = nil
	}
	p.scratch.Put(s)
}

// keep returns the buffer to reuse: out when the stage wrote into a grown copy,
// else the one there was.
func keep(buf, out, in []byte) []byte {
	if len(out) == 0 || (len(in) > 0 && &out[0] == &in[0]) {
		return buf
	}
	if cap(out) > cap(buf) {
		return out
	}
	return buf
}

// refusal leaves malformed input as it is and makes everything else an
// unavailability: the client keeps the data and tries again.
func refusal(err error) error {
	if _, ok := errors.AsType[*otlp.Error](err); ok {
		return err
	}
	if _, ok := errors.AsType[*UnavailableError](err); ok {
		return err
	}
	return &UnavailableError{Cause: err}
}
