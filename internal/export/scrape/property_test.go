package scrape

import (
	"math/rand/v2"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"pgregory.net/rapid"
)

// Whatever comes in whatever order, the page is valid in every format, no series
// is there twice, and each point is either taken or counted.
func TestAnyMetricsGiveAValidPage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var given []byte
		p := newPage(t, Options{
			Kept:      func(id [16]byte) bool { return id[0]%2 == 1 },
			Sources:   []Source{func(dst []byte) ([]byte, int) { return append(dst, given...), 0 }},
			MaxSeries: rapid.SampledFrom([]int{3, 1000}).Draw(t, "max"),
		})
		points := uint64(0)
		for range rapid.IntRange(1, 4).Draw(t, "requests") {
			metrics := randomMetrics(t)
			before := total(p.health.left)
			taken, err := p.Fold(encode(t, metrics))
			if err != nil {
				t.Fatal(err)
			}
			points = uint64(metrics.DataPointCount())
			if ignored := total(p.health.left) - before; uint64(taken)+ignored != points {
				t.Fatalf("%d points: %d taken, %d ignored", points, taken, ignored)
			}
			if rapid.Bool().Draw(t, "given") {
				given = encode(t, metrics)
			}
			readPage(t, p)
		}
	})
}

func total(counts [numReasons]uint64) (n uint64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// The same observations give the same page as deltas and as cumulative values,
// however often they are reported.
func TestDeltaEqualsCumulative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deltas, cumulatives := newPage(t, Options{}), newPage(t, Options{})
		var sum observations
		start := pcommon.Timestamp(1000)
		for i := range rapid.IntRange(1, 10).Draw(t, "reports") {
			now := start + pcommon.Timestamp(i+1)*10
			var one observations
			one.draw(t)
			sum.add(one)
			mustFold(t, deltas, one.metrics(pmetric.AggregationTemporalityDelta, now-10, now))
			mustFold(t, cumulatives, sum.metrics(pmetric.AggregationTemporalityCumulative, start, now))
		}
		got, _ := get(t, deltas, acceptOpenMetrics)
		want, _ := get(t, cumulatives, acceptOpenMetrics)
		if string(got) != string(want) {
			t.Fatalf("as deltas:\n%s\ncumulative:\n%s", got, want)
		}
		if g, w := describeNative(readPage(t, deltas)), describeNative(readPage(t, cumulatives)); g != w {
			t.Fatalf("as deltas:\n%s\ncumulative:\n%s", g, w)
		}
	})
}

func mustFold(t tester, p *Page, metrics pmetric.Metrics) {
	t.Helper()
	if n, err := p.Fold(encode(t, metrics)); err != nil || n != metrics.DataPointCount() {
		t.Fatalf("%d of %d points taken, error %v", n, metrics.DataPointCount(), err)
	}
}

// observations are what was counted in a while, in integers so that sums are exact.
type observations struct {
	total  int64
	counts [4]uint64
}

func (o *observations) draw(t *rapid.T) {
	o.total = rapid.Int64Range(0, 100).Draw(t, "total")
	for i := range o.counts {
		o.counts[i] = rapid.Uint64Range(0, 5).Draw(t, "count")
	}
}

func (o *observations) add(other observations) {
	o.total += other.total
	for i, n := range other.counts {
		o.counts[i] += n
	}
}

func (o *observations) metrics(temporality pmetric.AggregationTemporality, start, now pcommon.Timestamp) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	list := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()

	m := list.AppendEmpty()
	m.SetName("requests")
	m.SetEmptySum().SetIsMonotonic(true)
	m.Sum().SetAggregationTemporality(temporality)
	n := m.Sum().DataPoints().AppendEmpty()
	n.SetIntValue(o.total)

	m = list.AppendEmpty()
	m.SetName("size")
	m.SetEmptyHistogram().SetAggregationTemporality(temporality)
	h := m.Histogram().DataPoints().AppendEmpty()
	h.BucketCounts().FromRaw(o.counts[:])
	h.ExplicitBounds().FromRaw([]float64{1, 2, 3})
	h.SetSum(float64(o.total))

	m = list.AppendEmpty()
	m.SetName("time")
	m.SetEmptyExponentialHistogram().SetAggregationTemporality(temporality)
	e := m.ExponentialHistogram().DataPoints().AppendEmpty()
	e.SetScale(2)
	e.Positive().SetOffset(-2)
	e.Positive().BucketCounts().FromRaw(o.counts[:])
	e.SetSum(float64(o.total))
	for _, p := range []point{n, h, e} {
		p.SetStartTimestamp(start)
		p.SetTimestamp(now)
	}
	return metrics
}

// A sum of native histograms holds each observation in the bucket of the lower
// resolution that it belongs to.
func TestNativeSumsKeepObservations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sum := &native{scale: maxScale}
		var parts []*native
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			h := &native{scale: rapid.Int32Range(minScale, maxScale).Draw(t, "scale")}
			for _, side := range []*buckets{&h.positive, &h.negative} {
				counts := rapid.SliceOfN(rapid.Uint64Range(0, 3), 0, 8).Draw(t, "counts")
				*side, _ = readBuckets(rapid.Int64Range(-400, 400).Draw(t, "offset"), counts)
			}
			before := h.clone().(*native)
			joined, ok := sum.add(h)
			if diff := h.positive.first != before.positive.first || h.scale != before.scale; diff {
				t.Fatal("add changed its argument")
			}
			if !ok {
				return // wider than Prometheus's lowest resolution
			}
			sum = joined.(*native)
			parts = append(parts, h)
		}
		want := make(map[int64]uint64)
		for _, h := range parts {
			for i, n := range h.positive.counts {
				want[(h.positive.first+int64(i))>>(h.scale-sum.scale)] += n
			}
		}
		for i, n := range sum.positive.counts {
			index := sum.positive.first + int64(i)
			if n != want[index] {
				t.Fatalf("bucket %d holds %d, want %d", index, n, want[index])
			}
			delete(want, index)
		}
		for index, n := range want {
			if n > 0 {
				t.Fatalf("bucket %d with %d is missing", index, n)
			}
		}
	})
}

// Spans and deltas, read as Prometheus reads them, give the buckets back.
func TestSpansGiveTheBucketsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.SampledFrom([]uint64{0, 0, 0, 1, 7}), 0, 40).Draw(t, "counts")
		first := rapid.Int64Range(-50, 50).Draw(t, "first")
		b, _ := readBuckets(first, counts)
		want := make(map[int64]uint64)
		for i, n := range counts {
			if n > 0 {
				want[first+int64(i)+1] = n
			}
		}
		spans, deltas := b.spans()
		index, count := int64(0), int64(0)
		for i, span := range spans {
			if i > 0 && span.GetOffset() < 0 {
				t.Fatalf("span %d goes back by %d", i, span.GetOffset())
			}
			index += int64(span.GetOffset())
			for range span.GetLength() {
				count += deltas[0]
				deltas = deltas[1:]
				if uint64(count) != want[index] {
					t.Fatalf("bucket %d holds %d, want %d", index, count, want[index])
				}
				delete(want, index)
				index++
			}
		}
		if len(deltas) > 0 || len(want) > 0 {
			t.Fatalf("%d deltas and %d buckets left over", len(deltas), len(want))
		}
	})
}

// Any number of processes under one identity, each reporting in its own time,
// give the sum of what each said last.
func TestProcessesSumUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPage(t, Options{})
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		last := make([]int64, rapid.IntRange(1, maxWriters).Draw(t, "processes"))
		now := pcommon.Timestamp(1 * time.Hour)
		for i := range rapid.IntRange(len(last), 100).Draw(t, "reports") {
			process := i
			if i >= len(last) {
				process = rng.IntN(len(last))
			}
			last[process] += rng.Int64N(10)
			now++
			metrics := pmetric.NewMetrics()
			m := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
			m.SetName("requests")
			m.SetEmptySum().SetIsMonotonic(true)
			m.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
			dp := m.Sum().DataPoints().AppendEmpty()
			dp.SetIntValue(last[process])
			dp.SetStartTimestamp(pcommon.Timestamp(process + 1))
			dp.SetTimestamp(now)
			mustFold(t, p, metrics)
		}
		want := 0.0
		for _, n := range last {
			want += float64(n)
		}
		if got := readPage(t, p)[0].Metric[0].Counter.GetValue(); got != want {
			t.Fatalf("counter %v, want %v", got, want)
		}
	})
}
