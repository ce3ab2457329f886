package export

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// metrics are the Exporter's own. Each series has the labels destination and signal.
type metrics struct {
	items, requests, bytes *prometheus.CounterVec
	retries                *prometheus.CounterVec
	failures               *prometheus.CounterVec // and code
	pendingItems           *prometheus.Desc
	pendingBytes           *prometheus.Desc
	oldest                 *prometheus.Desc
	up                     *prometheus.Desc
}

func newMetrics() *metrics {
	labels := []string{"destination", "signal"}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "agent_export_" + name, Help: help}, labels)
	}
	gauge := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("agent_export_"+name, help, labels, nil)
	}
	return &metrics{
		items:        counter("sent_items_total", "Spans, datapoints and log records that the backend took.", labels...),
		requests:     counter("sent_requests_total", "Requests that the backend took.", labels...),
		bytes:        counter("sent_bytes_total", "Bytes of the requests that the backend took, before compression.", labels...),
		retries:      counter("retries_total", "Requests that are tried again after a failure.", labels...),
		failures:     counter("failures_total", "Failed attempts, by gRPC or HTTP code.", append(labels, "code")...),
		pendingItems: gauge("pending_items", "Items in the delivery log that are neither delivered nor lost."),
		pendingBytes: gauge("pending_bytes", "Bytes in the delivery log that are neither delivered nor lost."),
		oldest:       gauge("oldest_pending_seconds", "For how long the next record has waited."),
		up:           gauge("up", "1 if the last attempt was answered, 0 if it failed, none before the first."),
	}
}

// counters are the series of one delivery.
type counters struct {
	items, requests, bytes, retries prometheus.Counter
	failures                        *prometheus.CounterVec // by code
}

func (m *metrics) counters(destination string, sig otlp.Signal) *counters {
	s := sig.String()
	return &counters{
		items:    m.items.WithLabelValues(destination, s),
		requests: m.requests.WithLabelValues(destination, s),
		bytes:    m.bytes.WithLabelValues(destination, s),
		retries:  m.retries.WithLabelValues(destination, s),
		failures: m.failures.MustCurryWith(prometheus.Labels{"destination": destination, "signal": s}),
	}
}

func (c *counters) failure(code string) { c.failures.WithLabelValues(code).Inc() }

func (m *metrics) vectors() []*prometheus.CounterVec {
	return []*prometheus.CounterVec{m.items, m.requests, m.bytes, m.retries, m.failures}
}

// Describe implements prometheus.Collector.
func (e *Exporter) Describe(ch chan<- *prometheus.Desc) {
	for _, v := range e.metrics.vectors() {
		v.Describe(ch)
	}
	ch <- e.metrics.pendingItems
	ch <- e.metrics.pendingBytes
	ch <- e.metrics.oldest
	ch <- e.metrics.up
}

// Collect implements prometheus.Collector.
func (e *Exporter) Collect(ch chan<- prometheus.Metric) {
	for _, v := range e.metrics.vectors() {
		v.Collect(ch)
	}
	for _, d := range e.deliveries {
		s := d.status()
		gauge := func(desc *prometheus.Desc, v float64) {
			ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, d.destination, s.Signal)
		}
		gauge(e.metrics.pendingItems, float64(s.PendingItems))
		gauge(e.metrics.pendingBytes, float64(s.PendingBytes))
		gauge(e.metrics.oldest, s.OldestSeconds)
		switch s.State {
		case Up:
			gauge(e.metrics.up, 1)
		case Down, BackingOff:
			gauge(e.metrics.up, 0)
		}
	}
}
