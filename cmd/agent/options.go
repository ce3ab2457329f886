package main

import (
	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/export"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/pipeline"
)

// backend is a destination that is read from the delivery log.
type backend struct {
	export.Destination
	maxBytes int64
}

// backends returns the destinations of the delivery log.
func backends(c *config.Config) []backend {
	var out []backend
	add := func(name, path, protocol string, settings config.Settings, d config.Delivery, signals ...otlp.Signal) {
		out = append(out, backend{maxBytes: int64(d.MaxBytes), Destination: export.Destination{
			Name: name, Path: path, Protocol: protocol, Settings: settings, Signals: signals,
			Retry: export.Retry{Initial: d.Retry.Initial, Max: d.Retry.Max, GiveUp: d.Retry.GiveUp},
		}})
	}
	if j := c.Export.Jaeger; j.Active() {
		add("jaeger", "jaeger", export.GRPC, j.Settings, j.Delivery, otlp.Traces)
	}
	if p := c.Export.Prometheus.OTLP; p.Active() {
		add("prometheus", "prometheus.otlp", export.HTTP, p.Settings, p.Delivery, otlp.Metrics)
	}
	for i, o := range c.Export.OTLP {
		if o.Active() {
			add(o.Name, listPath("otlp", i), o.Protocol, o.Settings, o.Delivery, signals(o.Signals)...)
		}
	}
	return out
}

// signals turns the names that config allows into signals.
func signals(names []string) (out []otlp.Signal) {
	for _, name := range names {
		for sig := range otlp.Signal(otlp.NumSignals) {
			if sig.String() == name {
				out = append(out, sig)
			}
		}
	}
	return out
}

// destinations names who receives each signal.
func destinations(c *config.Config) (d pipeline.Destinations) {
	if c.Export.Prometheus.Scrape.Active() {
		d[otlp.Metrics] = append(d[otlp.Metrics], pipeline.ScrapeDestination)
	}
	for _, b := range backends(c) {
		for _, sig := range b.Signals {
			d[sig] = append(d[sig], b.Name)
		}
	}
	return d
}
