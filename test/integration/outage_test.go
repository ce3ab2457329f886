package integration

import (
	"context"
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/sink"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// TestJaegerDownThenUp stops Jaeger under load: nothing that was accepted
// meanwhile is lost.
func TestJaegerDownThenUp(t *testing.T) {
	t.Parallel()
	r := up(t, agentConfig(sink.New(t).Port), "")
	jaeger, err := r.Container(t.Context(), "jaeger")
	if err != nil {
		t.Fatal(err)
	}
	second := 5 * time.Second
	if err := jaeger.Stop(t.Context(), &second); err != nil {
		t.Fatal(err)
	}
	for range fails {
		get(t, r.service+"/fail")
	}
	stacktest.Eventually(t, "the agent to see it", func() bool {
		return r.query(t, `max(agent_ledger_pending_items{destination="jaeger"})`) >= fails
	})
	if body := get(t, r.metrics+"/readyz"); body != "ok\n" {
		t.Errorf("a dead Jaeger makes the agent not ready: %s", body)
	}
	if err := jaeger.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r.jaeger, err = r.URL(t.Context(), "jaeger", "16686"); err != nil { // a free port is chosen anew
		t.Fatal(err)
	}
	stacktest.Eventually(t, "Jaeger to have all errors", func() bool {
		traces, _, err := backend.Jaeger{URL: r.jaeger}.Traces(t.Context(), "first-service") // it may be starting
		return err == nil && countRule(traces, "errors") == fails
	})
}

// TestStopDelivers stops the service and then the agent, as an orchestrator does,
// while verdicts are pending.
func TestStopDelivers(t *testing.T) {
	t.Parallel()
	r := up(t, agentConfig(sink.New(t).Port), "http,database")
	for range fails {
		get(t, r.service+"/fail")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, name := range []string{"service", "agent"} {
		c, err := r.Container(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		grace := 30 * time.Second
		if err := c.Stop(ctx, &grace); err != nil {
			t.Fatal(err)
		}
	}
	traces, _ := r.traces(t)
	if n := countRule(traces, "errors"); n != fails {
		t.Errorf("Jaeger has %d errors, want %d", n, fails)
	}
}
