package spanmetrics

import "github.com/prometheus/client_golang/prometheus"

// health is what a Metrics tells of itself. It is guarded by the mutex of Metrics.
type health struct {
	spans, overflowed, expired, unreadable uint64
}

// descriptions of the own metrics.
type descriptions struct{ spans, overflowed, expired, unreadable, series *prometheus.Desc }

func describe() descriptions {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("agent_spanmetrics_"+name, help, nil, nil)
	}
	return descriptions{
		spans:      desc("spans_total", "Spans that were counted, those in the overflow series included."),
		overflowed: desc("overflow_spans_total", "Spans counted in the overflow series because max_series was reached."),
		expired:    desc("expired_series_total", "Series removed because no span belonged to them for a while."),
		unreadable: desc("unreadable_batches_total", "Batches that were not read to their end; anything but 0 is a fault of the agent."),
		series:     desc("series", "Series that are held, without the overflow series."),
	}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	d := describe()
	for _, desc := range []*prometheus.Desc{d.spans, d.overflowed, d.expired, d.unreadable, d.series} {
		ch <- desc
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	m.mu.Lock()
	h, series := m.health, len(m.series)
	m.mu.Unlock()
	d := describe()
	counter := func(desc *prometheus.Desc, n uint64) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n))
	}
	counter(d.spans, h.spans)
	counter(d.overflowed, h.overflowed)
	counter(d.expired, h.expired)
	counter(d.unreadable, h.unreadable)
	ch <- prometheus.MustNewConstMetric(d.series, prometheus.GaugeValue, float64(series))
}
