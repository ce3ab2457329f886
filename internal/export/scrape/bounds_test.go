package scrape

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"
	"pgregory.net/rapid"
)

// A service whose series fill the page doesn't hide what the agent measured.
func TestSourcesAlwaysFindRoom(t *testing.T) {
	source := encode(t, renamed(gauges(5), "calls"))
	p := newPage(t, Options{MaxSeries: 3, Sources: []Source{func(dst []byte) ([]byte, int) { return append(dst, source...), 5 }}})
	if n, err := p.Fold(encode(t, gauges(4))); n != 3 || err != nil {
		t.Fatalf("%d points taken, error %v", n, err)
	}
	shown := make(map[string]int)
	for _, f := range readPage(t, p) {
		shown[f.GetName()] = len(f.Metric)
	}
	if shown["calls"] != 5 || shown["load"] != 3 {
		t.Errorf("shown %v, want 5 calls and 3 loads", shown)
	}
	if n, err := p.Fold(encode(t, renamed(gauges(1), "more"))); n != 0 || err != nil {
		t.Errorf("%d more points taken, error %v", n, err)
	}
}

// Exemplars of many series are bounded together. Beyond that, those that had
// their time still make room.
func TestExemplarsOfAllSeriesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPage(t, Options{MaxBytes: 32 << 10, Kept: func(id [16]byte) bool { return id[0] == 0xff }})
		send := func(first byte) {
			metrics := gauges(20)
			m := metrics.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0)
			points := pmetric.NewNumberDataPointSlice()
			m.Gauge().DataPoints().MoveAndAppendTo(points)
			m.SetEmptySum().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
			m.Sum().SetIsMonotonic(true)
			points.MoveAndAppendTo(m.Sum().DataPoints())
			for i, dp := range m.Sum().DataPoints().All() {
				for n := range maxExemplars {
					dp.Exemplars().AppendEmpty().SetTraceID([16]byte{first, byte(i), byte(n), 1})
				}
			}
			mustFold(t, p, metrics)
			time.Sleep(time.Second)
		}
		most := int(p.options.MaxBytes / 2 / exemplarBytes)
		send(1)
		if p.exemplars < most || p.exemplars >= most+maxExemplars {
			t.Errorf("%d exemplars are held, want %d", p.exemplars, most)
		}
		time.Sleep(DefaultVerdictWait)
		send(0xff)
		body, _ := get(t, p, acceptOpenMetrics)
		if !strings.Contains(string(body), `trace_id="ff`) {
			t.Error("none made room for an exemplar of a kept trace")
		}
		checkHeld(t, p)
		p.expire(time.Now().Add(2 * DefaultExpiry))
		checkHeld(t, p)
	})
}

// What a page holds is bounded in bytes, wherever they stand.
func TestBytesAreBounded(t *testing.T) {
	const most = 10_000
	long := strings.Repeat("x", most)
	attribute := func(m pmetric.Metric) { m.Gauge().DataPoints().At(0).Attributes().PutStr("k", long) }
	tests := map[string]struct {
		change func(pmetric.ResourceMetrics, pmetric.Metric)
		taken  int
	}{
		"label": {func(_ pmetric.ResourceMetrics, m pmetric.Metric) { attribute(m) }, 0},
		"key": {func(_ pmetric.ResourceMetrics, m pmetric.Metric) {
			m.Gauge().DataPoints().At(0).Attributes().PutStr(long, "v")
		}, 0},
		"scope": {func(rm pmetric.ResourceMetrics, _ pmetric.Metric) { rm.ScopeMetrics().At(0).Scope().SetName(long) }, 0},
		"job": {func(rm pmetric.ResourceMetrics, _ pmetric.Metric) {
			rm.Resource().Attributes().PutStr("service.name", long)
		}, 0},
		"resource":    {func(rm pmetric.ResourceMetrics, _ pmetric.Metric) { rm.Resource().Attributes().PutStr("k", long) }, 1},
		"description": {func(_ pmetric.ResourceMetrics, m pmetric.Metric) { m.SetDescription(long) }, 1},
		"buckets": {func(_ pmetric.ResourceMetrics, m pmetric.Metric) {
			m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
			h := m.Histogram().DataPoints().AppendEmpty()
			for i := range most / 8 {
				h.ExplicitBounds().Append(float64(i))
				h.BucketCounts().Append(1)
			}
			h.BucketCounts().Append(1)
		}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPage(t, Options{MaxBytes: most})
			metrics := gauges(1)
			rm := metrics.ResourceMetrics().At(0)
			rm.Resource().Attributes().PutStr("service.name", "shop")
			tt.change(rm, rm.ScopeMetrics().At(0).Metrics().At(0))
			n, err := p.Fold(encode(t, metrics))
			if n != tt.taken || err != nil {
				t.Errorf("%d points taken, error %v, want %d", n, err, tt.taken)
			}
			if body, _ := get(t, p, acceptOpenMetrics); len(body) > most/2 {
				t.Errorf("the page has %d bytes", len(body))
			}
			checkHeld(t, p)
		})
	}
}

// The page knows what it holds, and holds nothing when all is expired.
func TestHeldBytesAreCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPage(t, Options{MaxBytes: rapid.Int64Range(1, 2000).Draw(t, "max")})
		for range rapid.IntRange(1, 6).Draw(t, "requests") {
			if _, err := p.Fold(encode(t, randomMetrics(t))); err != nil {
				t.Fatal(err)
			}
			checkHeld(t, p)
		}
		p.expire(time.Now().Add(2 * DefaultExpiry))
		checkHeld(t, p)
		if p.bytes != 0 || p.sent != 0 || p.series != 0 {
			t.Fatalf("%d bytes in %d of %d series are left", p.bytes, p.sent, p.series)
		}
	})
}

func checkHeld(t tester, p *Page) {
	t.Helper()
	held, sent, exemplars := int64(0), 0, 0
	for _, f := range p.families {
		held += f.size()
		for _, s := range f.series {
			exemplars += s.exemplars.len()
			if s.source == 0 {
				held += s.size
				sent++
			}
		}
	}
	for _, target := range p.targets {
		held += target.size
	}
	if exemplars != p.exemplars {
		t.Fatalf("%d exemplars are held, %d counted", exemplars, p.exemplars)
	}
	if held != p.bytes || sent != p.sent {
		t.Fatalf("%d bytes in %d series are held, %d in %d counted", held, sent, p.bytes, p.sent)
	}
}

// renamed gives the only metric another name.
func renamed(metrics pmetric.Metrics, name string) pmetric.Metrics {
	metrics.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).SetName(name)
	return metrics
}
