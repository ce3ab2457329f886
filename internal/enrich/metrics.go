package enrich

import "github.com/prometheus/client_golang/prometheus"

// metrics count what was found and what was done. It implements
// prometheus.Collector for the Enricher.
type metrics struct {
	found        *prometheus.GaugeVec   // detector
	failures     *prometheus.CounterVec // detector
	filtered     prometheus.Counter
	hits, misses prometheus.Counter
	skipped      prometheus.Counter
	unresolved   prometheus.Counter
}

func newMetrics(detectors []string) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "agent", Subsystem: "enrich", Name: name, Help: help})
	}
	m := &metrics{
		found: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "agent", Subsystem: "enrich", Name: "detected_attributes",
			Help: "Resource attributes that a detector found.",
		}, []string{"detector"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "agent", Subsystem: "enrich", Name: "detection_failures_total",
			Help: "Detections that met something unreadable.",
		}, []string{"detector"}),
		filtered:   counter("filtered_attributes_total", "Detected or configured attributes that the filter dropped."),
		hits:       counter("cache_hits_total", "Resources whose new form was remembered."),
		misses:     counter("cache_misses_total", "Resources that were rewritten."),
		skipped:    counter("skipped_resources_total", "Resources left as they are because their request would have grown too large."),
		unresolved: counter("unresolved_requests_total", "Requests that passed before detection had ended."),
	}
	for _, d := range detectors {
		m.found.WithLabelValues(d)
		m.failures.WithLabelValues(d)
	}
	return m
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.found, m.failures, m.filtered, m.hits, m.misses, m.skipped, m.unresolved}
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range m.collectors() {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(ch chan<- prometheus.Metric) {
	for _, c := range m.collectors() {
		c.Collect(ch)
	}
}
