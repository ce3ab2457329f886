package sample

import (
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
