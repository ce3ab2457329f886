package main

import (
	"context"
	"errors"

	"github.com/drl-trading/telemetry-agent/internal/admin"
)

// servers are the agent's own listeners.
type servers []*admin.Server

// Start starts all of them, or none.
func (s servers) Start(ctx context.Context) error {
	for i, server := range s {
		if err := server.Start(ctx); err != nil {
			return errors.Join(err, s[:i].Stop(ctx))
		}
	}
	return nil
}

// Stop stops all of them.
func (s servers) Stop(ctx context.Context) error {
	var errs []error
	for _, server := range s {
		errs = append(errs, server.Stop(ctx))
	}
	return errors.Join(errs...)
}
