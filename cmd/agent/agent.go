package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/admin"
	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/enrich"
	"github.com/drl-trading/telemetry-agent/internal/export"
	"github.com/drl-trading/telemetry-agent/internal/export/scrape"
	"github.com/drl-trading/telemetry-agent/internal/filter"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/pipeline"
	"github.com/drl-trading/telemetry-agent/internal/receive"
	"github.com/drl-trading/telemetry-agent/internal/sample"
	"github.com/drl-trading/telemetry-agent/internal/spanmetrics"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// agent is all rooms, wired. Several can live in one process.
type agent struct {
	cfg      *config.Config
	resolved config.Resolved
	logger   *slog.Logger
	began    time.Time

	holdPool, deliveryPool *store.Pool
	delivery               *store.DeliveryLog
	unread                 unread
	ledger                 *pipeline.Ledger
	pipeline               *pipeline.Pipeline
	faults                 *pipeline.Faults
	filter                 *filter.Filter
	enrich                 *enrich.Enricher
	spans                  *spanmetrics.Metrics
	sampler                *sample.Sampler
	exporter               *export.Exporter
	page                   *scrape.Page
	receiver               *receive.Receiver
	health                 *admin.Health
	scrapes                *admin.Scrapes
	servers                servers
	lifecycle              *pipeline.Lifecycle
	fatal                  chan error
}

// newAgent builds every room from cfg, back to front, and starts none. Every
// complaint of every room is in the error, with the line that it is about.
func newAgent(cfg *config.Config, logger *slog.Logger) (*agent, error) {
	a := &agent{cfg: cfg, logger: logger, fatal: make(chan error, 1)}
	a.resolved = cfg.Resolve(rootFS())
	if err := a.checkMemory(); err != nil {
		return nil, err // before any of it is taken
	}
	a.ledger = pipeline.NewLedger(destinations(cfg))
	a.faults = pipeline.NewFaults(logger, "deliver")
	steps := []struct {
		section string
		build   func() error
	}{
		{"storage", a.buildStore},
		{"filter", a.buildFilter},
		{"enrich", a.buildEnrich},
		{"span_metrics", a.buildSpanMetrics},
		{"export", a.buildExport},
		{"sample", a.buildSampler},
		{"receive", a.buildReceiver},
		{"admin", a.buildServers},
	}
	var errs []error
	for _, s := range steps {
		if err := s.build(); err != nil {
			errs = append(errs, cfg.Locate(s.section, err))
			if s.section == "storage" {
				break // nothing else can be built
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		a.discard()
		return nil, err
	}
	a.lifecycle = pipeline.NewLifecycle(logger, a.stages()...)
	return a, nil
}

// discard frees what newAgent took, of an agent that never started.
func (a *agent) discard() {
	_ = a.closePools()
}

// warnings are what is valid and deserves a second look.
func (a *agent) warnings() (out []string) {
	for _, w := range a.cfg.Warnings(otlp.Aliases) {
		out = append(out, w.Error())
	}
	out = append(out, a.memoryWarnings()...)
	for _, w := range a.receiver.Warnings() {
		out = append(out, a.cfg.Locate("receive", &pathError{w.Path, errors.New(w.Message)}).Error())
	}
	for _, w := range a.filter.Warnings() {
		out = append(out, a.cfg.Locate("filter", &pathError{w.Path, errors.New(w.Message)}).Error())
	}
	return out
}

func (a *agent) closePools() error {
	var errs []error
	for _, p := range []*store.Pool{a.holdPool, a.deliveryPool} {
		if p != nil {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
}

// requestShare is the part of limits.memory that one request may be long.
const requestShare = 16

// holdShare is the part of the hold log that one request may fill, so that it can
// always be held beside others.
const holdShare = 4

// pushEvery is how often the span metrics are pushed to destinations that take
// metrics by OTLP: Prometheus' usual scrape interval.
const pushEvery = 15 * time.Second

// stages returns the parts with a life of their own, from the client to the
// backends. They start in the opposite order.
func (a *agent) stages() []pipeline.Stage {
	producer := pipeline.NewProducer(a.spans, a.delivery, a.ledger, pushEvery, a.faults, a.logger)
	return []pipeline.Stage{
		{Name: "linger", Start: a.becomeReady, Stop: a.linger},
		{Name: "receive", Start: a.receiver.Start, Stop: a.stopReceiving},
		{Name: "sample", Start: a.sampler.Start, Stop: a.sampler.Drain},
		{Name: "span metrics", Start: producer.Start, Stop: producer.Stop},
		{Name: "delivery log", Stop: func(context.Context) error { a.delivery.Close(); return nil }},
		{Name: "export", Start: a.exporter.Start, Stop: a.drainExports},
		{Name: "last scrape", Stop: a.awaitLastScrape},
		{Name: "enrich", Start: a.enrich.Start},
		{Name: "endpoints", Start: a.servers.Start, Stop: a.servers.Stop},
	}
}

// start takes the memory limit and starts all stages.
func (a *agent) start(ctx context.Context) error {
	a.began = time.Now()
	debug.SetMemoryLimit(a.resolved.Memory - a.holdPool.Max() - a.deliveryPool.Max())
	for _, w := range a.warnings() {
		a.logger.Warn(w)
	}
	return a.lifecycle.Start(ctx)
}

// stop drains all stages until ctx ends and writes the closing line.
func (a *agent) stop(ctx context.Context) error {
	err := a.lifecycle.Stop(ctx)
	a.logLedger()
	return errors.Join(err, a.closePools())
}

func (a *agent) becomeReady(context.Context) error { a.health.Ready(); return nil }

func (a *agent) linger(ctx context.Context) error {
	a.health.NotReady("stopping")
	a.pipeline.Linger(ctx, a.cfg.Shutdown.Linger)
	return nil
}

// stopReceiving gives requests in flight a quarter of what is left of the
// deadline; the rest is for what has been accepted.
func (a *agent) stopReceiving(ctx context.Context) error {
	part, cancel := shareOf(ctx, 4)
	defer cancel()
	err := a.receiver.Shutdown(part)
	a.pipeline.Stop()
	return err
}

// drainExports delivers until the deadline, less what a last scrape may need.
func (a *agent) drainExports(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && a.scrapes != nil {
		part, cancel := context.WithTimeout(ctx, time.Until(deadline)*3/4)
		defer cancel()
		ctx = part
	}
	return a.exporter.Drain(ctx)
}

func (a *agent) awaitLastScrape(ctx context.Context) error {
	if a.scrapes != nil {
		a.scrapes.Wait(ctx)
	}
	return nil
}

// shareOf returns a context with one part in n of the time that ctx has left.
func shareOf(ctx context.Context, n int) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/time.Duration(n))
}

// logLedger writes the closing line: every row in which anything happened.
func (a *agent) logLedger() {
	var rows []pipeline.Row
	for _, r := range a.ledger.Snapshot() {
		if r.Received+r.Produced != 0 {
			rows = append(rows, r)
		}
	}
	a.logger.Info("agent stopped", "uptime", time.Since(a.began), "ledger", rows)
}

// durable says whether accepted data survives the process.
func (a *agent) durable() bool { return a.cfg.Storage.Directory != "" }

// rootFS is the file system that the agent looks at: cgroup, downward API.
func rootFS() fs.FS { return os.DirFS("/") }
