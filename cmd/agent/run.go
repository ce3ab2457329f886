package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/pipeline"
)

// runAgent runs the agent until SIGTERM or SIGINT, then drains it.
func runAgent(ctx context.Context, args []string, e environment) error {
	cfg, err := newFlags("run", e).parseAndLoad(args, e)
	if err != nil {
		return err
	}
	logger := newLogger(cfg.Log, e.err)
	e.grpcLog.Use(logger)
	a, err := newAgent(cfg, logger)
	if err != nil {
		return &invalidError{err}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, os.Interrupt)
	defer stop()
	return serve(ctx, a, cfg.Shutdown, stop)
}

// serve starts the agent, waits until ctx ends or a part of it can't go on, and
// stops it. unhook gives signals their default effect back, so that a second one
// ends the process at once.
func serve(ctx context.Context, a *agent, s config.Shutdown, unhook func()) error {
	begin := time.Now()
	if err := a.start(ctx); err != nil {
		return err
	}
	a.logger.Info("agent started", "version", version, "took", time.Since(begin), "listens", a.addresses())
	if a.durable() {
		a.logger.Info("accepted data survives a crash of the agent")
	} else {
		a.logger.Warn("data is held in memory: what is not delivered yet is lost when the agent is killed")
	}
	for _, r := range a.ledger.Snapshot() {
		if r.Destination == pipeline.NoDestination {
			a.logger.Warn("signal has no destination: it is accepted and counted as lost", "signal", r.Signal, "reason", "no_destination")
		}
	}
	var fault error
	select {
	case <-ctx.Done():
		a.logger.Info("stopping", "cause", context.Cause(ctx).Error(), "linger", s.Linger, "deadline", s.Deadline)
	case fault = <-a.fatal:
		a.logger.Error("stopping after a fault", "error", fault)
	}
	unhook()
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Deadline)
	defer cancel()
	return errors.Join(fault, a.stop(deadline))
}

// newLogger writes records of the configured level and form to w.
func newLogger(c config.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // config allows only names that parse
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: readableDuration}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

// readableDuration writes a duration as 5s: as a number its unit is anybody's guess.
func readableDuration(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
