package filter

import (
	"strings"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// place is what the filter knows of a text field.
type place struct {
	name   string
	signal otlp.Signal
	// identity: the text tells one time series from another. Two of them must not
	// become one, so they are hashed where others are masked.
	identity   bool
	attribute  bool // a value within an attribute
	datapoint  bool
	traceState bool
	item       bool // in a span or a log record, whose attributes are counted
}

func newPlaces(s *otlp.Schema) []place {
	infos := s.Places()
	places := make([]place, len(infos))
	for i, p := range infos {
		places[i] = place{
			name:       p.Name,
			signal:     p.Signal,
			identity:   p.Signal == otlp.Metrics && identifies(p.Name),
			attribute:  strings.HasSuffix(p.Name, ".attribute.value"),
			datapoint:  strings.HasPrefix(p.Name, "datapoint."),
			traceState: strings.HasSuffix(p.Name, ".trace_state"),
			item:       strings.HasPrefix(p.Name, "span.") || strings.HasPrefix(p.Name, "log."),
		}
	}
	return places
}

// identifies tells whether a text of a metrics request is a part of what makes a
// time series (OTLP metrics data model, "Timeseries Model").
func identifies(name string) bool {
	switch name {
	case "metric.description", "resource.schema_url", "scope.schema_url":
		return false
	}
	return !strings.HasPrefix(name, "exemplar.") && !strings.HasPrefix(name, "metric.metadata")
}
