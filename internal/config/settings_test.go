package config

import (
	"slices"
	"testing"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

// Plain text to Jaeger is the default only while nothing else is said of TLS.
func TestJaegerInsecureDefault(t *testing.T) {
	for file, want := range map[string]bool{
		`export: {jaeger: {endpoint: "jaeger:4317"}}`:                                                 true,
		`export: {jaeger: {endpoint: "jaeger:4317", tls: {}}}`:                                        true,
		`export: {jaeger: {endpoint: "jaeger:4317", tls: {insecure: false}}}`:                         false,
		`export: {jaeger: {endpoint: "jaeger:4317", tls: {ca_file: a}}}`:                              false,
		`export: {jaeger: {endpoint: "jaeger:4317", tls: {cipher_suites: [a]}}}`:                      false,
		`export: {jaeger: {endpoint: "jaeger:4317", tls: {server_name_override: a}}}`:                 false,
		`export: {jaeger: {endpoint: "jaeger:4317", tls: {insecure_skip_verify: true}}}`:              false,
		`export: {jaeger: {endpoint: "jaeger:4317", tls: {server_name_override: a, insecure: true}}}`: true,
	} {
		c, err := load(Source{File: "a.yaml"}, []byte(file), Allowed{})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		cfg := otlpexporter.NewFactory().CreateDefaultConfig().(*otlpexporter.Config)
		if err := confmap.NewFromStringMap(c.Export.Jaeger.Settings).Unmarshal(cfg); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if got := cfg.ClientConfig.TLS.Insecure; got != want {
			t.Errorf("%s: insecure is %v", file, got)
		}
	}
}

// The receiver's settings are what the Collector's receiver takes.
func TestReceiverSettings(t *testing.T) {
	const file = `receive: {protocols: {grpc: {enabled: false}, http: {cors: {}, max_request_body_size: 5, read_timeout: 7s}}}`
	c, err := load(Source{File: "a.yaml"}, []byte(file), Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Receive.Enabled("grpc") || !c.Receive.Enabled("http") {
		t.Error("grpc is on or http is off")
	}
	cfg := otlpreceiver.NewFactory().CreateDefaultConfig().(*otlpreceiver.Config)
	if err := confmap.NewFromStringMap(c.Receive.ReceiverSettings()).Unmarshal(cfg); err != nil {
		t.Fatal(err)
	}
	if cfg.Protocols.GRPC.HasValue() {
		t.Error("the receiver has grpc")
	}
	http := cfg.Protocols.HTTP.Get()
	if http == nil {
		t.Fatal("the receiver has no http")
	}
	s := http.ServerConfig
	if s.NetAddr.Endpoint != "127.0.0.1:4318" || s.MaxRequestBodySize != 5 || s.ReadTimeout.Seconds() != 7 || !s.CORS.HasValue() {
		t.Errorf("the receiver has %+v", s)
	}
}

// The default detectors are those that the caller has, in the default order.
func TestDefaultDetectors(t *testing.T) {
	for _, test := range []struct{ allowed, want []string }{
		{nil, Default().Filter.Detectors},
		{[]string{"url", "card", "mac"}, []string{"card", "url"}},
	} {
		c, err := load(Source{}, nil, Allowed{Detectors: test.allowed})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(c.Filter.Detectors, test.want) {
			t.Errorf("allowed %v: detectors are %v", test.allowed, c.Filter.Detectors)
		}
	}
}

func TestActive(t *testing.T) {
	const file = `export:
  jaeger: {enabled: false, endpoint: "jaeger:4317"}
  prometheus: {scrape: {enabled: false}, otlp: {metrics_endpoint: "http://p/v1/metrics"}}
  otlp: [{name: a, endpoint: "a:1"}, {name: b, enabled: false}]
`
	c, err := load(Source{File: "a.yaml"}, []byte(file), Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	e := c.Export
	got := []bool{e.Jaeger.Active(), e.Prometheus.Scrape.Active(), e.Prometheus.OTLP.Active(), e.OTLP[0].Active(), e.OTLP[1].Active()}
	if want := []bool{false, false, true, true, false}; !slices.Equal(got, want) {
		t.Errorf("active: %v, want %v", got, want)
	}
	d := Default().Export
	if d.Jaeger.Active() || !d.Prometheus.Scrape.Active() || d.Prometheus.OTLP.Active() {
		t.Error("by default only the scrape page is active")
	}
}
