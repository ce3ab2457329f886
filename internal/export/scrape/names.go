package scrape

import (
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxNames bounds the names that are remembered, none longer than maxName bytes.
const maxNames, maxName = 10_000, 256

// names translates names of OTLP into those of Prometheus: characters outside of
// [a-zA-Z0-9_:] become underscores, units and _total are appended. It remembers
// what it has translated.
type names struct {
	metric  otlptranslator.MetricNamer
	label   otlptranslator.LabelNamer
	metrics map[otlptranslator.Metric]string
	labels  map[string]string
}

func newNames() *names {
	return &names{
		metric:  otlptranslator.NewMetricNamer("", otlptranslator.UnderscoreEscapingWithSuffixes),
		metrics: make(map[otlptranslator.Metric]string),
		labels:  make(map[string]string),
	}
}

// metricName returns "" for a name that no name of Prometheus can be made of.
func (n *names) metricName(m otlptranslator.Metric) string {
	if name, known := n.metrics[m]; known {
		return name
	}
	name, err := n.metric.Build(m)
	if err != nil {
		name = ""
	}
	if len(n.metrics) >= maxNames {
		clear(n.metrics)
	}
	if len(m.Name)+len(m.Unit) <= maxName {
		n.metrics[m] = name
	}
	return name
}

// labelName returns "" for a key that no name of a label can be made of. A name
// that the page or Prometheus uses itself gets the prefix that Prometheus gives
// such labels.
func (n *names) labelName(key string) string {
	if name, known := n.labels[key]; known {
		return name
	}
	name, err := n.label.Build(key)
	switch {
	case err != nil:
		name = ""
	case reserved(name):
		name = "exported_" + name
	}
	if len(n.labels) >= maxNames {
		clear(n.labels)
	}
	if len(key) <= maxName {
		n.labels[key] = name
	}
	return name
}

// The labels that aren't attributes of a datapoint.
const (
	labelJob          = "job"
	labelInstance     = "instance"
	labelScopeName    = "otel_scope_name"
	labelScopeVersion = "otel_scope_version"
	labelScopeSchema  = "otel_scope_schema_url"
	labelScopePrefix  = "otel_scope_"
)

func reserved(name string) bool {
	switch name {
	case labelJob, labelInstance, labelScopeName, labelScopeVersion, labelScopeSchema, "le", "quantile":
		return true
	}
	return strings.HasPrefix(name, "__")
}

// valid replaces what isn't UTF-8, for which the formats have no place.
func valid(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// label is a label before it is known to be the only one of its name.
type label struct{ name, key, value string }

// appendLabels translates attributes. Prometheus knows no empty values: such a
// label is as good as none.
func (n *names) appendLabels(dst []label, prefix string, attributes pcommon.Map) []label {
	for key, v := range attributes.All() {
		name := n.labelName(prefix + key)
		value := valid(v.AsString())
		if name != "" && value != "" {
			dst = append(dst, label{name, key, value})
		}
	}
	return dst
}

// merge sorts labels by name. Values of labels with the same name are joined by
// ";" in the order of their keys (OpenTelemetry specification, Prometheus and
// OpenMetrics compatibility, metric attributes).
func merge(labels []label) []label {
	slices.SortStableFunc(labels, func(a, b label) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.key, b.key)
	})
	merged := labels[:0]
	for _, l := range labels {
		if n := len(merged); n > 0 && merged[n-1].name == l.name {
			merged[n-1].value += ";" + l.value
			continue
		}
		merged = append(merged, l)
	}
	return merged
}

// appendKey appends what tells one set of merged labels from another.
func appendKey(dst []byte, labels []label) []byte {
	for _, l := range labels {
		dst = append(dst, l.name...)
		dst = append(dst, 0xff)
		dst = append(dst, l.value...)
		dst = append(dst, 0xff)
	}
	return dst
}

func pairs(labels []label) []*dto.LabelPair {
	list := make([]*dto.LabelPair, len(labels))
	for i := range labels {
		list[i] = &dto.LabelPair{Name: &labels[i].name, Value: &labels[i].value}
	}
	return list
}
