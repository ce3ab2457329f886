package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/demo"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// runDemo runs the agent as configured with one destination more, the terminal,
// and sends it the load of six services.
func runDemo(ctx context.Context, args []string, e environment) error {
	f := newFlags("demo", e)
	long := f.Duration("for", 0, "end by itself after this long")
	cfg, err := f.parseAndLoad(args, e)
	if err == nil && *long < 0 {
		err = f.errorf("--for must not be negative, got %s", *long)
	}
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, os.Interrupt)
	defer stop()
	if *long > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *long)
		defer cancel()
	}
	terminal := demo.NewTerminal(e.out, isTerminal(e.out))
	endpoint, err := terminal.Start(ctx)
	if err != nil {
		return err
	}
	defer terminal.Stop()
	deliverTo(cfg, endpoint)

	// Only what goes wrong is worth a line between the traces.
	logger := newLogger(config.Log{Level: "error", Format: "text"}, e.err)
	a, err := newAgent(cfg, logger)
	if err != nil {
		return &invalidError{err}
	}
	if err := a.start(ctx); err != nil {
		return err
	}
	welcome(e.out, a)
	err = a.show(ctx, terminal)
	stop()

	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.Shutdown.Deadline)
	defer cancel()
	err = errors.Join(err, a.stop(deadline))
	terminal.Status("")
	a.sumUp(e.out)
	return err
}

// deliverTo adds the terminal to the destinations, and shortens what is meant for
// services that flush at their end: the load here is flushed already.
func deliverTo(cfg *config.Config, endpoint string) {
	cfg.Shutdown.Linger = 0
	cfg.Export.OTLP = append(cfg.Export.OTLP, config.OTLP{
		Name: "terminal", Protocol: "grpc", Signals: []string{otlp.Traces.String()},
		Delivery: config.Default().Export.Jaeger.Delivery,
		Settings: config.Settings{"endpoint": endpoint, "tls": map[string]any{"insecure": true}},
	})
}

func welcome(w io.Writer, a *agent) {
	listens := a.addresses()
	fmt.Fprintf(w, "The agent runs on its defaults under the load of six services. Kept traces appear below, two seconds\n"+
		"after they ended, with what was masked in them. While it runs:\n\n"+
		"  curl -s http://%s/metrics | grep traces_span_metrics_calls_total   # from all spans, before sampling\n"+
		"  curl -s http://%s/status                                           # what became of every item\n"+
		"  curl -s http://%s/metrics | grep agent_filter_findings             # what was found, by detector\n\n"+
		"Ctrl-C ends it.\n\n", listens["scrape"], listens["admin"], listens["metrics"])
}

// show sends the load and keeps the live line up to date until ctx ends.
func (a *agent) show(ctx context.Context, t *demo.Terminal) error {
	done := make(chan error, 1)
	go func() { done <- demo.Load(ctx, a.addresses()["otlp_grpc"]) }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.Status(a.liveLine())
		case err := <-done:
			return err
		}
	}
}

// liveLine sums the ledger's rows for the terminal up.
func (a *agent) liveLine() string {
	for _, r := range a.ledger.Snapshot() {
		if r.Destination == "terminal" {
			return fmt.Sprintf("spans: %d received, %d kept, %d sampled out, %d waiting · %d findings masked",
				r.Received, r.Delivered, r.SampledOut, r.Pending, total(findings(a.filter)))
		}
	}
	return ""
}

// isTerminal says whether w shows escape sequences.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}
