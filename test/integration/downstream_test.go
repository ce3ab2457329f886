package integration

import (
	"encoding/json"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/sink"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// TestDownstream sends requests through two services, each with an agent of its
// own. The second agent never sees the root of a trace; it knows by the flags of
// its own spans when its part is complete, and doesn't wait for the hold. Both keep
// the same traces, whole.
func TestDownstream(t *testing.T) {
	t.Parallel()
	r := up(t, agentConfig(sink.New(t).Port), "", "testdata/downstream.yaml")
	stacktest.Eventually(t, "the second service to answer", func() bool {
		var price struct{ Price float64 }
		return json.Unmarshal([]byte(get(t, r.service+"/orders/1")), &price) == nil && price.Price > 0
	})
	for range orders {
		get(t, r.service+"/orders/1")
	}
	var answer struct {
		Decisions []struct {
			TraceID          string `json:"trace_id"`
			Verdict, Trigger string
		}
	}
	stacktest.Eventually(t, "a verdict of the second agent on each trace", func() bool {
		text := r.inPodOf(t, "downstream", "http://127.0.0.1:8887/decisions?n=1000")
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		return len(answer.Decisions) > orders
	})
	kept := 0
	for _, d := range answer.Decisions {
		if d.Trigger != "local_roots" {
			t.Errorf("the second agent decided by %s", d.Trigger)
		}
		if d.Verdict != "kept" {
			continue
		}
		var tr backend.Trace
		own := false // begun by the second service, which makes its tables at start
		stacktest.EventuallyElse(t, func() string { return "both parts of trace " + d.TraceID + " in Jaeger:\n" + tr.Tree() }, func() bool {
			var err error
			tr, err = backend.Jaeger{URL: r.jaeger}.Trace(t.Context(), d.TraceID)
			roots := tr.Roots()
			own = len(roots) == 1 && tr.Service(roots[0]) == "downstream"
			_, below := tr.Span("downstream", "GET /quote")
			_, above := tr.Span("first-service", "GET /orders/<order_id>")
			return err == nil && (own || below && above) && len(roots) == 1 && len(tr.Orphans()) == 0
		})
		if !own {
			kept++
		}
	}
	if kept == 0 {
		t.Error("no trace was kept")
	}
}
