package integration

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/test/integration/sink"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// TestInterop lets the Python SDK's experimental sampler, which writes thresholds
// into the tracestate, stand before the agent's ratio: what is kept are the traces
// that both ratios keep, with the threshold of the smaller ratio.
func TestInterop(t *testing.T) {
	t.Parallel()
	destination := sink.New(t)
	r := up(t, strings.Replace(agentConfig(destination.Port), "signals: [logs]", "signals: [logs, traces]", 1), "")
	script, err := os.ReadFile("testdata/interop.py")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{} // tracestate by trace id
	for _, of := range []float64{0.7, 0.2} {
		var sampled map[string]string
		if err := json.Unmarshal([]byte(r.python(t, string(script), fmt.Sprint(of), "500")), &sampled); err != nil {
			t.Fatal(err)
		}
		if len(sampled) == 0 {
			t.Fatal("the SDK sampled nothing")
		}
		for id, state := range sampled {
			if !strings.HasPrefix(state, "ot=th:") {
				t.Fatalf("the SDK wrote tracestate %q", state)
			}
			if th := max(threshold(ratio), parseThreshold(t, state)); randomness(t, id) >= th {
				want[id] = "ot=th:" + strings.TrimRight(fmt.Sprintf("%014x", th), "0")
			}
		}
	}
	var got map[string]string
	stacktest.Eventually(t, "every trace that both ratios keep", func() bool {
		text, _ := destination.Traces()
		got = interopStates(t, text)
		return len(got) >= len(want)
	})
	for id, state := range want {
		if got[id] != state {
			t.Errorf("trace %s has tracestate %q, want %q", id, got[id], state)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d traces were kept, want %d", len(got), len(want))
	}
}

// threshold is that of a ratio: 56 bits, below which a trace is dropped.
func threshold(ratio float64) uint64 { return 1<<56 - uint64(math.Round(ratio*(1<<56))) }

func parseThreshold(t *testing.T, state string) uint64 {
	t.Helper()
	digits := strings.TrimPrefix(state, "ot=th:")
	n, err := strconv.ParseUint(digits+strings.Repeat("0", 14-len(digits)), 16, 64)
	if err != nil {
		t.Fatalf("tracestate %q: %v", state, err)
	}
	return n
}

func randomness(t *testing.T, traceID string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(traceID[32-14:], 16, 64)
	if err != nil {
		t.Fatalf("trace id %q: %v", traceID, err)
	}
	return n
}

// interopStates are the tracestates of the script's spans, by trace.
func interopStates(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, s := range spansNamed(t, text, "interop") {
		out[s.TraceID().String()] = s.TraceState().AsRaw()
	}
	return out
}

// spansNamed are the spans of one name in a text of one OTLP JSON request after
// another.
func spansNamed(t *testing.T, text, name string) (out []ptrace.Span) {
	t.Helper()
	for d := json.NewDecoder(strings.NewReader(text)); d.More(); {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			t.Fatal(err)
		}
		td, err := new(ptrace.JSONUnmarshaler).UnmarshalTraces(raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					if s.Name() == name {
						out = append(out, s)
					}
				}
			}
		}
	}
	return out
}
