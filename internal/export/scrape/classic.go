package scrape

import (
	"math"
	"slices"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// maxCount bounds each count of a point, so that sums of them don't overflow. It
// is the largest integer up to which a float64 holds all (2^53).
const maxCount = 1 << 53

// classic is a histogram with explicit bounds.
type classic struct {
	bounds []float64 // inclusive upper bounds, rising, finite
	counts []uint64  // one more than bounds
	sum    float64
}

// classicOf reads a datapoint. The count is that of the buckets, because
// Prometheus refuses a histogram where they differ.
func classicOf(dp pmetric.HistogramDataPoint) (value, reason) {
	h := &classic{sum: dp.Sum()}
	counts, bounds := dp.BucketCounts().AsRaw(), dp.ExplicitBounds().AsRaw()
	switch {
	case len(counts) == 0 && len(bounds) == 0:
		counts = []uint64{dp.Count()}
	case len(counts) != len(bounds)+1:
		return nil, reasonMalformed
	}
	for i, b := range bounds {
		if math.IsNaN(b) || math.IsInf(b, 0) || i > 0 && b <= bounds[i-1] {
			return nil, reasonMalformed
		}
	}
	for _, n := range counts {
		if n > maxCount {
			return nil, reasonMalformed
		}
	}
	h.bounds, h.counts = bounds, counts
	return h, folded
}

func (h *classic) add(other value) (value, bool) {
	o, ok := other.(*classic)
	if !ok || !slices.Equal(h.bounds, o.bounds) {
		return h, false
	}
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.sum += o.sum
	return h, true
}

func (h *classic) clone() value {
	return &classic{bounds: h.bounds, counts: slices.Clone(h.counts), sum: h.sum}
}

func (h *classic) size() int { return 8 * (len(h.bounds) + len(h.counts)) }

func (h *classic) bucket(of float64) int {
	i, _ := slices.BinarySearch(h.bounds, of)
	return i
}

func (h *classic) write(m *dto.Metric, _ dto.MetricType, created uint64, e []exemplar) {
	out := &dto.Histogram{SampleSum: new(h.sum), CreatedTimestamp: timestamp(created)}
	total := uint64(0)
	for i, bound := range h.bounds {
		total += h.counts[i]
		out.Bucket = append(out.Bucket, &dto.Bucket{CumulativeCount: new(total), UpperBound: new(bound)})
	}
	total += h.counts[len(h.bounds)]
	out.SampleCount = &total
	// The last bucket is only written by itself to carry an exemplar.
	for _, x := range e {
		i := h.bucket(x.value)
		if i == len(out.Bucket) {
			out.Bucket = append(out.Bucket, &dto.Bucket{CumulativeCount: new(total), UpperBound: new(math.Inf(1))})
		}
		out.Bucket[i].Exemplar = x.dto()
	}
	m.Histogram = out
}
