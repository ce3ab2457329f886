package admin

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// Health answers the two questions of an orchestrator. Liveness: is a stage
// stuck? Readiness: can the agent accept? A dead backend makes neither false.
type Health struct {
	ready   atomic.Pointer[string] // nil: ready; else why not
	probe   func()                 // returns unless a stage is stuck
	probing atomic.Bool
}

// probeTimeout is how long a probe through the stages may take. They only copy
// in memory, so a second is a thousand times the usual.
const probeTimeout = time.Second

// NewHealth returns a health that is not ready yet. probe passes through every
// lock of the data path and returns.
func NewHealth(probe func()) *Health {
	h := &Health{probe: probe}
	h.NotReady("starting")
	return h
}

// Ready says that the agent can accept.
func (h *Health) Ready() { h.ready.Store(nil) }

// NotReady says why the agent can't accept.
func (h *Health) NotReady(why string) { h.ready.Store(&why) }

// Reason returns why the agent is not ready, or "".
func (h *Health) Reason() string {
	if why := h.ready.Load(); why != nil {
		return *why
	}
	return ""
}

// alive reports whether the data path answers.
func (h *Health) alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	if !h.probing.CompareAndSwap(false, true) {
		return h.awaitProbe(ctx)
	}
	answered := make(chan struct{})
	go func() {
		h.probe() // stays here only when a stage is stuck for good
		h.probing.Store(false)
		close(answered)
	}()
	select {
	case <-answered:
		return true
	case <-ctx.Done():
		return false
	}
}

// awaitProbe waits for the end of a probe that somebody else started.
func (h *Health) awaitProbe(ctx context.Context) bool {
	tick := time.NewTicker(probeTimeout / 100)
	defer tick.Stop()
	for h.probing.Load() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (h *Health) serveAlive(w http.ResponseWriter, r *http.Request) {
	if !h.alive(r.Context()) {
		http.Error(w, "stuck", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func (h *Health) serveReady(w http.ResponseWriter, _ *http.Request) {
	if why := h.Reason(); why != "" {
		http.Error(w, why, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}
