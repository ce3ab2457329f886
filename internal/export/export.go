// Package export delivers encoded OTLP to backends: one delivery per destination
// and signal reads its place in the delivery log and sends, with the Collector's
// exporters speaking the protocol.
//
// It doesn't hold data: what is not delivered stays in the log, and each delivery
// has at most one request in hand. It doesn't decide what is sent. The
// exporters' own queue and retry are off, so a call is one attempt; what follows
// from its outcome (again, in halves, or lost for a reason) is decided here.
//
// Nothing that a backend says is logged or shown: only its code, a count, or a
// phrase of this package.
//
// Start runs one goroutine per delivery, beside those of gRPC and net/http. Drain
// ends them: it lets them send what the log holds until its context ends, counts
// the rest as lost, and closes the connections.
package export

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Cursor is a destination's place in the delivery log (internal/store).
type Cursor interface {
	// Next waits for a batch of at most maxBytes. It returns what there is even
	// when ctx has ended, and else ctx's error; io.EOF when no more can come.
	Next(ctx context.Context, maxBytes int) (b []byte, items int, err error)
	// Settle takes items of the batch out of the pending ones.
	Settle(items int)
	// Release frees the batch.
	Release()
	// Pending counts what the log holds for this destination.
	Pending() (items int, bytes int64)
}

// Accounts is told how items ended. release takes them out of the pending ones
// and must be called once, so that both can be one step for a reader.
type Accounts interface {
	Delivered(destination string, sig otlp.Signal, items int, release func())
	Lost(destination string, sig otlp.Signal, items int, reason string, release func())
}

// Options configure an Exporter.
type Options struct {
	Destinations []Destination
	// Cursor returns the place of a destination in the stream of sig.
	Cursor   func(destination string, sig otlp.Signal) Cursor
	Accounts Accounts
	Logger   *slog.Logger
	// Version is told to backends in the user agent.
	Version string
}

// Exporter runs the deliveries of all destinations.
type Exporter struct {
	deliveries []*delivery
	protocols  map[string]string // of destinations by name
	metrics    *metrics

	running sync.WaitGroup
	drain   context.CancelFunc // deliveries don't wait any more
	cut     context.CancelFunc // deliveries don't send any more
}

// New builds the deliveries. It reports every bad option of every destination.
func New(o Options) (*Exporter, error) {
	e := &Exporter{metrics: newMetrics(), protocols: map[string]string{}}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	var errs []error
	for _, d := range o.Destinations {
		d, err := d.withDefaults()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if _, twice := e.protocols[d.Name]; twice {
			errs = append(errs, d.errorf("name", "is used by another destination: give each its own"))
			continue
		}
		e.protocols[d.Name] = d.Protocol
		for _, sig := range d.Signals {
			s, err := newCollectorSender(d, sig, o)
			if err != nil {
				errs = append(errs, err)
				break // the same settings fail for each signal
			}
			e.deliveries = append(e.deliveries, newDelivery(d, sig, s, o, e.metrics))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return e, nil
}

// Start opens the senders and starts the deliveries. No backend needs to be there
// yet. ctx bounds the start only.
func (e *Exporter) Start(ctx context.Context) error {
	for i, d := range e.deliveries {
		if err := d.sender.Start(ctx); err != nil {
			e.stopSenders(ctx, e.deliveries[:i])
			return fmt.Errorf("start destination %s: %w", d.destination, err)
		}
	}
	send, cut := context.WithCancel(context.Background())
	wait, drain := context.WithCancel(send)
	e.cut, e.drain = cut, drain
	for _, d := range e.deliveries {
		e.running.Go(func() { d.run(send, wait) })
	}
	return nil
}

// Drain delivers what the log still holds, until it is empty or ctx ends; what is
// left then is lost for reason shutdown. The log should be closed before, else
// what is appended meanwhile may stay in it.
func (e *Exporter) Drain(ctx context.Context) error {
	if e.drain == nil {
		return nil // never started
	}
	e.drain()
	done := make(chan struct{})
	go func() {
		e.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		e.cut()
		<-done // each attempt ends with its context
	}
	e.cut()
	return e.stopSenders(context.WithoutCancel(ctx), e.deliveries)
}

func (e *Exporter) stopSenders(ctx context.Context, deliveries []*delivery) error {
	var errs []error
	for _, d := range deliveries {
		if err := d.sender.Shutdown(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stop destination %s: %w", d.destination, err))
		}
	}
	return errors.Join(errs...)
}
