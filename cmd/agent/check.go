package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/drl-trading/telemetry-agent/internal/config"
)

// validate loads the configuration and builds every room with it, without
// starting any, so that what only a room can find is found too: what is valid
// here, `agent run` takes on this machine.
func validate(_ context.Context, args []string, e environment) error {
	f := newFlags("validate", e)
	withoutFiles := f.Bool("without-files", false, "don't open the certificate and token files that the configuration names:\nfor a machine that hasn't got them, such as CI")
	cfg, err := f.parseAndLoad(args, e)
	if err != nil {
		return err
	}
	checked := cfg
	if *withoutFiles {
		checked = cfg.WithoutFiles()
	}
	a, err := newAgent(checked, slog.New(slog.DiscardHandler))
	if err != nil {
		return &invalidError{err}
	}
	defer a.discard()
	a.cfg = cfg // warnings are about what was written
	for _, w := range a.warnings() {
		fmt.Fprintln(e.err, "warning:", w)
	}
	fmt.Fprintln(e.out, "configuration is valid")
	return nil
}

// showConfig prints the effective configuration.
func showConfig(_ context.Context, args []string, e environment) error {
	cfg, err := newFlags("config", e).parseAndLoad(args, e)
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
