package scrape

import (
	"io"
	"net/http/httptest"
	"strconv"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

const benchSeries = 1000

// BenchmarkFold folds a report of 1,000 known series: half are counters, half
// histograms of 15 bounds, with five attributes each.
func BenchmarkFold(b *testing.B) {
	p := newPage(b, Options{})
	report := benchReport()
	encoded := encode(b, report)
	mustFold(b, p, report)
	b.ReportAllocs()
	for b.Loop() {
		if n, err := p.Fold(encoded); n != benchSeries || err != nil {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSeries, "ns/point")
}

// BenchmarkServeHTTP writes the page of those series.
func BenchmarkServeHTTP(b *testing.B) {
	for name, accept := range map[string]string{"openmetrics": acceptOpenMetrics, "protobuf": acceptProtobuf} {
		b.Run(name, func(b *testing.B) {
			p := newPage(b, Options{})
			mustFold(b, p, benchReport())
			r := httptest.NewRequest("GET", "/metrics", nil)
			r.Header.Set("Accept", accept)
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				p.ServeHTTP(w, r)
				n, _ := io.Copy(io.Discard, w.Body)
				b.SetBytes(n)
			}
		})
	}
}

func benchReport() pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	rm := metrics.ResourceMetrics().AppendEmpty()
	rm.Resource().Attributes().PutStr("service.name", "shop")
	rm.Resource().Attributes().PutStr("service.instance.id", "5f2c")
	list := rm.ScopeMetrics().AppendEmpty().Metrics()
	sum := list.AppendEmpty()
	sum.SetName("requests")
	sum.SetEmptySum().SetIsMonotonic(true)
	sum.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	duration := list.AppendEmpty()
	duration.SetName("duration")
	duration.SetUnit("s")
	duration.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	for i := range benchSeries / 2 {
		n := sum.Sum().DataPoints().AppendEmpty()
		n.SetIntValue(int64(i))
		benchPoint(n, i)
		h := duration.Histogram().DataPoints().AppendEmpty()
		for bound := range 15 {
			h.ExplicitBounds().Append(float64(bound))
			h.BucketCounts().Append(uint64(i))
		}
		h.BucketCounts().Append(0)
		benchPoint(h, i)
	}
	return metrics
}

func benchPoint(p point, i int) {
	p.SetStartTimestamp(pcommon.Timestamp(1))
	p.SetTimestamp(pcommon.Timestamp(2))
	p.Attributes().PutStr("http.request.method", "GET")
	p.Attributes().PutStr("http.route", "/orders/"+strconv.Itoa(i))
	p.Attributes().PutInt("http.response.status_code", 200)
	p.Attributes().PutStr("url.scheme", "http")
	p.Attributes().PutStr("network.protocol.version", "1.1")
}
