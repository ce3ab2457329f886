package export

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Halves of what pdata can read can be read, and hold the same number of spans.
func FuzzSplit(f *testing.F) {
	f.Add(traces(3, 4))
	f.Add(merge(traces(1, 1), traces(0, 1)))
	f.Add([]byte{0x0a, 0x02, 0x12, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		for sig := range otlp.Signal(otlp.NumSignals) {
			split(sig, b)
		}
		left, right, ok := split(otlp.Traces, b)
		whole, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(b)
		if err != nil || !ok {
			return
		}
		sum := 0
		for _, half := range [][]byte{left, right} {
			td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(half)
			if err != nil {
				t.Fatalf("a half can't be read: %v", err)
			}
			sum += td.SpanCount()
		}
		if sum != whole.SpanCount() {
			t.Fatalf("%d spans in halves, %d before", sum, whole.SpanCount())
		}
	})
}
