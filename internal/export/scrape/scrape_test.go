package scrape

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

func TestOptionErrorsNameTheirPlace(t *testing.T) {
	_, err := New(Options{MaxSeries: -1, MaxBytes: -1, Expiry: -1, VerdictWait: -1})
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("New = %v, want several errors", err)
	}
	var paths []string
	for _, e := range joined.Unwrap() {
		var placed interface{ ConfigPath() string }
		if errors.As(e, &placed) {
			paths = append(paths, placed.ConfigPath())
		}
	}
	if diff := cmp.Diff([]string{"max_series", "max_bytes", "expiry", "verdict_wait"}, paths); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestFormatIsNegotiated(t *testing.T) {
	p := newPage(t, Options{})
	mustFold(t, p, gauges(1))
	for accept, want := range map[string]string{
		acceptOpenMetrics: "application/openmetrics-text",
		acceptText:        "text/plain",
		acceptProtobuf:    "application/vnd.google.protobuf",
		"":                "text/plain",
	} {
		_, header := get(t, p, accept)
		if got := header.Get("Content-Type"); !strings.HasPrefix(got, want) {
			t.Errorf("Accept %q: Content-Type %q, want %s", accept, got, want)
		}
	}
}

func TestUndecodableInput(t *testing.T) {
	p := newPage(t, Options{Sources: []Source{func([]byte) ([]byte, int) { return []byte{0xff}, 1 }}})
	n, err := p.Fold([]byte("\x0a\x7fsecret"))
	if n != 0 || !errors.Is(err, errUndecodable) || strings.Contains(err.Error(), "secret") {
		t.Errorf("Fold = %d, %v", n, err)
	}
	readPage(t, p)
	if p.health.badSources != 3 {
		t.Errorf("%d unreadable sources, want one each scrape", p.health.badSources)
	}
}

// Sources and verdicts belong to others, who may fold while they are asked.
func TestForeignFunctionsMayFold(t *testing.T) {
	var p *Page
	again := func() { mustFold(t, p, gauges(2)) }
	p = newPage(t, Options{
		Sources: []Source{func(dst []byte) ([]byte, int) { again(); return dst, 0 }},
		Kept:    func([16]byte) bool { again(); return true },
	})
	metrics := gauges(1)
	m := metrics.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty()
	m.SetName("requests")
	m.SetEmptySum().SetIsMonotonic(true)
	m.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	m.Sum().DataPoints().AppendEmpty().SetIntValue(1)
	m.Sum().DataPoints().At(0).Exemplars().AppendEmpty().SetTraceID([16]byte{1})
	mustFold(t, p, metrics)
	body, _ := get(t, p, acceptOpenMetrics)
	if !strings.Contains(string(body), `trace_id="01000000000000000000000000000000"`) {
		t.Errorf("no exemplar in\n%s", body)
	}
}

func TestConcurrentUse(t *testing.T) {
	p := newPage(t, Options{Kept: func([16]byte) bool { return true }})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range 20 {
				if _, err := p.Fold(encode(t, gauges(n))); err != nil {
					t.Error(err)
				}
				if _, err := p.Gather(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// A series holds a bounded number of exemplars, and those that had their time
// make room.
func TestExemplarsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var x exemplars
		offer := func(id byte) {
			list := pmetric.NewExemplarSlice()
			list.AppendEmpty().SetTraceID([16]byte{id})
			x.offer(list, number(0), offering{now: time.Now(), wait: 30 * time.Second})
		}
		for i := range maxExemplars + 1 {
			offer(byte(i + 1))
			offer(byte(i + 1)) // the SDK repeats it
		}
		if len(x.waiting) != maxExemplars || x.waiting[0].trace[0] != 1 {
			t.Errorf("%d wait, the first is %d", len(x.waiting), x.waiting[0].trace[0])
		}
		time.Sleep(31 * time.Second)
		offer(200)
		if len(x.waiting) != maxExemplars || x.waiting[0].trace[0] != 2 || x.waiting[maxExemplars-1].trace[0] != 200 {
			t.Errorf("the oldest made no room: %v", x.waiting)
		}
		x.settle(nil, time.Now().Add(-time.Second))
		if len(x.waiting) != 1 {
			t.Errorf("%d wait, want the new one", len(x.waiting))
		}
	})
}

func TestTooManyProcesses(t *testing.T) {
	p := newPage(t, Options{})
	for i := range maxWriters + 3 {
		metrics := pmetric.NewMetrics()
		m := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
		m.SetName("requests")
		m.SetEmptySum().SetIsMonotonic(true)
		m.Sum().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		dp := m.Sum().DataPoints().AppendEmpty()
		dp.SetIntValue(1)
		// All but the last began before any of them reported.
		start := i + 1
		if i == maxWriters+2 {
			start = 150
		}
		dp.SetStartTimestamp(pcommon.Timestamp(start))
		dp.SetTimestamp(pcommon.Timestamp(100 + 100*(i/maxWriters)))
		if _, err := p.Fold(encode(t, metrics)); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.health.left[reasonWriters]; n != 2 {
		t.Errorf("%d points refused, want 2", n)
	}
	if got := readPage(t, p)[0].Metric[0].Counter.GetValue(); got != maxWriters+1 {
		t.Errorf("counter %v, want %d", got, maxWriters+1)
	}
}

func TestOwnMetrics(t *testing.T) {
	p := newPage(t, Options{})
	mustFold(t, p, gauges(3))
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(p)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range families {
		got = append(got, fmt.Sprintf("%s %d", f.GetName(), len(f.Metric)))
	}
	want := []string{
		"agent_scrape_description_conflicts_total 1", "agent_scrape_expired_series_total 1",
		fmt.Sprintf("agent_scrape_ignored_points_total %d", numReasons-1),
		"agent_scrape_scrapes_total 1", "agent_scrape_series 1", "agent_scrape_unreadable_sources_total 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("own metrics (-want +got):\n%s", diff)
	}
}

// gauges returns one metric with n points.
func gauges(n int) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	m := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("load")
	m.SetEmptyGauge()
	for i := range n {
		p := m.Gauge().DataPoints().AppendEmpty()
		p.SetIntValue(int64(i))
		p.Attributes().PutInt("n", int64(i))
	}
	return metrics
}
