package config

import (
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

// upstreamDefaults returns the Collector component's own default configuration.
func upstreamDefaults(which string) component.Config {
	switch which {
	case "receiver":
		return otlpreceiver.NewFactory().CreateDefaultConfig()
	case "grpc":
		return otlpexporter.NewFactory().CreateDefaultConfig()
	default:
		return otlphttpexporter.NewFactory().CreateDefaultConfig()
	}
}

// validateUpstream lets the Collector's own config struct check its settings.
func (r *reader) validateUpstream(path, which string, settings map[string]any) {
	if r.failedWithin(path) {
		return
	}
	cfg := upstreamDefaults(which)
	err := confmap.NewFromStringMap(settings).Unmarshal(cfg)
	if err == nil {
		err = confmap.Validate(cfg)
	}
	r.reportUpstream(path, err)
}

// reportUpstream reports each error of confmap's tree. A text begins with its
// place, grpc::tls: and possibly more of them, relative to path.
func (r *reader) reportUpstream(path string, err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.reportUpstream(path, e)
		}
		return
	}
	text := err.Error()
	for {
		place, rest, ok := strings.Cut(text, ": ")
		inner := join(path, strings.ReplaceAll(place, "::", "."))
		if !ok || !r.isUpstreamKey(inner) {
			break
		}
		path, text = inner, rest
	}
	r.report(path, "%s", strings.Join(strings.Fields(r.redact(text)), " "))
}

func (r *reader) isUpstreamKey(path string) bool {
	s := r.schema
	for name := range strings.SplitSeq(path, ".") {
		if s == nil {
			return false
		}
		name, _, _ = strings.Cut(name, "[")
		f := s.find(name, "grpc")
		if f == nil {
			f = s.find(name, "http")
		}
		if f == nil {
			return false
		}
		s = f.section
		if f.elem != nil {
			s = f.elem.section
		}
	}
	return true
}

// redact takes values of variables and secrets out of a text that isn't ours.
func (r *reader) redact(text string) string {
	const shortest = 3 // shorter ones reveal nothing and occur by chance
	for value := range r.secrets {
		if len(value) >= shortest {
			text = strings.ReplaceAll(text, value, Masked)
		}
	}
	return text
}
