package config

import "time"

// Export holds the destinations.
type Export struct {
	Jaeger     Jaeger     `yaml:"jaeger" doc:"Jaeger, or any other OTLP/gRPC backend for traces; settings of the Collector's otlp exporter, as they are."`
	Prometheus Prometheus `yaml:"prometheus" doc:"Prometheus, by scrape and by push."`
	OTLP       []OTLP     `yaml:"otlp" doc:"Further OTLP backends; settings of the Collector's otlp exporter (grpc) or otlp_http exporter (http), as they are."`
}

// Delivery is what each destination takes beside the settings of its exporter.
type Delivery struct {
	Enabled  bool  `yaml:"enabled" doc:"false switches the destination off and keeps its settings."`
	Retry    Retry `yaml:"retry" doc:"What happens while the destination doesn't take data."`
	MaxBytes Size  `yaml:"max_bytes" min:"1048576" doc:"Bytes that may wait for the destination; beyond it the oldest are dropped and counted."`
}

// Retry is the back-off of a destination.
type Retry struct {
	Initial time.Duration `yaml:"initial" min:"1" doc:"First wait; doubled each time."`
	Max     time.Duration `yaml:"max" min:"1" doc:"Longest wait."`
	GiveUp  time.Duration `yaml:"give_up" doc:"Drop a batch that was tried for this long, counted. 0: never."`
}

// Jaeger takes traces over OTLP/gRPC.
type Jaeger struct {
	Delivery `yaml:",inline"`
	Settings Settings `yaml:",inline" upstream:"grpc_exporter"`
}

// Prometheus takes metrics.
type Prometheus struct {
	Scrape Scrape         `yaml:"scrape" doc:"The page that Prometheus scrapes: the service's metrics and the span metrics."`
	OTLP   PrometheusPush `yaml:"otlp" doc:"Push to Prometheus's own OTLP receiver; settings of the Collector's otlp_http exporter, as they are."`
}

// Scrape is the scrape page.
type Scrape struct {
	Enabled  bool   `yaml:"enabled" doc:"false switches the page off."`
	Endpoint string `yaml:"endpoint" format:"hostport" example:"0.0.0.0:9464" doc:"Address of /metrics. Empty: off."`
}

// PrometheusPush sends metrics to Prometheus over OTLP/HTTP.
type PrometheusPush struct {
	Delivery `yaml:",inline"`
	Settings Settings `yaml:",inline" upstream:"http_exporter"`
}

// OTLP is a further backend.
type OTLP struct {
	Name     string   `yaml:"name" format:"name" required:"true" example:"archive" doc:"Name in metrics and /status; unique, and neither jaeger nor prometheus."`
	Protocol string   `yaml:"protocol" enum:"grpc|http" doc:"grpc: settings of the otlp exporter; http: of the otlp_http exporter."`
	Signals  []string `yaml:"signals" enum:"traces|metrics|logs" example:"[traces, logs]" doc:"What is sent there."`
	Delivery `yaml:",inline"`
	Settings Settings `yaml:",inline" upstream:"exporter"`
}

// Active tells whether the destination has an endpoint and isn't switched off.
func (j Jaeger) Active() bool { return j.Enabled && j.Settings.text("endpoint") != "" }

// Active tells whether the page is served.
func (s Scrape) Active() bool { return s.Enabled && s.Endpoint != "" }

// Active tells whether metrics are pushed.
func (p PrometheusPush) Active() bool {
	return p.Enabled && (p.Settings.text("endpoint") != "" || p.Settings.text("metrics_endpoint") != "")
}

// Active tells whether the destination isn't switched off.
func (o OTLP) Active() bool { return o.Enabled }

func (o *OTLP) setDefaults() {
	o.Protocol, o.Signals, o.Delivery = "grpc", []string{"traces", "metrics", "logs"}, defaultDelivery()
}

// text returns a string setting, "" when it is absent.
func (s Settings) text(name string) string {
	t, _ := s[name].(string)
	return t
}
