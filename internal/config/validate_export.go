package config

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

func (r *reader) validateExport(e *Export) {
	r.validateDelivery("export.jaeger", e.Jaeger.Delivery)
	if e.Jaeger.Active() {
		r.validateGRPCDestination("export.jaeger", e.Jaeger.Settings)
	}
	r.validateDelivery("export.prometheus.otlp", e.Prometheus.OTLP.Delivery)
	if e.Prometheus.OTLP.Active() {
		r.validateHTTPDestination("export.prometheus.otlp", e.Prometheus.OTLP.Settings)
	}
	names := []string{}
	for i, o := range e.OTLP {
		path := fmt.Sprintf("export.otlp[%d]", i)
		names = append(names, o.Name)
		if o.Name == "jaeger" || o.Name == "prometheus" {
			r.report(path+".name", "is the name of a built-in destination; choose another")
		}
		r.unique(path+".signals", o.Signals)
		if len(o.Signals) == 0 {
			r.report(path+".signals", "must hold at least one of traces, metrics, logs")
		}
		r.validateDelivery(path, o.Delivery)
		switch {
		case !o.Active():
		case o.Protocol == "http":
			r.validateHTTPDestination(path, o.Settings)
		default:
			r.validateGRPCDestination(path, o.Settings)
		}
	}
	r.uniqueNames("export.otlp", "name", names)
}

func (r *reader) validateDelivery(path string, d Delivery) {
	if d.Retry.Max < d.Retry.Initial {
		at := path + ".retry.max"
		if _, ok := r.origins[at]; !ok {
			at = path + ".retry.initial"
		}
		r.report(at, "retry.max (%s) must be at least retry.initial (%s)", formatDuration(d.Retry.Max), formatDuration(d.Retry.Initial))
	}
}

func (r *reader) validateGRPCDestination(path string, s Settings) {
	endpoint := s.text("endpoint")
	address := strings.TrimPrefix(strings.TrimPrefix(endpoint, "http://"), "https://")
	switch {
	case endpoint == "":
		r.report(path+".endpoint", "is required, such as collector:4317")
		return
	case strings.Contains(endpoint, "@"):
		r.noCredentials(path, s)
	case strings.Contains(address, "://"): // a resolver of gRPC, dns:///collector:4317
	case checkHostPort(address) != nil:
		r.report(path+".endpoint", "must be host:port, such as collector:4317, optionally with http:// or https:// before it")
		return
	}
	r.validateUpstream(path, "grpc", s)
}

func endpointKeys() []string {
	return []string{"endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint"}
}

func (r *reader) validateHTTPDestination(path string, s Settings) {
	some := false
	for _, key := range endpointKeys() {
		text := s.text(key)
		if text == "" {
			continue
		}
		some = true
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			r.report(join(path, key), "must be a URL such as http://collector:4318")
		}
	}
	if !some {
		r.report(path+".endpoint", "is required, such as http://collector:4318")
		return
	}
	r.noCredentials(path, s)
	r.validateUpstream(path, "http", s)
}

// noCredentials refuses user:password@ in an address: addresses are shown in
// logs and in /status.
func (r *reader) noCredentials(path string, s Settings) {
	for _, key := range append(endpointKeys(), "proxy_url") {
		if u, err := url.Parse(s.text(key)); err == nil && u.User != nil {
			r.report(join(path, key), "must not hold a user or password; use headers")
		}
	}
}

// validateLoops reports a destination that is the agent's own receiver: what it
// sends would come in again, without end.
func (r *reader) validateLoops(c *Config) {
	destinations := map[string]string{}
	if c.Export.Jaeger.Active() {
		destinations["export.jaeger.endpoint"] = c.Export.Jaeger.Settings.text("endpoint")
	}
	if c.Export.Prometheus.OTLP.Active() {
		destinations["export.prometheus.otlp.endpoint"] = c.Export.Prometheus.OTLP.Settings.text("endpoint")
	}
	for i, o := range c.Export.OTLP {
		if o.Active() {
			destinations[fmt.Sprintf("export.otlp[%d].endpoint", i)] = o.Settings.text("endpoint")
		}
	}
	for _, protocol := range []string{"grpc", "http"} {
		own, name := c.receiveEndpoint(protocol)
		for path, endpoint := range destinations {
			if isSelf(endpoint, own) {
				r.report(path, "is the agent's own %s: telemetry would go round; name the backend", name)
			}
		}
	}
}

// isSelf tells whether a destination is loopback with the port of own, a
// listener that loopback reaches.
func isSelf(endpoint, own string) bool {
	if _, rest, ok := strings.Cut(endpoint, "://"); ok {
		endpoint, _, _ = strings.Cut(rest, "/")
	}
	_, port, err := net.SplitHostPort(endpoint)
	host, ownPort, ownErr := net.SplitHostPort(own)
	reachable := isLoopback(own) || isEverywhere(host)
	return err == nil && ownErr == nil && port == ownPort && reachable && isLoopback(endpoint)
}
