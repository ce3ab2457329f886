package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Sender makes one attempt to send an encoded request. It is used by one
// goroutine at a time.
type Sender interface {
	Start(ctx context.Context) error
	// Send returns how many of the items the backend rejected. An error is a
	// *Failure; anything else counts as retryable.
	Send(ctx context.Context, b []byte) (rejected int, err error)
	Shutdown(ctx context.Context) error
}

const (
	// pace is the least time between two requests while less than a whole request
	// waits: the first record leaves at once, those that follow leave together.
	// It is the time-out of the Collector's batches.
	pace = 200 * time.Millisecond
	// maxFaults bounds how often a request may panic the exporter.
	maxFaults = 3
	// minSplit is the size down to which an Exhausted request is split.
	minSplit = 64 << 10
)

// delivery takes one signal to one destination. Its goroutine is the only one
// that reads the cursor and uses the sender.
type delivery struct {
	destination string
	signal      otlp.Signal
	cursor      Cursor
	sender      Sender
	accounts    Accounts
	retry       Retry
	limit       int // bytes of a request; falls when the backend finds one too large
	settled     int // items of the batch in hand that are delivered or lost
	state       *state
	count       *counters
	logger      *slog.Logger
}

func newDelivery(d Destination, sig otlp.Signal, s Sender, o Options, m *metrics) *delivery {
	logger := o.Logger.With("destination", d.Name, "signal", sig.String())
	return &delivery{
		destination: d.Name, signal: sig, sender: s,
		cursor: o.Cursor(d.Name, sig), accounts: o.Accounts,
		retry: d.Retry, limit: d.MaxRequestBytes,
		state: newState(logger), count: m.counters(d.Name, sig), logger: logger,
	}
}

// run delivers until the log has ended, or wait has ended and the log is empty.
// When send ends, what the log holds is lost.
func (d *delivery) run(send, wait context.Context) {
	for d.next(send, wait) {
	}
}

// next delivers one batch; false when no more can come. A panic outside of the
// batch's own delivery is the log's or ours: the loop goes on after a pause.
func (d *delivery) next(send, wait context.Context) (more bool) {
	defer func() {
		if v := recover(); v != nil {
			d.logPanic("delivery loop panicked", v)
			d.count.failure("fault")
			d.pause(send, wait, d.retry.Initial)
			more = true
		}
	}()
	b, items, err := d.cursor.Next(wait, d.limit)
	switch {
	case errors.Is(err, io.EOF), err != nil && wait.Err() != nil:
		return false
	case err != nil: // a batch is still in hand, after a panic
		d.cursor.Release()
		return true
	}
	began := time.Now()
	d.finish(send, wait, b, items)
	d.cursor.Release()
	if _, waiting := d.cursor.Pending(); waiting < int64(d.limit) {
		sleep(wait, pace-time.Since(began))
	}
	return true
}

// finish delivers a batch. A panic on the way loses what isn't settled yet, and
// not the agent.
func (d *delivery) finish(send, wait context.Context, b []byte, items int) {
	d.settled = 0
	defer func() {
		if v := recover(); v != nil {
			d.logPanic("delivery panicked", v)
			d.count.failure("fault")
			d.lose(items-d.settled, ReasonFault)
		}
	}()
	d.deliver(send, wait, b, items)
}

// deliver attempts to send b until each of its items is delivered or lost.
func (d *delivery) deliver(send, wait context.Context, b []byte, items int) {
	began := time.Now()
	back := backoff{retry: d.retry}
	for faults := 0; ; {
		if send.Err() != nil {
			d.lose(items, ReasonShutdown)
			return
		}
		rejected, failure := d.attempt(send, b)
		if failure == nil {
			d.delivered(b, items, rejected)
			return
		}
		if send.Err() != nil {
			continue // the attempt was cut short: its outcome says nothing
		}
		d.fail(failure)
		switch failure.Kind {
		case Permanent:
			d.lose(items, ReasonRejected)
			return
		case Unsendable:
			d.lose(items, ReasonFault)
			return
		case TooLarge, Exhausted:
			d.divide(send, wait, b, items, failure.Kind)
			return
		case Fault:
			if faults++; faults == maxFaults {
				d.lose(items, ReasonFault)
				return
			}
		}
		delay := back.next(failure.Delay, wait.Err() != nil)
		if d.retry.GiveUp > 0 && time.Since(began)+delay > d.retry.GiveUp {
			d.lose(items, ReasonExhausted)
			return
		}
		d.count.retries.Inc()
		d.pause(send, wait, delay)
	}
}

// pause waits between two attempts. The begin of a drain ends it, for one attempt
// without delay; a drain's own pauses end with send.
func (d *delivery) pause(send, wait context.Context, delay time.Duration) {
	if wait.Err() == nil {
		sleep(wait, delay)
		return
	}
	sleep(send, delay)
}

// divide sends b in halves. One item that is too large is lost alone.
func (d *delivery) divide(send, wait context.Context, b []byte, items int, kind Kind) {
	if kind == Exhausted && len(b) <= minSplit {
		d.lose(items, ReasonRejected)
		return
	}
	left, right, ok := split(d.signal, b)
	if !ok {
		d.lose(items, ReasonTooLarge)
		return
	}
	if kind == TooLarge {
		d.limit = max(min(d.limit, len(b)/2), minSplit)
	}
	n := min(otlp.CountItems(d.signal, left), items)
	d.deliver(send, wait, left, n)
	d.deliver(send, wait, right, items-n)
}

// attempt sends b once. A panic of the exporter is a failure.
func (d *delivery) attempt(ctx context.Context, b []byte) (rejected int, failure *Failure) {
	defer func() {
		if v := recover(); v != nil {
			d.logPanic("exporter panicked", v)
			failure = &Failure{Kind: Fault, Code: "fault"}
		}
	}()
	rejected, err := d.sender.Send(ctx, b)
	if err == nil {
		return rejected, nil
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return 0, f
	}
	return 0, &Failure{Kind: Retryable, Code: "unknown"}
}

func (d *delivery) delivered(b []byte, items, rejected int) {
	rejected = min(max(rejected, 0), items)
	d.state.up()
	d.count.requests.Inc()
	d.count.bytes.Add(float64(len(b)))
	d.count.items.Add(float64(items - rejected))
	if rejected > 0 {
		d.state.refused("partial_success", "the backend rejects a part of the request", rejected)
		d.lose(rejected, ReasonRejected)
	}
	d.settle(items-rejected, func(n int, release func()) {
		d.accounts.Delivered(d.destination, d.signal, n, release)
	})
}

func (d *delivery) fail(f *Failure) {
	d.count.failure(f.Code)
	switch f.Kind {
	case Retryable, Fault:
		d.state.down(f)
	default:
		d.state.refused(f.Code, f.Phrase(), 0)
	}
}

func (d *delivery) lose(items int, reason string) {
	d.settle(items, func(n int, release func()) {
		d.accounts.Lost(d.destination, d.signal, n, reason, release)
	})
}

// settle accounts items of the batch in hand.
func (d *delivery) settle(items int, account func(items int, release func())) {
	account(items, func() { d.cursor.Settle(items) })
	d.settled += items
}

// logPanic logs where a panic came from. Its value may hold telemetry, so only
// the type is shown.
func (d *delivery) logPanic(msg string, v any) {
	d.logger.Error(msg, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
}
