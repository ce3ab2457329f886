package main

import (
	"context"
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// The demo prints kept traces with what was masked, shows nothing of it, and ends
// with the ledger in balance.
func TestDemo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	args := []string{"demo"}
	for _, set := range []string{
		"receive.protocols.grpc.endpoint", "receive.protocols.http.endpoint", "export.prometheus.scrape.endpoint",
		"admin.endpoint", "admin.metrics.endpoint",
	} {
		args = append(args, "--set", set+"=127.0.0.1:0")
	}
	args = append(args, "--set", "sample.grace=100ms", "--set", "shutdown.linger=0s", "--set", "shutdown.deadline=2s")
	var out testkit.Buffer
	code := make(chan int, 1)
	go func() { code <- dispatch(ctx, args, environment{in: strings.NewReader(""), out: &out, err: &out}) }()
	testkit.Eventually(t, "kept traces are printed", func() bool {
		return strings.Contains(out.String(), "kept by") && strings.Contains(out.String(), "[email]")
	})
	cancel()
	if c := <-code; c != exitOK {
		t.Errorf("exit code %d", c)
	}
	text := out.String()
	for _, want := range []string{"curl -s http://127.0.0.1:", "└─ ingest  POST /ticks", "In all:", "delivered to terminal", "traces   ", "masked   "} {
		contains(t, "output", text, want)
	}
	for _, secret := range []string{"alice", "536-22", "4111", "eyJ", "demo-0123456789abcdef"} {
		if strings.Contains(text, secret) {
			t.Errorf("the demo shows %s:\n%s", secret, text)
		}
	}
}
