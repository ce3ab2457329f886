package sample

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// Clients send, verdicts are made by time and under pressure, and people look, all at
// once. Every span and record comes out once.
func TestSamplerIsSafeForConcurrentUse(t *testing.T) {
	out := newRecorder(t)
	o := options(out, rulesOfAllKinds()...)
	o.Shadow, o.Hold, o.Grace, o.MaxSpans = rulesOfAllKinds()[1:], 20*time.Millisecond, time.Millisecond, 100
	s := newSampler(t, o, store.PoolOptions{MaxBytes: 256 << 10, SegmentBytes: 8 << 10})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	const clients, requests, spans = 4, 200, 20
	var sending, looking sync.WaitGroup
	for c := range uint64(clients) {
		sending.Go(func() { sendMuch(t, s, c, requests, spans) })
	}
	stop := make(chan struct{})
	looking.Go(func() {
		for n := uint64(0); ; n++ {
			select {
			case <-stop:
				return
			default:
				look(s, traceID(n%50, 0.5))
			}
		}
	})
	sending.Wait()
	if err := s.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	close(stop)
	looking.Wait()
	if got := out.out(); got != clients*requests*spans {
		t.Errorf("%d spans came out, %d came", got, clients*requests*spans)
	}
	if got := out.logs.kept + out.logs.dropped; got != clients*requests {
		t.Errorf("%d log records came out, %d came", got, clients*requests)
	}
}

// sendMuch is one client: traces that others send to, too, whole and not.
func sendMuch(t *testing.T, s *Sampler, client uint64, requests, spans int) {
	for n := range uint64(requests) {
		var batch []testSpan
		for i := range uint64(spans) {
			batch = append(batch, testSpan{
				trace: traceID(n/4, float64(n%97)/97), id: client<<32 | n<<8 | i + 1, parent: i % 3, service: fmt.Sprint("service-", i%2), failed: i == 7 && n%9 == 0,
				name: strings.Repeat("x", int(n%200)),
			})
		}
		if _, err := s.AddTraces(request(t, batch...)); err != nil {
			t.Error(err)
		}
		if err := s.AddLogs(logsRequest(t, testLog{trace: batch[0].trace, body: "x", severity: 9})); err != nil {
			t.Error(err)
		}
	}
}

// look does what people, scrapes and admission do.
func look(s *Sampler, id [16]byte) {
	s.Kept(id)
	s.Held()
	s.Status()
	s.Refusing()
	s.Waiting(id)
	s.Remembered(id)
	s.Decisions(id)
	s.Recent("errors", "", 10)
	metrics := make(chan prometheus.Metric, 1000)
	s.Collect(metrics)
}
