package scrape

import (
	"math"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

const (
	// Prometheus knows schemas of -4 to 8 (native histograms specification); they
	// are the scales of OTLP.
	minScale = -4
	maxScale = 8
	// maxBuckets bounds the buckets of each sign: twice what the SDKs send at most
	// (160), so that two processes that differ find room.
	maxBuckets = 320
	// nativeExemplars bounds the exemplars of a native histogram.
	nativeExemplars = 10
)

// native is a histogram with exponential bounds.
type native struct {
	scale              int32
	positive, negative buckets
	zeroThreshold      float64
	zeroCount          uint64
	sum                float64
}

// nativeOf reads a datapoint, with a lower resolution if it has more buckets than
// are held or a scale that Prometheus doesn't know.
func nativeOf(dp pmetric.ExponentialHistogramDataPoint) (value, reason) {
	if dp.Scale() < minScale {
		return nil, reasonScale
	}
	h := &native{scale: dp.Scale(), zeroCount: dp.ZeroCount(), zeroThreshold: dp.ZeroThreshold(), sum: dp.Sum()}
	if !(h.zeroThreshold >= 0) || math.IsInf(h.zeroThreshold, 0) || h.zeroCount > maxCount {
		return nil, reasonMalformed
	}
	for _, side := range []struct {
		from pmetric.ExponentialHistogramDataPointBuckets
		to   *buckets
	}{{dp.Positive(), &h.positive}, {dp.Negative(), &h.negative}} {
		b, ok := readBuckets(int64(side.from.Offset()), side.from.BucketCounts().AsRaw())
		if !ok {
			return nil, reasonMalformed
		}
		*side.to = b
	}
	if h.scale > maxScale {
		h.coarsen(h.scale - maxScale)
	}
	if !h.fit() {
		return nil, reasonScale
	}
	return h, folded
}

// coarsen lowers the resolution: each step joins two neighbouring buckets.
func (h *native) coarsen(by int32) {
	h.scale -= by
	h.positive.coarsen(by)
	h.negative.coarsen(by)
}

// fit lowers the resolution until there are no more buckets than are held.
func (h *native) fit() bool {
	for len(h.positive.counts) > maxBuckets || len(h.negative.counts) > maxBuckets {
		if h.scale == minScale {
			return false
		}
		h.coarsen(1)
	}
	return true
}

// add takes the wider of two zero buckets. What the other histogram counted in
// narrower buckets within it stays there.
func (h *native) add(other value) (value, bool) {
	o, ok := other.(*native)
	if !ok {
		return h, false
	}
	o = o.clone().(*native)
	for {
		if d := h.scale - o.scale; d > 0 {
			h.coarsen(d)
		} else if d < 0 {
			o.coarsen(-d)
		}
		if h.positive.span(&o.positive) <= maxBuckets && h.negative.span(&o.negative) <= maxBuckets {
			break
		}
		if h.scale == minScale {
			return h, false
		}
		h.coarsen(1)
	}
	h.positive.add(&o.positive)
	h.negative.add(&o.negative)
	h.zeroCount += o.zeroCount
	h.zeroThreshold = max(h.zeroThreshold, o.zeroThreshold)
	h.sum += o.sum
	return h, true
}

func (h *native) clone() value {
	c := *h
	c.positive, c.negative = h.positive.clone(), h.negative.clone()
	return &c
}

func (h *native) size() int { return 8 * (len(h.positive.counts) + len(h.negative.counts)) }

// bucket is the power of two of the value.
func (h *native) bucket(of float64) int {
	if of == 0 {
		return math.MinInt32
	}
	return math.Ilogb(of)
}

func (h *native) write(m *dto.Metric, _ dto.MetricType, created uint64, e []exemplar) {
	out := &dto.Histogram{
		SampleSum:        new(h.sum),
		SampleCount:      new(h.zeroCount + h.positive.total() + h.negative.total()),
		Schema:           new(h.scale),
		ZeroThreshold:    new(h.zeroThreshold),
		ZeroCount:        new(h.zeroCount),
		CreatedTimestamp: timestamp(created),
	}
	out.PositiveSpan, out.PositiveDelta = h.positive.spans()
	out.NegativeSpan, out.NegativeDelta = h.negative.spans()
	if len(out.PositiveSpan)+len(out.NegativeSpan) == 0 && h.zeroThreshold == 0 && h.zeroCount == 0 {
		// An empty span tells an empty native histogram from a classic one.
		out.PositiveSpan = []*dto.BucketSpan{{Offset: new(int32(0)), Length: new(uint32(0))}}
	}
	for _, x := range e[max(0, len(e)-nativeExemplars):] {
		out.Exemplars = append(out.Exemplars, x.dto())
	}
	m.Histogram = out
}
