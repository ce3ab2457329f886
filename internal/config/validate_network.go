package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

func (r *reader) validateReceive(c *Config) {
	if !c.Receive.Enabled("grpc") && !c.Receive.Enabled("http") {
		r.report("receive.protocols", "must leave at least one of grpc and http on")
		return
	}
	r.validateUpstream("receive", "receiver", c.Receive.ReceiverSettings())
	for _, protocol := range []string{"grpc", "http"} {
		if endpoint, path := c.receiveEndpoint(protocol); path != "" {
			r.hostPort(path, endpoint)
		}
	}
}

// receiveEndpoint returns the TCP address of a protocol and its path, "" if the
// protocol is off or doesn't listen on TCP.
func (c *Config) receiveEndpoint(protocol string) (endpoint, path string) {
	section, _ := c.Receive.Protocols[protocol].(map[string]any)
	transport := Settings(section).text("transport")
	if !c.Receive.Enabled(protocol) || transport != "" && !strings.HasPrefix(transport, "tcp") {
		return "", ""
	}
	return Settings(section).text("endpoint"), "receive.protocols." + protocol + ".endpoint"
}

func (r *reader) hostPort(path, endpoint string) {
	if endpoint == "" {
		r.report(path, "is required, such as 127.0.0.1:4317")
	} else if err := checkHostPort(endpoint); err != nil {
		r.report(path, "%v", err)
	}
}

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

func (r *reader) validateAdmin(a *Admin) {
	if (a.TLS.CertFile == "") != (a.TLS.KeyFile == "") {
		r.report("admin.tls", "must have both cert_file and key_file")
	}
	if a.TLS.ClientCAFile != "" && a.TLS.CertFile == "" {
		r.report("admin.tls.client_ca_file", "needs cert_file and key_file")
	}
	guarded := a.TLS.CertFile != "" || a.Auth.BearerTokenFile != ""
	if a.Endpoint != "" && !guarded && !isLoopback(a.Endpoint) {
		r.report("admin.endpoint", "must be a loopback address, or have admin.tls or admin.auth.bearer_token_file")
	}
}

// isLoopback tells whether host:port can only be reached from this host.
func isLoopback(endpoint string) bool {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// validateListeners reports two listeners on one address; port 0 is always free.
func (r *reader) validateListeners(c *Config) {
	type listener struct{ path, endpoint string }
	all := []listener{{"admin.endpoint", c.Admin.Endpoint}, {"admin.metrics.endpoint", c.Admin.Metrics.Endpoint}}
	if c.Export.Prometheus.Scrape.Active() {
		all = append(all, listener{"export.prometheus.scrape.endpoint", c.Export.Prometheus.Scrape.Endpoint})
	}
	for _, protocol := range []string{"grpc", "http"} {
		endpoint, path := c.receiveEndpoint(protocol)
		all = append(all, listener{path, endpoint})
	}
	for i, l := range all {
		same := func(o listener) bool { return sameListener(o.endpoint, l.endpoint) }
		if first := slices.IndexFunc(all[:i], same); first >= 0 {
			at, other := l.path, all[first].path
			if _, ok := r.origins[at]; !ok {
				at, other = other, at
			}
			r.report(at, "listens where %s does", other)
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

func sameListener(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" {
		return false
	}
	return hostA == hostB || isEverywhere(hostA) || isEverywhere(hostB)
}

// isEverywhere tells whether a listener on host takes every address.
func isEverywhere(host string) bool { return host == "" || host == "0.0.0.0" || host == "::" }
