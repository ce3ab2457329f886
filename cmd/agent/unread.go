package main

import (
	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/pipeline"
	"github.com/drl-trading/telemetry-agent/internal/sample"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// unread knows what waits for a verdict and for each destination.
type unread struct {
	destinations map[string]*store.Destination
	sampler      *sample.Sampler
}

// cursor returns a destination's place in the delivery log, nil where it takes
// nothing of the signal from there.
func (u *unread) cursor(destination string, sig otlp.Signal) *store.Cursor {
	if d := u.destinations[destination]; d != nil {
		return d.Cursor(sig)
	}
	return nil
}

// Held implements pipeline.Pending.
func (u *unread) Held() (held [otlp.NumSignals]int64) {
	items, _ := u.sampler.Held()
	for sig, n := range items {
		held[sig] = int64(n)
	}
	return held
}

// Unread implements pipeline.Pending.
func (u *unread) Unread(destination string, sig otlp.Signal) int64 {
	if c := u.cursor(destination, sig); c != nil {
		items, _ := c.Pending()
		return int64(items)
	}
	return 0
}

// progress says how far each destination has come with what ends at m.
func (u *unread) progress(m store.Mark) map[string]store.Progress {
	out := map[string]store.Progress{}
	for name := range u.destinations {
		c := u.cursor(name, otlp.Traces)
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
	if c := a.unread.cursor(destination, sig); c != nil {
		c.GiveUp(items)
	}
	a.Ledger.Lost(destination, sig, items, reason, release)
}
