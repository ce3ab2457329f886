package config

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// Settings are settings of a component of the OpenTelemetry Collector, as they
// stand in the file, checked against the component's own config struct. Values
// are string, bool, int64, uint64, float64, []any or a nested map[string]any.
type Settings map[string]any

// Receive holds the OTLP receiver.
type Receive struct {
	Protocols Settings    `yaml:"protocols" doc:"Settings of the Collector's otlp receiver, as they are." upstream:"receiver"`
	Auth      ReceiveAuth `yaml:"auth" doc:"Who may send."`
}

// ReceiveAuth guards both protocols.
type ReceiveAuth struct {
	BearerTokenFile string `yaml:"bearer_token_file" format:"file" example:"/etc/agent/token" doc:"File with the bearer token that clients must send; read again when it changes. Empty: no token is asked for."`
}

// ReceiverSettings returns the settings in the form of the otlp receiver's config.
func (r Receive) ReceiverSettings() map[string]any {
	return map[string]any{"protocols": maps.Clone(map[string]any(r.Protocols))}
}

// Enabled tells whether a protocol ("grpc" or "http") is served.
func (r Receive) Enabled(protocol string) bool {
	section, _ := r.Protocols[protocol].(map[string]any)
	on, set := section["enabled"].(bool)
	return !set || on
}

// String names the keys that are set, and no value: some are secrets.
func (s Settings) String() string {
	return "settings(" + strings.Join(slices.Sorted(maps.Keys(s)), ", ") + ")"
}

// GoString keeps %#v from showing values.
func (s Settings) GoString() string { return s.String() }

// LogValue keeps slog from showing values.
func (s Settings) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps encoders from showing values; Effective shows what may be
// shown.
func (s Settings) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
