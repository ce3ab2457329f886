package otlp

import "google.golang.org/protobuf/reflect/protoreflect"

// Place is a text field in its context, as a small number: an index into
// Schema.Places. The values at every depth of an attribute share one Place.
type Place uint16

// PlaceInfo describes a Place.
type PlaceInfo struct {
	Place  Place
	Signal Signal
	Name   string   // unique within the signal, as "span.event.attribute.value"
	Kind   TextKind // String, Bytes, Key or Any
	Exempt string   // why a Visitor isn't offered this place; empty if it is
}

// placePrefixes names the messages of OTLP. The name of a text's place is the
// prefix of its message and the name of its field. A message that isn't listed
// fails the build of the schema, so that a newer OTLP can't add one unseen.
func placePrefixes() map[protoreflect.FullName]string {
	return map[protoreflect.FullName]string{
		"opentelemetry.proto.trace.v1.TracesData":    "traces",
		"opentelemetry.proto.trace.v1.ResourceSpans": "resource",
		"opentelemetry.proto.trace.v1.ScopeSpans":    "scope",
		"opentelemetry.proto.trace.v1.Span":          "span",
		"opentelemetry.proto.trace.v1.Span.Event":    "span.event",
		"opentelemetry.proto.trace.v1.Span.Link":     "span.link",
		"opentelemetry.proto.trace.v1.Status":        "span.status",

		"opentelemetry.proto.metrics.v1.MetricsData":                           "metrics",
		"opentelemetry.proto.metrics.v1.ResourceMetrics":                       "resource",
		"opentelemetry.proto.metrics.v1.ScopeMetrics":                          "scope",
		"opentelemetry.proto.metrics.v1.Metric":                                "metric",
		"opentelemetry.proto.metrics.v1.Gauge":                                 "metric",
		"opentelemetry.proto.metrics.v1.Sum":                                   "metric",
		"opentelemetry.proto.metrics.v1.Histogram":                             "metric",
		"opentelemetry.proto.metrics.v1.ExponentialHistogram":                  "metric",
		"opentelemetry.proto.metrics.v1.Summary":                               "metric",
		"opentelemetry.proto.metrics.v1.NumberDataPoint":                       "datapoint",
		"opentelemetry.proto.metrics.v1.HistogramDataPoint":                    "datapoint",
		"opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint":         "datapoint",
		"opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets": "datapoint",
		"opentelemetry.proto.metrics.v1.SummaryDataPoint":                      "datapoint",
		"opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile":      "datapoint",
		"opentelemetry.proto.metrics.v1.Exemplar":                              "exemplar",

		"opentelemetry.proto.logs.v1.LogsData":     "logs",
		"opentelemetry.proto.logs.v1.ResourceLogs": "resource",
		"opentelemetry.proto.logs.v1.ScopeLogs":    "scope",
		"opentelemetry.proto.logs.v1.LogRecord":    "log",

		"opentelemetry.proto.resource.v1.Resource":           "resource",
		"opentelemetry.proto.common.v1.InstrumentationScope": "scope",
		"opentelemetry.proto.common.v1.EntityRef":            "resource.entity",
	}
}

// placeFields names the fields that aren't called in a place as in OTLP.
func placeFields() map[protoreflect.Name]string {
	return map[protoreflect.Name]string{
		"attributes":          "attribute",
		"filtered_attributes": "attribute",
	}
}

// keyFields are the string fields that hold keys of attributes. Being offered as
// Key like the keys they name, they change in the same way.
func keyFields() map[protoreflect.FullName]bool {
	return map[protoreflect.FullName]bool{
		"opentelemetry.proto.common.v1.EntityRef.id_keys":          true,
		"opentelemetry.proto.common.v1.EntityRef.description_keys": true,
	}
}

// itemMessages are the spans, datapoints and log records.
func itemMessages() map[protoreflect.FullName]bool {
	return map[protoreflect.FullName]bool{
		"opentelemetry.proto.trace.v1.Span":                            true,
		"opentelemetry.proto.metrics.v1.NumberDataPoint":               true,
		"opentelemetry.proto.metrics.v1.HistogramDataPoint":            true,
		"opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint": true,
		"opentelemetry.proto.metrics.v1.SummaryDataPoint":              true,
		"opentelemetry.proto.logs.v1.LogRecord":                        true,
	}
}

// groupMessages hold items, and are removed with them when a text of theirs
// drops its items.
func groupMessages() map[protoreflect.FullName]bool {
	return map[protoreflect.FullName]bool{
		"opentelemetry.proto.trace.v1.ResourceSpans":     true,
		"opentelemetry.proto.trace.v1.ScopeSpans":        true,
		"opentelemetry.proto.metrics.v1.ResourceMetrics": true,
		"opentelemetry.proto.metrics.v1.ScopeMetrics":    true,
		"opentelemetry.proto.metrics.v1.Metric":          true,
		"opentelemetry.proto.logs.v1.ResourceLogs":       true,
		"opentelemetry.proto.logs.v1.ScopeLogs":          true,
	}
}

// exemption is a text field that isn't offered: what is checked instead, and why
// that is enough.
type exemption struct {
	length   int  // bytes, or 0 for none
	required bool // it must be there, and not be all zero
	reason   string
}

// exemptFields lists every string or bytes field that a Visitor isn't offered.
func exemptFields() map[protoreflect.FullName]exemption {
	const (
		trace = "16 random bytes by which backends join spans; the length is checked"
		span  = "8 random bytes by which backends join spans; the length is checked"
	)
	return map[protoreflect.FullName]exemption{
		"opentelemetry.proto.trace.v1.Span.trace_id":       {16, true, trace},
		"opentelemetry.proto.trace.v1.Span.span_id":        {8, true, span},
		"opentelemetry.proto.trace.v1.Span.parent_span_id": {8, false, span},
		"opentelemetry.proto.trace.v1.Span.Link.trace_id":  {16, false, trace},
		"opentelemetry.proto.trace.v1.Span.Link.span_id":   {8, false, span},
		"opentelemetry.proto.metrics.v1.Exemplar.trace_id": {16, false, trace},
		"opentelemetry.proto.metrics.v1.Exemplar.span_id":  {8, false, span},
		"opentelemetry.proto.logs.v1.LogRecord.trace_id":   {16, false, trace},
		"opentelemetry.proto.logs.v1.LogRecord.span_id":    {8, false, span},
	}
}

// deletedFields are known fields that are removed like unknown ones, with the
// reason. OTLP defines them for profiles only, where they point into a dictionary
// that the three signals don't have, and tells receivers to act as if they were
// absent (common.proto, AnyValue.string_value_strindex).
func deletedFields() map[protoreflect.FullName]string {
	const reason = "index into the dictionary of profiles, without meaning in other signals"
	return map[protoreflect.FullName]string{
		"opentelemetry.proto.common.v1.KeyValue.key_strindex":          reason,
		"opentelemetry.proto.common.v1.AnyValue.string_value_strindex": reason,
	}
}
