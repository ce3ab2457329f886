package config

import (
	"reflect"
	"strings"

	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

// upstreamBuilder builds sections from the mapstructure tags of the Collector's
// config structs.
type upstreamBuilder struct {
	docs     map[string]upstreamDoc
	values   map[string][]string
	listener bool // within receive.protocols
}

func newUpstreamBuilder() *upstreamBuilder {
	return &upstreamBuilder{docs: upstreamDocs(), values: upstreamValues()}
}

func (b *upstreamBuilder) protocols() *section {
	listener := &upstreamBuilder{docs: b.docs, values: b.values, listener: true}
	return listener.section(reflect.TypeFor[otlpreceiver.Protocols]())
}

func (b *upstreamBuilder) grpcExporter() *section {
	return b.section(reflect.TypeFor[otlpexporter.Config]())
}

func (b *upstreamBuilder) httpExporter() *section {
	return b.section(reflect.TypeFor[otlphttpexporter.Config]())
}

func (b *upstreamBuilder) addAll(to, from *section) {
	for _, f := range from.fields {
		to.add(f)
	}
	to.squashed = append(to.squashed, from.squashed...)
}

func (b *upstreamBuilder) section(t reflect.Type) *section {
	s := &section{byName: map[string]*field{}}
	b.fill(s, t)
	return s
}

func (b *upstreamBuilder) fill(s *section, t reflect.Type) {
	for sf := range t.Fields() {
		if !sf.IsExported() {
			continue
		}
		name, options := parseTag(sf.Tag.Get("mapstructure"))
		if strings.Contains(options, "squash") {
			s.squashed = append(s.squashed, strings.ToLower(sf.Name))
			b.fill(s, sf.Type)
			continue
		}
		f := b.field(name, sf.Type)
		d := b.docs[t.String()+"."+name]
		f.doc, f.example, f.enum = d.meaning, d.example, b.values[t.String()+"."+name]
		if f.refused == "" {
			f.refused = b.refusedSetting(name, sf.Type)
		}
		if use := oldSettings()[t.String()+"."+name]; use != "" {
			f.refused = "isn't taken, it is an old name: use " + use
		}
		f.secret = f.secret || isSecretSetting(t, name)
		s.add(f)
	}
}

func (b *upstreamBuilder) field(name string, t reflect.Type) *field {
	f := &field{name: name, upstream: true, typ: t}
	if inner, ok := optionalType(t); ok {
		f.optional, t = true, inner
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	f.typ = t
	switch {
	case b.refusedSetting(name, t) != "":
		f.refused = b.refusedSetting(name, t)
	case t == reflect.TypeFor[configopaque.MapList]():
		f.kind = kindMapping
		f.elem = &field{typ: reflect.TypeFor[string](), format: "header", upstream: true, secret: true}
	case isScalar(t):
		f.secret = t == reflect.TypeFor[configopaque.String]()
	case t.Kind() == reflect.Slice:
		f.kind, f.elem = kindList, b.field("", t.Elem())
	case t.Kind() == reflect.Struct:
		f.kind, f.section = kindSection, b.section(t)
		if f.optional {
			f.section.add(&field{
				name: "enabled", typ: reflect.TypeFor[bool](), upstream: true,
				doc: "false switches the section off, true switches it on with its defaults.",
			})
		}
	}
	return f
}

// optionalType returns T of a configoptional.Optional[T].
func optionalType(t reflect.Type) (reflect.Type, bool) {
	if !strings.HasPrefix(t.Name(), "Optional[") {
		return nil, false
	}
	get, ok := reflect.PointerTo(t).MethodByName("Get")
	if !ok {
		return nil, false
	}
	return get.Type.Out(0).Elem(), true
}

// refusedSetting says why a Collector setting can't be used here: it names an
// extension of the Collector, does again what the delivery does, or would have no
// effect.
func (b *upstreamBuilder) refusedSetting(name string, t reflect.Type) string {
	switch {
	case b.listener && name == "dialer":
		return "isn't taken: a listener doesn't dial"
	case b.listener && name == "include_metadata":
		return "isn't taken: the agent keeps no headers or metadata of requests"
	case b.listener && (name == "ca_file" || name == "ca_pem" || name == "include_system_ca_certs_pool"):
		return "isn't taken: a listener checks its clients' certificates by client_ca_file"
	case name == "sending_queue":
		return "isn't taken: the agent's own queue delivers; use max_bytes of the destination"
	case name == "retry_on_failure":
		return "isn't taken: the agent's own back-off retries; use retry of the destination"
	case name == "profiles_endpoint":
		return "isn't taken: the agent doesn't carry profiles"
	}
	switch t {
	case reflect.TypeFor[confighttp.AuthConfig]():
		return "isn't taken: it names an extension of the Collector; use receive.auth.bearer_token_file"
	case reflect.TypeFor[configauth.Config]():
		return "isn't taken: it names an extension of the Collector; use receive.auth.bearer_token_file for the receiver, headers for a destination"
	case reflect.TypeFor[[]configmiddleware.Config]():
		return "isn't taken: it names extensions of the Collector"
	}
	return ""
}

// oldSettings are the deprecated names of settings, by Go type and key, and what
// to use. The switches among them have no effect in the Collector any more.
func oldSettings() map[string]string {
	return map[string]string{
		"confighttp.ServerConfig.idle_timeout":            "keepalive.idle_timeout",
		"confighttp.ServerConfig.keep_alives_enabled":     "keepalive.enabled",
		"confighttp.ClientConfig.idle_conn_timeout":       "keepalive.idle_conn_timeout",
		"confighttp.ClientConfig.max_idle_conns":          "keepalive.max_idle_conns",
		"confighttp.ClientConfig.max_idle_conns_per_host": "keepalive.max_idle_conns_per_host",
		"confighttp.ClientConfig.disable_keep_alives":     "keepalive.enabled",
	}
}

// isSecretSetting names the settings that hold a secret in a plain string.
func isSecretSetting(t reflect.Type, name string) bool {
	return t == reflect.TypeFor[configtls.TPMConfig]() && (name == "auth" || name == "owner_auth")
}
