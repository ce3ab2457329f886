package pipeline

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Snapshotter makes metrics of the agent's own, such as those computed from
// spans: AppendOTLP appends an encoded request to dst and returns it with the
// number of its points.
type Snapshotter interface {
	AppendOTLP(dst []byte) (out []byte, points int)
}

// Producer pushes snapshots of the span metrics into the delivery log, for
// destinations that take metrics by OTLP. The scrape page asks for them itself.
//
// Start runs one goroutine; Stop pushes a last snapshot and ends it.
type Producer struct {
	source   Snapshotter
	log      Appender
	ledger   *Ledger
	interval time.Duration
	faults   *Faults
	logger   *slog.Logger

	stop chan struct{}
	done sync.WaitGroup
	buf  []byte
}

// NewProducer returns a producer that pushes every interval.
func NewProducer(source Snapshotter, log Appender, ledger *Ledger, interval time.Duration, faults *Faults, logger *slog.Logger) *Producer {
	return &Producer{source: source, log: log, ledger: ledger, interval: interval, faults: faults, logger: logger, stop: make(chan struct{})}
}

// Start begins to push, unless no destination takes metrics by OTLP.
func (p *Producer) Start(context.Context) error {
	if !p.ledger.hasLog(otlp.Metrics) {
		return nil
	}
	p.done.Go(func() {
		tick := time.NewTicker(p.interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.guardedPush()
			case <-p.stop:
				p.guardedPush()
				return
			}
		}
	})
	return nil
}

// Stop pushes what came since the last snapshot.
func (p *Producer) Stop(context.Context) error {
	close(p.stop)
	p.done.Wait()
	return nil
}

// guardedPush loses one snapshot when making it panics; the next one holds the
// same counts and more.
func (p *Producer) guardedPush() {
	_ = p.faults.guard("spanmetrics", func() error { p.push(); return nil })
}

func (p *Producer) push() {
	var points int
	p.buf, points = p.source.AppendOTLP(p.buf[:0])
	if points == 0 {
		return
	}
	p.ledger.Transition(func() {
		if err := p.log.Append(otlp.Metrics, points, p.buf); err != nil {
			p.logger.Warn("span metrics could not be logged", "points", points, "error", err)
			return // never produced, so there is nothing to account
		}
		for _, d := range p.ledger.signals[otlp.Metrics].destinations {
			if d.name != ScrapeDestination {
				d.produced.Add(int64(points))
			}
		}
	})
}
