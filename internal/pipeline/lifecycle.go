package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// Stage is one part of the agent with a life of its own. Either function may be nil.
type Stage struct {
	Name  string
	Start func(context.Context) error
	// Stop ends the stage: it takes nothing more, passes on what it holds, and
	// returns. When ctx ends first it gives up and accounts what is left.
	Stop func(context.Context) error
}

// Lifecycle starts stages back to front, so that each finds its successor ready,
// and stops them front to back, so that each drains into one that still runs.
type Lifecycle struct {
	stages  []Stage // front (receiver) to back (own metrics)
	started int     // how many, counted from the back
	logger  *slog.Logger
}

// NewLifecycle returns a lifecycle over stages, the one nearest to the client first.
func NewLifecycle(logger *slog.Logger, stages ...Stage) *Lifecycle {
	return &Lifecycle{stages: stages, logger: logger}
}

// Start starts every stage. When one can't start, those behind it are stopped
// again and its error is returned.
func (l *Lifecycle) Start(ctx context.Context) error {
	for i := len(l.stages) - 1; i >= 0; i-- {
		s := l.stages[i]
		if s.Start != nil {
			if err := s.Start(ctx); err != nil {
				err = fmt.Errorf("start %s: %w", s.Name, err)
				return errors.Join(err, l.Stop(ctx))
			}
		}
		l.started++
	}
	return nil
}

// stop stops one stage. A panic is an error: those behind it still have to drain.
func (l *Lifecycle) stop(ctx context.Context, s Stage) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &faultError{stage: s.Name, kind: fmt.Sprintf("%T", v)}
			l.logger.Error("stage panicked at its stop", "stage", s.Name, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
	}()
	return s.Stop(ctx)
}

// Stop stops every started stage in turn. A stage that fails doesn't keep the
// next from stopping. ctx is the deadline of them all.
func (l *Lifecycle) Stop(ctx context.Context) error {
	var errs []error
	for _, s := range l.stages[len(l.stages)-l.started:] {
		if s.Stop == nil {
			continue
		}
		begin := time.Now()
		err := l.stop(ctx, s)
		if err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", s.Name, err))
		}
		l.logger.Debug("stage stopped", "stage", s.Name, "took", time.Since(begin))
	}
	l.started = 0
	return errors.Join(errs...)
}
