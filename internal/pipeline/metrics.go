package pipeline

import (
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// ledgerMetrics are the ledger's rows as metrics.
type ledgerMetrics struct {
	ledger                                                             *Ledger
	received, produced, delivered, sampledOut, filtered, lost, pending *prometheus.Desc
	unaccounted                                                        *prometheus.Desc
}

// Collector exposes the ledger. All values of one scrape are of one moment.
func (l *Ledger) Collector() prometheus.Collector {
	row := []string{"signal", "destination"}
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("agent_ledger_"+name, help, labels, nil)
	}
	return &ledgerMetrics{
		ledger:      l,
		received:    desc("received_items_total", "Spans, datapoints and log records accepted from clients.", row...),
		produced:    desc("produced_items_total", "Items that the agent itself made for a destination.", row...),
		delivered:   desc("delivered_items_total", "Items that a destination took.", row...),
		sampledOut:  desc("sampled_out_items_total", "Items dropped by a sampling verdict, or that a client sent again.", row...),
		filtered:    desc("filtered_items_total", "Items dropped by a filter rule.", row...),
		lost:        desc("lost_items_total", "Items lost, by reason.", append(row, "reason")...),
		pending:     desc("pending_items", "Items that wait for a verdict or for a destination.", row...),
		unaccounted: prometheus.NewDesc("agent_unaccounted_items", "Items whose fate is unknown; anything but 0 is a fault of the agent.", row, nil),
	}
}

// Describe implements prometheus.Collector.
func (m *ledgerMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.received, m.produced, m.delivered, m.sampledOut, m.filtered, m.lost, m.pending, m.unaccounted} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (m *ledgerMetrics) Collect(ch chan<- prometheus.Metric) {
	for _, r := range m.ledger.Snapshot() {
		counter := func(d *prometheus.Desc, n int64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), append([]string{r.Signal, r.Destination}, labels...)...)
		}
		gauge := func(d *prometheus.Desc, n int64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), r.Signal, r.Destination)
		}
		counter(m.received, r.Received)
		counter(m.produced, r.Produced)
		counter(m.delivered, r.Delivered)
		counter(m.sampledOut, r.SampledOut)
		counter(m.filtered, r.Filtered)
		for _, reason := range slices.Sorted(maps.Keys(r.Lost)) {
			counter(m.lost, r.Lost[reason], reason)
		}
		gauge(m.pending, r.Pending)
		gauge(m.unaccounted, r.Unaccounted)
	}
}
