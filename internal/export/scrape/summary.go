package scrape

import (
	"slices"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// summary is the value of a summary. Quantiles of several can't be joined.
type summary struct {
	count     uint64
	sum       float64
	quantiles []quantile // rising
}

type quantile struct{ rank, value float64 }

func summaryOf(dp pmetric.SummaryDataPoint) (value, reason) {
	s := &summary{count: dp.Count(), sum: dp.Sum()}
	if s.count > maxCount || !(s.sum >= 0) {
		return nil, reasonMalformed // a sum of observations that aren't negative (OTLP)
	}
	for _, q := range dp.QuantileValues().All() {
		if !(q.Quantile() >= 0 && q.Quantile() <= 1) || q.Value() < 0 {
			return nil, reasonMalformed
		}
		s.quantiles = append(s.quantiles, quantile{q.Quantile() + 0, q.Value()}) // -0 becomes 0
	}
	slices.SortStableFunc(s.quantiles, func(a, b quantile) int {
		switch {
		case a.rank < b.rank:
			return -1
		case a.rank > b.rank:
			return 1
		}
		return 0
	})
	s.quantiles = slices.CompactFunc(s.quantiles, func(a, b quantile) bool { return a.rank == b.rank })
	return s, folded
}

func (s *summary) add(value) (value, bool) { return s, false }

func (s *summary) clone() value { return s }

func (s *summary) size() int { return 16 * len(s.quantiles) }

func (s *summary) bucket(float64) int { return 0 }

func (s *summary) write(m *dto.Metric, _ dto.MetricType, created uint64, _ []exemplar) {
	m.Summary = &dto.Summary{SampleCount: new(s.count), SampleSum: new(s.sum), CreatedTimestamp: timestamp(created)}
	for _, q := range s.quantiles {
		m.Summary.Quantile = append(m.Summary.Quantile, &dto.Quantile{Quantile: new(q.rank), Value: new(q.value)})
	}
}
