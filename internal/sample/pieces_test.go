package sample

import (
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// A kept fragment of many bytes is passed on in pieces: it is never copied as a whole,
// neither are the logs of a trace.
func TestGiantsArePassedOnInPieces(t *testing.T) {
	const items = 100
	out := newRecorder(t)
	s := newSampler(t, options(out, Rule{Name: "all", Keep: "always"}), store.PoolOptions{})
	long := strings.Repeat("x", 100_000)
	for n := range uint64(items) {
		if err := s.AddLogs(logsRequest(t, testLog{trace: traceID(1, 0.5), body: long})); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddTraces(request(t, testSpan{trace: traceID(1, 0.5), id: n + 1, name: long})); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out.kept != items || out.logs.kept != items || out.batches < 9 || out.logs.batches < 9 {
		t.Errorf("%d spans came out in %d requests, %d log records in %d", out.kept, out.batches, out.logs.kept, out.logs.batches)
	}
	for sig, largest := range map[otlp.Signal]int{otlp.Traces: out.largest, otlp.Logs: out.logs.largest} {
		if largest > pieceBytes+2*len(long) {
			t.Errorf("%s: a request of %d bytes was passed on", sig, largest)
		}
	}
}
