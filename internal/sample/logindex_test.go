package sample

import (
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// Traces whose logs were decided early leave the queue of those that expire: it
// doesn't grow with the traces of a whole hold.
func TestLogIndexForgetsWhatWasDecided(t *testing.T) {
	o := options(newRecorder(t), Rule{Name: "none", Keep: "never"})
	o.Grace = time.Millisecond
	s := newSampler(t, o, store.PoolOptions{})
	waits := traceID(0, 0.5)
	if err := s.AddLogs(logsRequest(t, testLog{trace: waits})); err != nil {
		t.Fatal(err)
	}
	for n := range uint64(10 * fewStale) {
		id := traceID(n+1, 0.5)
		if err := s.AddLogs(logsRequest(t, testLog{trace: id})); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddTraces(request(t, testSpan{trace: id, id: 1})); err != nil {
			t.Fatal(err)
		}
		s.pass(o.Grace)
		if len(s.logs.expiry) > 2*fewStale {
			t.Fatalf("%d entries for %d traces that wait", len(s.logs.expiry), len(s.logs.traces.byTrace))
		}
	}
	if w, ok := s.Waiting(waits); !ok || w.Logs != 1 {
		t.Errorf("the log that waits is gone: %+v", w)
	}
	s.pass(o.Hold)
	if _, ok := s.Waiting(waits); ok {
		t.Error("the log still waits when its hold is up")
	}
}
