package sample

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"
	"time"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// The load of the benchmarks.
const (
	benchRate  = 20_000 // spans a second
	benchBatch = 512    // spans a request, as the SDKs' default is
	benchTrace = 8      // spans
)

// load is one request that is sent again and again, with other trace ids.
type load struct {
	request []byte
	ids     []int // where the trace ids stand
	traces  uint64
}

func newLoad(t testing.TB) *load {
	var spans []testSpan
	for i := range benchBatch {
		in := uint64(i%benchTrace) + 1
		s := testSpan{
			trace: traceID(uint64(i/benchTrace), 0), id: uint64(i) + 1, service: "orders", scope: "opentelemetry.instrumentation.flask",
			name: "GET /orders/{id}", end: 20 * time.Millisecond,
		}
		if in < benchTrace { // children come before their parent
			s.kind, s.parent = otlp.SpanKindClient, uint64(i)-in+1+benchTrace
		} else {
			s.kind = otlp.SpanKindServer
		}
		for _, a := range [][2]string{
			{"http.request.method", "GET"}, {"http.route", "/orders/{id}"}, {"url.path", "/orders/182763"},
			{"server.address", "orders.trading.svc.cluster.local"}, {"user_agent.original", "python-requests/2.32.3"},
			{"network.protocol.version", "1.1"}, {"db.system.name", "postgresql"}, {"thread.name", "ThreadPoolExecutor-0_7"},
		} {
			s.attributes = append(s.attributes, &commonpb.KeyValue{Key: a[0], Value: text(a[0], a[1]).Value})
		}
		spans = append(spans, s)
	}
	l := &load{request: request(t, spans...)}
	if err := otlp.RangeSpans(l.request, func(_ *otlp.Group, s *otlp.Span) bool {
		l.ids = append(l.ids, s.Offset+2) // tag and length stand before the id, the first field
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return l
}

// next returns the request with trace ids that were never used.
func (l *load) next() []byte {
	for i, at := range l.ids {
		n := mix(l.traces + uint64(i/benchTrace) + 1)
		binary.BigEndian.PutUint64(l.request[at:], n)
		binary.BigEndian.PutUint64(l.request[at+8:], mix(n))
	}
	l.traces += benchBatch / benchTrace
	return l.request
}

// pass moves the sampler's clock and makes the verdicts that are due.
func (s *Sampler) pass(d time.Duration) {
	s.began = s.began.Add(-d)
	s.decideDue()
}

// BenchmarkSampler holds 20,000 spans a second until their time is up, and keeps a
// tenth. An operation is one span. What is held is measured at the end: the log,
// and the whole heap, of which about 6 MiB is the memory of past verdicts.
func BenchmarkSampler(b *testing.B) {
	for _, hold := range []time.Duration{5 * time.Second, 30 * time.Second} {
		b.Run(fmt.Sprint(hold), func(b *testing.B) { benchmarkSampler(b, hold) })
	}
}

func benchmarkSampler(b *testing.B, hold time.Duration) {
	r := newRecorder(b)
	r.light = true
	o := options(r,
		Rule{Name: "errors", Keep: "always", When: &Condition{Status: "error"}},
		Rule{Name: "slow", Keep: "always", When: &Condition{Duration: &Bound{Op: ">", Value: 5e8}}},
		Rule{Name: "baseline", Ratio: share(0.1)},
	)
	o.Hold, o.Grace, o.LateKept, o.LateDropped, o.Journal = hold, hold, 10_000, 1_000_000, 10_000
	l := newLoad(b)
	s := newSampler(b, o, store.PoolOptions{MaxBytes: 1 << 30})
	step := time.Second * benchBatch / benchRate
	add := func() {
		if _, err := s.AddTraces(l.next()); err != nil {
			b.Fatal(err)
		}
		s.pass(step)
	}
	for range 2 * hold / step { // full, and all memory taken that it needs
		add()
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += benchBatch {
		add()
	}
	b.StopTimer()
	held := float64(s.index.liveSpans)
	b.ReportMetric(float64(heapBytes())/held, "heap-B/held")
	b.ReportMetric(float64(s.options.Pool.Used())/held, "log-B/held")
	b.ReportMetric(held, "held")
	b.ReportMetric(float64(s.index.liveBytes)/held, "span-B")
}

func heapBytes() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
