package scrape

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"pgregory.net/rapid"
)

// randomMetrics draws a request of few names, labels and times, so that they
// clash, with values from the whole range and beyond what is allowed.
func randomMetrics(t *rapid.T) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	for range rapid.IntRange(1, 2).Draw(t, "resources") {
		rm := metrics.ResourceMetrics().AppendEmpty()
		randomAttributes(t, rm.Resource().Attributes(), "service.name", "service.namespace", "service.instance.id", "job", "host.name")
		sm := rm.ScopeMetrics().AppendEmpty()
		sm.Scope().SetName(rapid.SampledFrom([]string{"", "lib", "l\x80"}).Draw(t, "scope"))
		randomAttributes(t, sm.Scope().Attributes(), "name", "x")
		for range rapid.IntRange(1, 6).Draw(t, "metrics") {
			randomMetric(t, sm.Metrics().AppendEmpty())
		}
	}
	return metrics
}

func randomAttributes(t *rapid.T, m pcommon.Map, keys ...string) {
	for _, key := range rapid.SliceOfN(rapid.SampledFrom(keys), 0, 3).Draw(t, "keys") {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			m.PutStr(key, rapid.SampledFrom([]string{"", "a", "\"\n\\", "a;b", "\x80", "\r\x00", "é"}).Draw(t, "text"))
		case 1:
			m.PutInt(key, rapid.Int64Range(0, 2).Draw(t, "int"))
		case 2:
			m.PutEmptySlice(key).AppendEmpty().SetStr("x")
		case 3:
			m.PutDouble(key, rapid.Float64().Draw(t, "double"))
		}
	}
}

// randomMetric doesn't draw a_created: OpenMetrics reserves it for a metric a, but
// Prometheus takes both, and so does the page.
func randomMetric(t *rapid.T, m pmetric.Metric) {
	m.SetName(rapid.SampledFrom([]string{"a", "a.total", "a_count", "a.bucket", "a_sum", "A", "a b", "", "é", "1", "target.info", "a_info"}).Draw(t, "name"))
	m.SetUnit(rapid.SampledFrom([]string{"", "1", "s", "By/s", "{x}", "\x80"}).Draw(t, "unit"))
	m.SetDescription(rapid.SampledFrom([]string{"", "One.", "Two\n\\\".", "\x80"}).Draw(t, "description"))
	temporality := pmetric.AggregationTemporality(rapid.IntRange(0, 2).Draw(t, "temporality"))
	for i := range rapid.IntRange(0, 3).Draw(t, "points") {
		switch draw := rapid.IntRange(0, 4).Draw(t, "type"); {
		case i > 0: // the type is that of the first point
		case draw == 0:
			m.SetEmptyGauge()
		case draw == 1:
			m.SetEmptySum().SetAggregationTemporality(temporality)
			m.Sum().SetIsMonotonic(rapid.Bool().Draw(t, "monotonic"))
		case draw == 2:
			m.SetEmptyHistogram().SetAggregationTemporality(temporality)
		case draw == 3:
			m.SetEmptyExponentialHistogram().SetAggregationTemporality(temporality)
		case draw == 4:
			m.SetEmptySummary()
		}
		randomPoint(t, m)
	}
}

func randomPoint(t *rapid.T, m pmetric.Metric) {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		randomNumber(t, m.Gauge().DataPoints().AppendEmpty())
	case pmetric.MetricTypeSum:
		randomNumber(t, m.Sum().DataPoints().AppendEmpty())
	case pmetric.MetricTypeHistogram:
		randomClassic(t, m.Histogram().DataPoints().AppendEmpty())
	case pmetric.MetricTypeExponentialHistogram:
		randomNative(t, m.ExponentialHistogram().DataPoints().AppendEmpty())
	case pmetric.MetricTypeSummary:
		randomSummary(t, m.Summary().DataPoints().AppendEmpty())
	}
}

// point is what the datapoints share to be filled.
type point interface {
	Attributes() pcommon.Map
	SetStartTimestamp(pcommon.Timestamp)
	SetTimestamp(pcommon.Timestamp)
	SetFlags(pmetric.DataPointFlags)
}

func randomCommon(t *rapid.T, p point) {
	randomAttributes(t, p.Attributes(), "x", "x.y", "x_y", "le", "quantile", "job", "__name__", "", "_")
	p.SetStartTimestamp(pcommon.Timestamp(rapid.Uint64Range(0, 4).Draw(t, "start")))
	p.SetTimestamp(pcommon.Timestamp(rapid.OneOf(rapid.Uint64Range(0, 20), rapid.Uint64()).Draw(t, "time")))
	p.SetFlags(pmetric.DataPointFlags(rapid.SampledFrom([]uint32{0, 0, 0, 0, 1}).Draw(t, "flags")))
}

func randomExemplars(t *rapid.T, list pmetric.ExemplarSlice) {
	for range rapid.IntRange(0, 3).Draw(t, "exemplars") {
		e := list.AppendEmpty()
		e.SetTraceID([16]byte{byte(rapid.IntRange(0, 3).Draw(t, "trace"))})
		e.SetTimestamp(pcommon.Timestamp(rapid.Uint64().Draw(t, "time")))
		e.SetDoubleValue(randomFloat(t))
	}
}

func randomFloat(t *rapid.T) float64 {
	return rapid.OneOf(
		rapid.Float64(),
		rapid.SampledFrom([]float64{0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}),
	).Draw(t, "value")
}

func randomCounts(t *rapid.T, n int) []uint64 {
	return rapid.SliceOfN(rapid.OneOf(rapid.Uint64Range(0, 5), rapid.Uint64()), 0, n).Draw(t, "counts")
}

func randomNumber(t *rapid.T, p pmetric.NumberDataPoint) {
	randomCommon(t, p)
	randomExemplars(t, p.Exemplars())
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		p.SetIntValue(rapid.Int64().Draw(t, "int"))
	case 1:
		p.SetDoubleValue(randomFloat(t))
	}
}

func randomClassic(t *rapid.T, p pmetric.HistogramDataPoint) {
	randomCommon(t, p)
	randomExemplars(t, p.Exemplars())
	p.SetSum(randomFloat(t))
	p.SetCount(rapid.Uint64Range(0, 9).Draw(t, "count"))
	counts := randomCounts(t, 4)
	p.BucketCounts().FromRaw(counts)
	for range max(0, len(counts)-1) {
		p.ExplicitBounds().Append(randomFloat(t))
	}
	if rapid.Bool().Draw(t, "rising") {
		for i := range p.ExplicitBounds().Len() {
			p.ExplicitBounds().SetAt(i, float64(i)-1)
		}
	}
}

func randomNative(t *rapid.T, p pmetric.ExponentialHistogramDataPoint) {
	randomCommon(t, p)
	randomExemplars(t, p.Exemplars())
	p.SetSum(randomFloat(t))
	p.SetScale(rapid.OneOf(rapid.Int32Range(-5, 21), rapid.Int32()).Draw(t, "scale"))
	p.SetZeroCount(rapid.Uint64Range(0, 3).Draw(t, "zero"))
	p.SetZeroThreshold(rapid.SampledFrom([]float64{0, 0, 0.5, -1, math.NaN()}).Draw(t, "threshold"))
	offset := rapid.OneOf(rapid.Int32Range(-5, 5), rapid.Int32())
	p.Positive().SetOffset(offset.Draw(t, "offset"))
	p.Positive().BucketCounts().FromRaw(randomCounts(t, 6))
	p.Negative().SetOffset(offset.Draw(t, "offset"))
	p.Negative().BucketCounts().FromRaw(randomCounts(t, 6))
}

func randomSummary(t *rapid.T, p pmetric.SummaryDataPoint) {
	randomCommon(t, p)
	p.SetCount(rapid.Uint64Range(0, 9).Draw(t, "count"))
	p.SetSum(randomFloat(t))
	for range rapid.IntRange(0, 3).Draw(t, "quantiles") {
		q := p.QuantileValues().AppendEmpty()
		q.SetQuantile(rapid.SampledFrom([]float64{0, 0.5, 0.5, 1, 2, -1, math.NaN(), math.Copysign(0, -1)}).Draw(t, "quantile"))
		q.SetValue(randomFloat(t))
	}
}
