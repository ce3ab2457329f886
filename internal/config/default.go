package config

import "time"

// Default returns the configuration of an empty file. Endpoints are loopback's,
// with the ports that OTLP (4317, 4318) and the SDKs' Prometheus exporters (9464)
// use.
func Default() *Config {
	return &Config{
		Receive: Receive{Protocols: Settings{
			"grpc": map[string]any{"enabled": true, "endpoint": "127.0.0.1:4317"},
			"http": map[string]any{"enabled": true, "endpoint": "127.0.0.1:4318"},
		}},
		Filter: Filter{
			Mode:            "enforce",
			Detectors:       []string{"card", "iban", "ssn", "email", "phone", "jwt", "secret", "private_key", "url", "sql", "account"},
			QueryParameters: []string{"AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token"},
			Action:          "mask",
			Keys:            "all",
		},
		Enrich: Enrich{Detect: []string{"env", "k8s", "container", "host"}},
		SpanMetrics: SpanMetrics{
			Enabled:    true,
			Dimensions: []string{"http.route", "http.response.status_code", "rpc.method", "messaging.destination.name"},
			MaxSeries:  2000,
		},
		Sample: defaultSample(),
		Export: Export{
			Jaeger: Jaeger{Delivery: defaultDelivery(), Settings: Settings{
				"endpoint": "", "tls": map[string]any{"insecure": true},
			}},
			Prometheus: Prometheus{
				Scrape: Scrape{Enabled: true, Endpoint: "127.0.0.1:9464"},
				OTLP:   PrometheusPush{Delivery: defaultDelivery(), Settings: Settings{"endpoint": ""}},
			},
		},
		Admin:    Admin{Endpoint: "127.0.0.1:8887", Metrics: AdminMetrics{Endpoint: "127.0.0.1:8888"}},
		Storage:  Storage{MaxBytes: Auto},
		Limits:   Limits{Memory: Auto},
		Shutdown: Shutdown{Linger: 5 * time.Second, Deadline: 20 * time.Second},
		Log:      Log{Level: "info", Format: "json"},
	}
}

func defaultSample() Sample {
	tenth := 0.1
	return Sample{
		Hold:  30 * time.Second,
		Grace: 2 * time.Second,
		Rules: []Rule{
			{Name: "health-checks", When: &Condition{HTTPRoute: []string{"/healthz", "/readyz"}}, Keep: "never"},
			{Name: "errors", When: &Condition{Status: "error"}, Keep: "always"},
			{Name: "slow", When: &Condition{Duration: &DurationBound{Op: ">", Value: 500 * time.Millisecond}}, Keep: "always"},
			{Name: "rare", Rare: &Rare{By: []string{"service.name", "span.name", "http.response.status_code"}, First: 5, Every: 5 * time.Minute}},
			{Name: "baseline", Ratio: &tenth},
		},
		Logs:        "pass",
		Late:        Late{Kept: 10_000, Dropped: 1_000_000},
		MaxFragment: MaxFragment{Spans: 20_000, Bytes: 16 << 20},
		Journal:     10_000,
	}
}

func defaultDelivery() Delivery {
	return Delivery{Enabled: true, Retry: Retry{Initial: time.Second, Max: 30 * time.Second}, MaxBytes: 128 << 20}
}
