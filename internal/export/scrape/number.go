package scrape

import (
	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// number is the value of a gauge or a sum.
type number float64

func numberOf(dp pmetric.NumberDataPoint, monotonic bool) (value, reason) {
	var v float64
	switch dp.ValueType() {
	case pmetric.NumberDataPointValueTypeInt:
		v = float64(dp.IntValue())
	case pmetric.NumberDataPointValueTypeDouble:
		v = dp.DoubleValue()
	default:
		return nil, reasonMalformed
	}
	if monotonic && !(v >= 0) {
		return nil, reasonMalformed // negative or NaN: OpenMetrics knows no such counter
	}
	return number(v), folded
}

func (n number) add(other value) (value, bool) {
	o, ok := other.(number)
	return n + o, ok
}

func (n number) clone() value { return n }

func (n number) size() int { return 0 }

func (n number) bucket(float64) int { return 0 }

func (n number) write(m *dto.Metric, kind dto.MetricType, created uint64, e []exemplar) {
	v := float64(n)
	switch kind {
	case dto.MetricType_COUNTER:
		m.Counter = &dto.Counter{Value: &v, CreatedTimestamp: timestamp(created)}
		if len(e) > 0 {
			m.Counter.Exemplar = e[len(e)-1].dto()
		}
	default:
		m.Gauge = &dto.Gauge{Value: &v}
	}
}
