package sums

import (
	"math"
	"slices"

	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// addNumbers adds from to to. Integers stay integers unless they overflow.
func addNumbers(to, from *metricsv1.NumberDataPoint) {
	to.Exemplars = append(to.Exemplars, from.Exemplars...)
	a, aInt := to.Value.(*metricsv1.NumberDataPoint_AsInt)
	b, bInt := from.Value.(*metricsv1.NumberDataPoint_AsInt)
	if aInt && bInt && !overflows(a.AsInt, b.AsInt) {
		a.AsInt += b.AsInt
		return
	}
	to.Value = &metricsv1.NumberDataPoint_AsDouble{AsDouble: numberOf(to) + numberOf(from)}
}

func overflows(a, b int64) bool {
	return b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b
}

func numberOf(p *metricsv1.NumberDataPoint) float64 {
	if n, ok := p.Value.(*metricsv1.NumberDataPoint_AsInt); ok {
		return float64(n.AsInt)
	}
	return p.GetAsDouble()
}

// sameBounds tells whether two histograms have the same buckets.
func sameBounds(a, b *metricsv1.HistogramDataPoint) bool {
	return slices.Equal(a.ExplicitBounds, b.ExplicitBounds) && len(a.BucketCounts) == len(b.BucketCounts)
}

func addHistograms(to, from *metricsv1.HistogramDataPoint) {
	to.Exemplars = append(to.Exemplars, from.Exemplars...)
	to.Count += from.Count
	to.Sum = addOptional(to.Sum, from.Sum)
	to.Min = pickOptional(to.Min, from.Min, math.Min)
	to.Max = pickOptional(to.Max, from.Max, math.Max)
	for i, n := range from.BucketCounts {
		to.BucketCounts[i] += n
	}
}

// maxSpread bounds the buckets between those of two histograms that are added.
// SDKs send at most 160 (OpenTelemetry SDK specification, MaxSize).
const maxSpread = 10_000

// sameScale tells whether two exponential histograms have the same buckets, and
// not too far apart.
func sameScale(a, b *metricsv1.ExponentialHistogramDataPoint) bool {
	return a.Scale == b.Scale && a.ZeroThreshold == b.ZeroThreshold && near(a.Positive, b.Positive) && near(a.Negative, b.Negative)
}

func near(a, b *buckets) bool {
	spread := int64(a.GetOffset()) - int64(b.GetOffset())
	return spread >= -maxSpread && spread <= maxSpread
}

func addExponential(to, from *metricsv1.ExponentialHistogramDataPoint) {
	to.Exemplars = append(to.Exemplars, from.Exemplars...)
	to.Count += from.Count
	to.ZeroCount += from.ZeroCount
	to.Sum = addOptional(to.Sum, from.Sum)
	to.Min = pickOptional(to.Min, from.Min, math.Min)
	to.Max = pickOptional(to.Max, from.Max, math.Max)
	to.Positive = addBuckets(to.Positive, from.Positive)
	to.Negative = addBuckets(to.Negative, from.Negative)
}

// addOptional adds sums; without one of them there is none.
func addOptional(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return new(*a + *b)
}

// pickOptional picks the least or the greatest; without one of them there is none.
func pickOptional(a, b *float64, pick func(x, y float64) float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return new(pick(*a, *b))
}

type buckets = metricsv1.ExponentialHistogramDataPoint_Buckets

// addBuckets adds buckets of the same scale, which may begin at different offsets.
func addBuckets(a, b *buckets) *buckets {
	if len(b.GetBucketCounts()) == 0 {
		return a
	}
	if len(a.GetBucketCounts()) == 0 {
		return b
	}
	first := min(a.Offset, b.Offset)
	last := max(int(a.Offset)+len(a.BucketCounts), int(b.Offset)+len(b.BucketCounts))
	sum := &buckets{Offset: first, BucketCounts: make([]uint64, last-int(first))}
	for _, from := range []*buckets{a, b} {
		for i, n := range from.BucketCounts {
			sum.BucketCounts[int(from.Offset-first)+i] += n
		}
	}
	return sum
}
