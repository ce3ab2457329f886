package sample

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// compactLife sends to a sampler that keeps all, one step each 20 ms, and looks after
// each whether the log takes less than twice of what is held, and a few segments.
func compactLife(t *testing.T, steps uint64, segments int64, step func(s *Sampler, n uint64)) *recorder {
	const segment = 32 << 10
	out := newRecorder(t)
	o := options(out, Rule{Name: "all", Keep: "always"})
	o.Grace, o.LateKept = 100*time.Millisecond, 1
	s := newSampler(t, o, store.PoolOptions{MaxBytes: 32 << 20, SegmentBytes: segment})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n := range steps {
		step(s, n)
		time.Sleep(20 * time.Millisecond)
		_, live := s.Held()
		if used := s.options.Pool.Used(); used > 2*live+segments*segment {
			t.Fatalf("the log takes %d bytes for %d", used, live)
		}
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out
}

// tenTraces sends ten traces of one long span; in those of which incomplete says so
// the span waits for a parent that never comes.
func tenTraces(t *testing.T, s *Sampler, n uint64, incomplete func(i uint64) bool) {
	var spans []testSpan
	for i := range uint64(10) {
		span := testSpan{trace: traceID(10*n+i, 0.5), id: 1, name: strings.Repeat("x", 300), service: "orders"}
		if incomplete(i) {
			span.parent = 9
		}
		spans = append(spans, span)
	}
	if _, err := s.AddTraces(request(t, spans...)); err != nil {
		t.Fatal(err)
	}
}

// A few fragments that wait for the whole hold don't pin what came beside them: the
// log takes less than twice of what is held, and what it moved is whole.
func TestCompact_LogTakesLessThanTwiceOfWhatIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const steps = 4000 // 80 s
		out := compactLife(t, steps, 5, func(s *Sampler, n uint64) {
			tenTraces(t, s, n, func(i uint64) bool { return i == 3 })
		})
		if out.kept != 10*steps || len(out.spans) != 10*steps {
			t.Errorf("%d spans of %d traces came out, want %d of as many", out.kept, len(out.spans), 10*steps)
		}
	})
}

// Nor do a few log records that wait for a span which doesn't come, among others that
// wait for nothing.
func TestCompact_LogsDontPinWhatCameBesideThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const steps = 2500 // 50 s
		trace := func(n uint64) [16]byte { return traceID(1<<32+n/2, 0.5) }
		filler := strings.Repeat("x", 6000)
		out := compactLife(t, steps, 6, func(s *Sampler, n uint64) {
			tenTraces(t, s, n, func(uint64) bool { return false })
			service := fmt.Sprint("service-", n%3)
			if err := s.AddLogs(logsRequest(t,
				testLog{trace: trace(n), body: fmt.Sprint(n), severity: 9, service: service}, testLog{body: filler, service: service},
			)); err != nil {
				t.Fatal(err)
			}
		})
		if out.kept != 10*steps || out.logs.kept != 2*steps {
			t.Errorf("%d spans and %d log records came out", out.kept, out.logs.kept)
		}
		for n := range uint64(steps) {
			want := fmt.Sprintf("service-%d/:%d", n%3, n)
			if bodies := out.logs.bodies[trace(n)]; len(bodies) != 2 || bodies[n%2] != want {
				t.Fatalf("log records of a trace: %q, want %s", bodies, want)
			}
		}
	})
}
