package pipeline

import (
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Verdicts is where the sampler's verdicts enter the pipeline: kept fragments go
// to the delivery log, dropped and lost ones are accounted. Each call is made
// inside a Transition, in which the sampler also forgets the items.
type Verdicts struct {
	pipeline *Pipeline
}

// Verdicts returns the pipeline's end of the sampler.
func (p *Pipeline) Verdicts() *Verdicts { return &Verdicts{p} }

// Transition runs fn, in which the sampler moves items out of what it holds. It
// doesn't wait: the sampler holds its lock.
func (v *Verdicts) Transition(fn func()) { v.pipeline.ledger.move(fn) }

// Kept delivers a kept fragment. b is borrowed.
func (v *Verdicts) Kept(sig otlp.Signal, b []byte, items int) {
	err := v.pipeline.faults.guard("deliver", func() error { return v.pipeline.Deliver(sig, b, items) })
	if err != nil {
		v.pipeline.ledger.lostEarly(sig, items, "log_full")
		v.pipeline.logger.Warn("kept fragment could not be logged", "signal", sig.String(), "items", items, "error", err)
	}
}

// Dropped accounts a verdict to drop.
func (v *Verdicts) Dropped(sig otlp.Signal, items int) { v.pipeline.ledger.SampledOut(sig, items) }

// Lost accounts undecided items that could not be held.
func (v *Verdicts) Lost(sig otlp.Signal, items int, reason string) {
	v.pipeline.ledger.lostEarly(sig, items, reason)
}
