package config

import (
	"net"
	"net/netip"
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
