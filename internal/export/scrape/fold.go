package scrape

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// fold is the folding of one request. It is used with the mutex held.
type fold struct {
	page   *Page
	now    time.Time
	source int     // 0: what a service sent, else the number of the source
	common []label // job, instance and scope
	labels []label // scratch
	key    []byte  // scratch
	points int     // taken
	h      header
}

// Fold takes the metrics of one encoded request into the page, and returns how
// many datapoints it took. The rest is counted by reason: points that are older
// than what is shown, that are malformed, that clash with another metric, or for
// which there is no room. An error means that the request can't be decoded.
func (p *Page) Fold(metrics []byte) (points int, err error) {
	decoded, err := p.decoder.UnmarshalMetrics(metrics)
	if err != nil {
		return 0, fmt.Errorf("decode metrics: %w", errUndecodable)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fold(decoded, 0), nil
}

func (p *Page) fold(metrics pmetric.Metrics, source int) int {
	f := fold{page: p, now: time.Now(), source: source}
	for _, rm := range metrics.ResourceMetrics().All() {
		target := targetOf(rm.Resource())
		p.describe(target, rm.Resource(), f.now)
		for _, sm := range rm.ScopeMetrics().All() {
			f.common = p.scopeLabels(target.labels(), sm)
			for _, m := range sm.Metrics().All() {
				f.metric(m)
			}
		}
	}
	return f.points
}

func (p *Page) scopeLabels(labels []label, sm pmetric.ScopeMetrics) []label {
	add := func(name, value string) {
		if value != "" {
			labels = append(labels, label{name: name, value: valid(value)})
		}
	}
	add(labelScopeName, sm.Scope().Name())
	add(labelScopeVersion, sm.Scope().Version())
	add(labelScopeSchema, sm.SchemaUrl())
	return p.names.appendLabels(labels, labelScopePrefix, sm.Scope().Attributes())
}

func (f *fold) metric(m pmetric.Metric) {
	h, ok := f.page.readHeader(m)
	if !ok {
		f.page.health.left[reasonMalformed] += uint64(countPoints(m))
		return
	}
	f.h = h
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		f.numbers(m.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		f.numbers(m.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, dp := range m.Histogram().DataPoints().All() {
			v, r := classicOf(dp)
			f.point(dp, v, r, dp.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, dp := range m.ExponentialHistogram().DataPoints().All() {
			v, r := nativeOf(dp)
			f.point(dp, v, r, dp.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		for _, dp := range m.Summary().DataPoints().All() {
			v, r := summaryOf(dp)
			f.point(dp, v, r, pmetric.NewExemplarSlice())
		}
	}
}

func (f *fold) numbers(points pmetric.NumberDataPointSlice) {
	for _, dp := range points.All() {
		v, r := numberOf(dp, f.h.monotonic)
		f.point(dp, v, r, dp.Exemplars())
	}
}

// datapoint is what all datapoints have in common.
type datapoint interface {
	Attributes() pcommon.Map
	StartTimestamp() pcommon.Timestamp
	Timestamp() pcommon.Timestamp
	Flags() pmetric.DataPointFlags
}

func (f *fold) point(dp datapoint, v value, r reason, exemplars pmetric.ExemplarSlice) {
	p := f.page
	gone := dp.Flags().NoRecordedValue()
	if r == folded || gone {
		f.labels = p.names.appendLabels(append(f.labels[:0], f.common...), "", dp.Attributes())
		f.labels = merge(f.labels)
		f.key = appendKey(f.key[:0], f.labels)
		if gone {
			r = p.forget(f)
		} else {
			r = f.place(dp, v, exemplars)
		}
	}
	if r != folded {
		p.health.left[r]++
		return
	}
	f.points++
}

func (f *fold) place(dp datapoint, v value, exemplars pmetric.ExemplarSlice) reason {
	s, r := f.page.seriesOf(f, v)
	if r != folded {
		return r
	}
	at := stamp{start: uint64(dp.StartTimestamp()), time: uint64(dp.Timestamp())}
	if r = s.take(&f.h, at, v, f.now, f.page.options.Expiry); r != folded {
		return r
	}
	s.updated, s.scrape = f.now, f.page.scrape
	if exemplars.Len() > 0 && f.h.kind != gaugeKind {
		f.page.offer(s, exemplars, v, f.now)
	}
	return folded
}

// offer takes the exemplars of a point with value v. All those of a page may take
// half of MaxBytes together.
func (p *Page) offer(s *series, list pmetric.ExemplarSlice, v value, now time.Time) {
	before := s.exemplars.len()
	s.exemplars.offer(list, v, offering{
		now: now, wait: p.options.VerdictWait, trusted: s.source > 0,
		full: int64(p.exemplars)*exemplarBytes >= p.options.MaxBytes/2,
	})
	p.exemplars += s.exemplars.len() - before
}

func countPoints(m pmetric.Metric) int {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		return m.Gauge().DataPoints().Len()
	case pmetric.MetricTypeSum:
		return m.Sum().DataPoints().Len()
	case pmetric.MetricTypeHistogram:
		return m.Histogram().DataPoints().Len()
	case pmetric.MetricTypeExponentialHistogram:
		return m.ExponentialHistogram().DataPoints().Len()
	case pmetric.MetricTypeSummary:
		return m.Summary().DataPoints().Len()
	}
	return 0
}
