package config

import (
	"maps"
	"slices"
	"strings"
)

// WithoutFiles returns c without the certificates and tokens that it takes from
// files: what can be checked where those aren't there.
func (c *Config) WithoutFiles() *Config {
	out := *c
	out.Receive.Auth, out.Admin.Auth, out.Admin.TLS = ReceiveAuth{}, AdminAuth{}, AdminTLS{}
	out.Receive.Protocols = maps.Clone(c.Receive.Protocols)
	for name, v := range out.Receive.Protocols {
		if section, ok := v.(map[string]any); ok && namesFile(section["tls"]) {
			section = maps.Clone(section)
			delete(section, "tls") // a listener's is nothing without its certificate
			out.Receive.Protocols[name] = section
		}
	}
	out.Export.Jaeger.Settings = c.Export.Jaeger.Settings.withoutTLSFiles()
	out.Export.Prometheus.OTLP.Settings = c.Export.Prometheus.OTLP.Settings.withoutTLSFiles()
	out.Export.OTLP = slices.Clone(c.Export.OTLP)
	for i := range out.Export.OTLP {
		out.Export.OTLP[i].Settings = out.Export.OTLP[i].Settings.withoutTLSFiles()
	}
	return &out
}

// withoutTLSFiles leaves out what an exporter's tls names.
func (s Settings) withoutTLSFiles() Settings {
	tls, _ := s["tls"].(map[string]any)
	if !namesFile(tls) {
		return s
	}
	tls = maps.Clone(tls)
	maps.DeleteFunc(tls, func(key string, _ any) bool { return isFileKey(key) })
	s = maps.Clone(s)
	s["tls"] = tls
	return s
}

func namesFile(tls any) bool {
	section, _ := tls.(map[string]any)
	for key := range section {
		if isFileKey(key) {
			return true
		}
	}
	return false
}

func isFileKey(key string) bool { return strings.HasSuffix(key, "_file") }
