package spanmetrics

import (
	"math/rand/v2"
	"testing"
)

const benchSpans = 512

// BenchmarkObserveSpans reads batches of 512 spans of known series.
func BenchmarkObserveSpans(b *testing.B) {
	m := benchMetrics(b)
	batch := randomSpans(b, rand.New(rand.NewPCG(1, 1)), benchSpans)
	m.ObserveSpans(batch)
	b.ReportAllocs()
	for b.Loop() {
		m.ObserveSpans(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSpans, "ns/span")
}

// BenchmarkAppendOTLP snapshots 72 series with exemplars.
func BenchmarkAppendOTLP(b *testing.B) {
	m := benchMetrics(b)
	m.ObserveSpans(randomSpans(b, rand.New(rand.NewPCG(1, 1)), 10*benchSpans))
	dst, _ := m.AppendOTLP(nil)
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		dst, _ = m.AppendOTLP(dst[:0])
	}
}

func benchMetrics(b *testing.B) *Metrics {
	return newMetrics(b, Options{
		Dimensions: []string{"http.route", "http.response.status_code", "rpc.method", "messaging.destination.name"},
		Kept:       func(id [16]byte) bool { return id[15]&7 == 0 },
	})
}

func TestKnownSeriesDoNotAllocate(t *testing.T) {
	m := newMetrics(t, Options{Dimensions: []string{"http.route"}, Kept: func([16]byte) bool { return false }})
	batch := randomSpans(t, rand.New(rand.NewPCG(1, 1)), benchSpans)
	m.ObserveSpans(batch)
	if n := testing.AllocsPerRun(20, func() { m.ObserveSpans(batch) }); n > 4 {
		t.Errorf("%v allocations for a batch of %d spans, want at most 4", n, benchSpans)
	}
}
