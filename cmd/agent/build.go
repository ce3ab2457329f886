package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/collector/config/configtls"

	"github.com/drl-trading/telemetry-agent/internal/admin"
	"github.com/drl-trading/telemetry-agent/internal/bridge"
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

// buildStore splits the memory for waiting telemetry in two: what waits for a
// verdict never has to give way to what waits for a dead backend.
func (a *agent) buildStore() (err error) {
	half := a.resolved.Storage / 2
	o := store.PoolOptions{MaxBytes: half, SegmentBytes: segmentBytes(half)}
	if a.holdPool, err = store.NewPool(o); err != nil {
		return err
	}
	if a.deliveryPool, err = store.NewPool(o); err != nil {
		return err
	}
	a.delivery = store.NewDeliveryLog(a.deliveryPool, store.DeliveryOptions{
		// Called inside Append, which runs in a transition of the ledger.
		Lost: a.ledger.Overflowed,
	})
	a.unread.destinations = map[string]*store.Destination{}
	for _, d := range backends(a.cfg) {
		a.unread.destinations[d.Name] = a.delivery.Destination(d.Name, d.Signals, d.maxBytes)
	}
	return nil
}

// segmentBytes returns the size of a segment: small enough that each log and
// each signal can have several even in a small store.
func segmentBytes(storage int64) int {
	const largest, smallest, pieces = 1 << 20, 64 << 10, 64
	return int(min(largest, max(smallest, storage/pieces)))
}

func (a *agent) buildFilter() (err error) {
	a.filter, err = filter.New(filterOptions(a.cfg.Filter, a.logger))
	return err
}

func (a *agent) buildEnrich() (err error) {
	o := enrichOptions(a.cfg.Enrich)
	o.Root, o.Logger = rootFS(), a.logger
	if a.filter != nil {
		o.Filter = a.filter
	}
	a.enrich, err = enrich.New(o)
	return err
}

func (a *agent) buildSpanMetrics() (err error) {
	a.spans, err = spanmetrics.New(spanmetrics.Options{
		Dimensions: a.cfg.SpanMetrics.Dimensions,
		MaxSeries:  a.cfg.SpanMetrics.MaxSeries,
		Aliases:    otlp.Aliases,
		Kept:       a.kept,

		ExemplarWindow: a.longestVerdict(),
	})
	return err
}

// longestVerdict is how long a verdict on a trace may take: so long an exemplar
// waits for it.
func (a *agent) longestVerdict() time.Duration {
	return a.cfg.Sample.Hold + a.cfg.Sample.Grace + sample.RateWindow
}

// kept asks the sampler, which is built later and starts earlier.
func (a *agent) kept(traceID [16]byte) bool { return a.sampler.Kept(traceID) }

func (a *agent) buildExport() (err error) {
	if a.cfg.Export.Prometheus.Scrape.Active() {
		o := scrape.Options{Kept: a.kept, VerdictWait: a.longestVerdict(), MaxBytes: a.resolved.Memory / pageShare}
		if a.cfg.SpanMetrics.Enabled {
			o.Sources = []scrape.Source{a.spans.AppendOTLP}
		}
		if a.page, err = scrape.New(o); err != nil {
			return err
		}
		a.scrapes = admin.NewScrapes(a.page)
	}
	var to []export.Destination
	for _, b := range backends(a.cfg) {
		to = append(to, b.Destination)
	}
	a.exporter, err = export.New(export.Options{
		Destinations: to,
		Cursor: func(destination string, sig otlp.Signal) export.Cursor {
			return a.unread.cursor(destination, sig)
		},
		Accounts: accounts{a.ledger, &a.unread},
		Logger:   a.logger,
		Version:  version,
	})
	return err
}

func (a *agent) buildSampler() (err error) {
	stages := pipeline.Stages{
		Filter: a.filter, Enrich: a.enrich, Deliver: a.delivery, Spans: noSpans{},
		Traces: holder{a},
	}
	if a.cfg.SpanMetrics.Enabled {
		stages.Spans = a.spans
	}
	if a.cfg.Sample.Logs == "follow" {
		stages.Logs = holder{a}
	}
	if a.page != nil {
		stages.Fold = a.page
	}
	a.pipeline = pipeline.New(stages, a.ledger, a.faults, a.logger)

	o := sampleOptions(a.cfg.Sample)
	o.Pool, o.Output, o.Logger = a.holdPool, a.pipeline.Verdicts(), a.logger
	o.End = func() store.Mark { return a.delivery.End(otlp.Traces) }
	if a.sampler, err = sample.New(o); err != nil {
		return err
	}
	a.unread.sampler = a.sampler
	a.ledger.Measure(&a.unread)
	return nil
}

// holder gives the pipeline a sampler that is built after it, since the sampler's
// verdicts go back into the pipeline.
type holder struct{ a *agent }

func (h holder) AddTraces(b []byte) (fresh bool, err error) { return h.a.sampler.AddTraces(b) }

func (h holder) AddLogs(b []byte) error { return h.a.sampler.AddLogs(b) }

// noSpans observes nothing: span metrics are switched off.
type noSpans struct{}

func (noSpans) ObserveSpans([]byte) { /* switched off */ }

func (a *agent) buildReceiver() (err error) {
	a.receiver, err = receive.New(receive.Options{
		Settings:        a.cfg.Receive.ReceiverSettings(),
		BearerTokenFile: a.cfg.Receive.Auth.BearerTokenFile,
		MaxRequestBytes: int(min(a.resolved.Memory/requestShare, a.holdPool.Max()/holdShare)),
		Acceptor:        a.pipeline,
		Admission:       pipeline.NewAdmission(a.leaseBytes(), a.sampler),
		Logger:          a.logger,
		Fatal: func(err error) {
			select {
			case a.fatal <- err:
			default: // one is enough to stop
			}
		},
	})
	return err
}

func (a *agent) buildServers() error {
	token, tokenErr := readToken(a.cfg.Admin.Auth.BearerTokenFile)
	if tokenErr != nil {
		tokenErr = &pathError{"auth.bearer_token_file", tokenErr}
	}
	conf, err := adminTLS(a.cfg.Admin.TLS)
	if err := errors.Join(tokenErr, err); err != nil {
		return err
	}
	if !a.built() {
		return nil // what a room complained of is told; there is nothing to serve
	}
	a.health = admin.NewHealth(func() { a.unread.Held(); a.pipeline.Probe() })
	add := func(name, key, endpoint string, conf *tls.Config, handler http.Handler) {
		a.servers = append(a.servers, admin.NewServer(name, key, endpoint, conf, handler, a.logger))
	}
	registry := a.registry()
	if a.page != nil {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", a.scrapes)
		add("scrape", "export.prometheus.scrape.endpoint", a.cfg.Export.Prometheus.Scrape.Endpoint, nil, mux)
	}
	add("metrics", "admin.metrics.endpoint", a.cfg.Admin.Metrics.Endpoint, nil, admin.MetricsHandler(registry, a.health))
	if a.cfg.Admin.Endpoint != "" {
		source := admin.Source{Status: a.status, Decisions: a.decisions, Recent: a.recent}
		add("admin", "admin.endpoint", a.cfg.Admin.Endpoint, conf, admin.Handler(source, token))
	}
	return nil
}

// built says whether every room could be built.
func (a *agent) built() bool {
	return a.filter != nil && a.enrich != nil && a.spans != nil && a.exporter != nil && a.sampler != nil && a.receiver != nil
}

// registry holds the metrics of all rooms.
func (a *agent) registry() *prometheus.Registry {
	r := admin.NewRegistry(version)
	r.MustRegister(a.ledger.Collector(), a.faults, a.receiver, a.filter, a.enrich, a.spans, a.sampler, a.exporter, &gauges{a})
	if a.page != nil {
		r.MustRegister(a.page)
	}
	return r
}

// pathError is a bad setting with its place below its section.
type pathError struct {
	path string
	err  error
}

func (e *pathError) Error() string      { return e.path + ": " + e.err.Error() }
func (e *pathError) Unwrap() error      { return e.err }
func (e *pathError) ConfigPath() string { return e.path }

// adminTLS loads the admin endpoint's certificate, nil without one.
func adminTLS(c config.AdminTLS) (*tls.Config, error) {
	if c.CertFile == "" && c.KeyFile == "" {
		return nil, nil
	}
	conf := configtls.ServerConfig{
		Config:       configtls.Config{CertFile: c.CertFile, KeyFile: c.KeyFile},
		ClientCAFile: c.ClientCAFile,
	}
	if err := bridge.CheckServerTLS(conf); err != nil {
		return nil, bridge.EachTLSError(err, func(e *bridge.TLSError) error {
			return &pathError{strings.TrimSuffix("tls."+e.Key, "."), e.Err}
		})
	}
	return conf.LoadTLSConfig(context.Background())
}
