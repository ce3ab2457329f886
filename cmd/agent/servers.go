package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/drl-trading/telemetry-agent/internal/admin"
	"github.com/drl-trading/telemetry-agent/internal/config"
)

// adminTLSFiles are the files of the admin endpoint's certificate.
type adminTLSFiles = config.AdminTLS

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

func readCertificates(file string) (*x509.CertPool, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("read certificates: %s holds none", file)
	}
	return pool, nil
}
