package scrape

import (
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// family is the series of one name. Its type is that of the point that made it,
// and stays until all its series are gone.
type family struct {
	name    string
	help    string
	kind    dto.MetricType
	latest  bool // its points replace its values: not so those of a sum, also a gauge here
	series  map[string]*series
	ordered []*series // sorted by labels; nil when a series came or went
}

// header is what the points of one metric have in common.
type header struct {
	metric    string // its name in OTLP
	name      string // "" if none can be made
	help      string
	kind      dto.MetricType
	mode      mode
	monotonic bool
}

// mode says how a point changes its series.
type mode uint8

const (
	latest     mode = iota // it replaces the value: gauges and summaries
	delta                  // it is added
	cumulative             // it replaces the value of its writer
)

// readHeader translates name and type. ok is false for a metric that can't be shown.
func (p *Page) readHeader(m pmetric.Metric) (h header, ok bool) {
	h.metric, h.help = m.Name(), valid(m.Description())
	kind := otlptranslator.MetricType(otlptranslator.MetricTypeGauge)
	temporality := pmetric.AggregationTemporalityCumulative
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		h.kind = gaugeKind
	case pmetric.MetricTypeSum:
		temporality, h.mode, h.monotonic = m.Sum().AggregationTemporality(), cumulative, m.Sum().IsMonotonic()
		h.kind, kind = gaugeKind, otlptranslator.MetricTypeNonMonotonicCounter
		if h.monotonic {
			h.kind, kind = dto.MetricType_COUNTER, otlptranslator.MetricTypeMonotonicCounter
		}
	case pmetric.MetricTypeHistogram:
		temporality, h.mode, h.monotonic = m.Histogram().AggregationTemporality(), cumulative, true
		h.kind, kind = dto.MetricType_HISTOGRAM, otlptranslator.MetricTypeHistogram
	case pmetric.MetricTypeExponentialHistogram:
		temporality, h.mode, h.monotonic = m.ExponentialHistogram().AggregationTemporality(), cumulative, true
		h.kind, kind = dto.MetricType_HISTOGRAM, otlptranslator.MetricTypeExponentialHistogram
	case pmetric.MetricTypeSummary:
		h.kind, kind = dto.MetricType_SUMMARY, otlptranslator.MetricTypeSummary
	default:
		return h, false
	}
	switch temporality {
	case pmetric.AggregationTemporalityDelta:
		h.mode = delta
	case pmetric.AggregationTemporalityUnspecified:
		return h, false
	}
	h.name = p.names.metricName(otlptranslator.Metric{Name: m.Name(), Unit: m.Unit(), Type: kind})
	return h, h.name != ""
}

// sampleNames lists the names that a family writes in text. No two families may
// write the same.
func (h *header) sampleNames() []string {
	switch h.kind {
	case dto.MetricType_HISTOGRAM:
		return []string{h.name, h.name + "_bucket", h.name + "_sum", h.name + "_count"}
	case dto.MetricType_SUMMARY:
		return []string{h.name, h.name + "_sum", h.name + "_count"}
	}
	return []string{h.name}
}

// familyOf returns the family of a metric, nil if it is new.
func (p *Page) familyOf(h *header) (*family, reason) {
	if f := p.families[h.name]; f != nil {
		if f.kind != h.kind || f.latest != (h.mode == latest) {
			return nil, reasonType
		}
		return f, folded
	}
	for _, name := range h.sampleNames() {
		if p.samples[name] != nil {
			return nil, reasonName
		}
	}
	return nil, folded
}

func (p *Page) addFamily(h *header) *family {
	f := &family{name: h.name, kind: h.kind, latest: h.mode == latest, series: make(map[string]*series)}
	p.families[f.name] = f
	for _, name := range h.sampleNames() {
		p.samples[name] = f
	}
	p.bytes += f.size()
	return f
}

func (p *Page) removeFamily(f *family) {
	delete(p.families, f.name)
	p.bytes -= f.size()
	h := header{name: f.name, kind: f.kind}
	for _, name := range h.sampleNames() {
		delete(p.samples, name)
	}
}

// size is what the family holds beside its series, in bytes.
func (f *family) size() int64 { return int64(len(f.name) + len(f.help)) }

// describeFamily takes the first description that says something, if there is
// room for it, and counts others.
func (p *Page) describeFamily(f *family, h *header) {
	switch {
	case h.help == "" || h.help == f.help:
	case f.help != "":
		p.health.descriptions++
	case p.bytes+int64(len(h.help)) <= p.options.MaxBytes:
		f.help = h.help
		p.bytes += int64(len(h.help))
	}
}
