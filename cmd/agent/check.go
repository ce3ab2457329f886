package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/drl-trading/telemetry-agent/internal/config"
)

// validate loads the configuration and builds every room with it, without
// starting any, so that what only a room can find is found too.
func validate(_ context.Context, args []string, e environment) error {
	f := newFlags("validate", e)
	if err := f.parse(args, 0); err != nil {
		return err
	}
	cfg, err := f.load(e)
	if err != nil {
		return err
	}
	a, err := newAgent(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return &invalidError{err}
	}
	defer a.discard()
	for _, w := range a.warnings() {
		fmt.Fprintln(e.err, "warning:", w)
	}
	fmt.Fprintln(e.out, "configuration is valid")
	return nil
}

// showConfig prints the effective configuration.
func showConfig(_ context.Context, args []string, e environment) error {
	f := newFlags("config", e)
	if err := f.parse(args, 0); err != nil {
		return err
	}
	cfg, err := f.load(e)
	if err != nil {
		return err
	}
	b, err := config.Effective(cfg)
	if err != nil {
		return fmt.Errorf("print configuration: %w", err)
	}
	_, err = e.out.Write(b)
	return err
}
