package config

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode"

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

// validateUpstream lets the Collector's own config struct check its settings. Those
// that failed already are not among them, and report says no more of their places.
func (r *reader) validateUpstream(path, which string, settings map[string]any) {
	cfg := upstreamDefaults(which)
	err := confmap.NewFromStringMap(settings).Unmarshal(cfg)
	if err == nil {
		err = confmap.Validate(cfg)
	}
	r.reportUpstream(path, err)
}

// reportUpstream reports each error of confmap's tree. A text begins with its
// place below path, grpc::tls:, and what is joined has its own place below that.
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
	if inner := errors.Unwrap(err); inner != nil {
		if place, ok := strings.CutSuffix(text, ": "+inner.Error()); ok {
			if at, ok := r.upstreamPlace(path, place); ok {
				r.reportUpstream(at, inner)
				return
			}
		}
	}
	r.report(r.namedKey(path, text), "%s", strings.Join(strings.Fields(r.redact(text)), " "))
}

// namedKey returns the path of the first key of path's section that the text names,
// as "timeout value must be …" does; path itself if it names none.
func (r *reader) namedKey(path, text string) string {
	s := r.sectionAt(path)
	if s == nil {
		return path
	}
	words := strings.FieldsFunc(text, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	for _, word := range words {
		if s.find(word, "grpc") != nil || s.find(word, "http") != nil {
			return join(path, word)
		}
	}
	return path
}

// upstreamPlace puts confmap's place (Go names of embedded structs among the
// keys) below path; false if it isn't a place.
func (r *reader) upstreamPlace(path, place string) (string, bool) {
	for name := range strings.SplitSeq(place, "::") {
		s := r.sectionAt(path)
		switch {
		case s == nil:
			return "", false
		case s.find(name, "grpc") != nil || s.find(name, "http") != nil:
			path = join(path, name)
		case !s.embeds(name):
			return "", false
		}
	}
	return path, true
}

// embeds tells whether confmap names an embedded struct so, where the Collector's
// configuration has no key.
func (s *section) embeds(name string) bool {
	if slices.Contains(s.squashed, name) {
		return true
	}
	for _, v := range s.variants {
		if v.embeds(name) {
			return true
		}
	}
	return false
}

// sectionAt returns the section of a path, nil if it has none.
func (r *reader) sectionAt(path string) *section {
	s := r.schema
	for name := range strings.SplitSeq(path, ".") {
		if s == nil {
			return nil
		}
		name, _, inList := strings.Cut(name, "[")
		f := cmp.Or(s.find(name, "grpc"), s.find(name, "http"))
		switch {
		case f == nil:
			return nil
		case inList:
			s = f.elem.section
		default:
			s = f.section
		}
	}
	return s
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
