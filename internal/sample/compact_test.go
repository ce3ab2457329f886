package sample

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// A few fragments that wait for the whole hold don't pin what came beside them: the
// log takes less than twice of what is held, and what it moved is whole.
func TestCompact_LogTakesLessThanTwiceOfWhatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const segment = 32 << 10
		r := newRecorder(t)
		o := options(r, Rule{Name: "all", Keep: "always"})
		o.Grace, o.LateKept = 100*time.Millisecond, 1
		s := newSampler(t, o, store.PoolOptions{MaxBytes: 32 << 20, SegmentBytes: segment})
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		name := strings.Repeat("x", 300)
		for n := range uint64(4000) { // 80 s
			var spans []testSpan
			for i := range uint64(10) {
				whole := testSpan{trace: traceID(10*n+i, 0.5), id: 1, name: name, service: "orders"}
				if i == 3 {
					whole.parent = 9 // never comes
				}
				spans = append(spans, whole)
			}
			if _, err := s.AddTraces(request(t, spans...)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
			_, live := s.Held()
			if used := s.options.Pool.Used(); used > 2*live+5*segment {
				t.Fatalf("the log takes %d bytes for %d", used, live)
			}
		}
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r.kept != 40_000 || len(r.spans) != 40_000 {
			t.Errorf("%d spans of %d traces came out, want 40000 of as many", r.kept, len(r.spans))
		}
	})
}

// Nor do a few log records that wait for a span which doesn't come, among others that
// wait for nothing.
func TestCompact_LogsDontPinWhatCameBesideThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const segment, batches = 32 << 10, 2500
		r := newRecorder(t)
		o := options(r, Rule{Name: "all", Keep: "always"})
		o.Grace, o.LateKept = 100*time.Millisecond, 1
		s := newSampler(t, o, store.PoolOptions{MaxBytes: 32 << 20, SegmentBytes: segment})
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		filler := strings.Repeat("x", 300)
		for n := range uint64(batches) { // 50 s
			var spans []testSpan
			for i := range uint64(10) {
				spans = append(spans, testSpan{trace: traceID(10*n+i, 0.5), id: 1, name: filler, service: "orders"})
			}
			if _, err := s.AddTraces(request(t, spans...)); err != nil {
				t.Fatal(err)
			}
			service := fmt.Sprint("service-", n%3)
			logs := logsRequest(t, testLog{trace: traceID(1<<32+n/2, 0.5), body: fmt.Sprint(n), severity: 9, service: service}, testLog{body: strings.Repeat(filler, 20), service: service})
			if err := s.AddLogs(logs); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
			_, live := s.Held()
			if used := s.options.Pool.Used(); used > 2*live+6*segment {
				t.Fatalf("the log takes %d bytes for %d", used, live)
			}
		}
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r.kept != 10*batches || r.logs.kept != 2*batches {
			t.Errorf("%d spans and %d log records came out", r.kept, r.logs.kept)
		}
		for n := range uint64(batches) {
			want := fmt.Sprintf("service-%d/:%d", n%3, n)
			if bodies := r.logs.bodies[traceID(1<<32+n/2, 0.5)]; len(bodies) != 2 || bodies[n%2] != want {
				t.Fatalf("log records of a trace: %q, want %s", bodies, want)
			}
		}
	})
}
