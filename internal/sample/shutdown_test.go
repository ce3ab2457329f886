package sample

import (
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// At the end of the agent errors are decided first: they are delivered first, within
// the time that is left.
func TestShutdownDecidesErrorsFirst(t *testing.T) {
	out := newRecorder(t)
	s := newSampler(t, options(out, Rule{Name: "all", Keep: "always"}), store.PoolOptions{})
	for n := range uint64(6) {
		if _, err := s.AddTraces(request(t, testSpan{trace: traceID(n, 0.5), id: 1, failed: n%3 == 2})); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	var order []byte // by the first half of traceID, the last one first
	for _, d := range s.Recent("", "", 10) {
		order = append(order, d.id[7]-1)
	}
	if want := [6]byte{4, 3, 1, 0, 5, 2}; [6]byte(order) != want {
		t.Errorf("decided, the last first: %v, want %v", order, want)
	}
}
