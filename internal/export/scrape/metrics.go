package scrape

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// errUndecodable stands for the decoder's own error, whose text may hold input.
var errUndecodable = errors.New("not an encoded ExportMetricsServiceRequest")

// reason says what became of a datapoint.
type reason uint8

const (
	folded          reason = iota // it was taken
	reasonOld                     // older than what is shown
	reasonMalformed               // no name, value or temporality, or bounds and counts that don't fit
	reasonType                    // another type than the metric that has the name
	reasonName                    // a name or series that another metric writes
	reasonSeries                  // more series than max_series
	reasonWriters                 // more processes write the series than are told apart
	reasonScale                   // a histogram too coarse or too wide for Prometheus
	numReasons
)

// String returns the value of the label reason.
func (r reason) String() string {
	names := [numReasons]string{"folded", "old", "malformed", "type_conflict", "name_conflict", "max_series", "max_writers", "scale"}
	return names[r]
}

// health is what a Page tells of itself. It is guarded by the mutex of Page.
type health struct {
	left         [numReasons]uint64 // points that weren't taken
	descriptions uint64
	expired      uint64
	scrapes      uint64
	badSources   uint64
}

type descriptions struct{ left, descriptions, expired, scrapes, badSources, series *prometheus.Desc }

func describe() descriptions {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("agent_scrape_"+name, help, labels, nil)
	}
	return descriptions{
		left:         desc("ignored_points_total", "Datapoints that the scrape page did not take, by reason.", "reason"),
		descriptions: desc("description_conflicts_total", "Metrics whose description differed from the one that is shown."),
		expired:      desc("expired_series_total", "Series removed because they got no point for a while."),
		scrapes:      desc("scrapes_total", "Times the page was asked for."),
		badSources:   desc("unreadable_sources_total", "Times the agent's own metrics of spans could not be read; anything but 0 is a fault of the agent."),
		series:       desc("series", "Series that the page shows."),
	}
}

// Describe implements prometheus.Collector.
func (p *Page) Describe(ch chan<- *prometheus.Desc) {
	d := describe()
	for _, desc := range []*prometheus.Desc{d.left, d.descriptions, d.expired, d.scrapes, d.badSources, d.series} {
		ch <- desc
	}
}

// Collect implements prometheus.Collector.
func (p *Page) Collect(ch chan<- prometheus.Metric) {
	p.mu.Lock()
	h, series := p.health, p.series
	p.mu.Unlock()
	d := describe()
	counter := func(desc *prometheus.Desc, n uint64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), labels...)
	}
	for r := folded + 1; r < numReasons; r++ {
		counter(d.left, h.left[r], r.String())
	}
	counter(d.descriptions, h.descriptions)
	counter(d.expired, h.expired)
	counter(d.scrapes, h.scrapes)
	counter(d.badSources, h.badSources)
	ch <- prometheus.MustNewConstMetric(d.series, prometheus.GaugeValue, float64(series))
}
