package trading_test

import (
	"slices"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
	"github.com/drl-trading/telemetry-agent/test/integration/trading"
)

// acceptance are the rows of "Acceptance Criteria". "Configurable sampling and export settings" is TestTrading/configuration.
func (r *run) acceptance(t *testing.T) {
	tr := r.trace(t, r.tick(t).TraceID)
	scopes := func(t *testing.T, scopes ...string) {
		for _, problem := range trading.Missing(tr, func(h trading.Hop) bool { return slices.Contains(scopes, h.Scope) }) {
			t.Error(problem)
		}
	}
	t.Run("OpenTelemetry SDK integrated in all services", r.integrated)
	t.Run("Automatic instrumentation for HTTP and database calls", func(t *testing.T) {
		scopes(t, "opentelemetry.instrumentation.flask", "opentelemetry.instrumentation.requests", "opentelemetry.instrumentation.sqlalchemy")
		for name, want := range map[string]string{"POST /ticks": "http.request.method", "INSERT trading": "db.query.text"} {
			if s, _ := tr.Span(trading.Name("ingest"), name); s.Tag(want) == "" {
				t.Errorf("%s has no %s", name, want)
			}
		}
	})
	t.Run("Custom spans for business logic tracing", func(t *testing.T) { scopes(t, "drl_trading_common") })
	t.Run("Metrics collection for key performance indicators", r.collected)
	t.Run("Context propagation across service boundaries", func(t *testing.T) {
		for _, problem := range trading.Missing(tr, func(h trading.Hop) bool { return h.From != "" }) {
			t.Error(problem)
		}
		// Only the market's own span is elsewhere: ingest took the context that came by HTTP.
		if orphans := tr.Orphans(); len(orphans) != 1 || orphans[0].OperationName != "POST /ticks" {
			t.Errorf("spans without their parent: %v\n%s", orphans, tr.Tree())
		}
	})
	t.Run("Integration tests for telemetry data flow", r.flow)
}

// integrated: each service's resource says who it is and which SDK it has, and has what its agent adds.
func (r *run) integrated(t *testing.T) {
	for _, service := range trading.Services {
		traces, _, err := r.Jaeger.Traces(t.Context(), trading.Name(service))
		if err != nil {
			t.Fatal(err)
		}
		var process backend.Process
		for _, tr := range traces {
			for _, p := range tr.Processes {
				if p.ServiceName == trading.Name(service) {
					process = p
				}
			}
		}
		for key, want := range map[string]string{
			"telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry", "service.namespace": "drl-trading",
			"service.version": "1.0.0", "deployment.environment.name": "dev",
		} {
			if got := process.Tag(key); got != want {
				t.Errorf("%s: %s is %q, want %q", service, key, got, want)
			}
		}
		if process.Tag("service.instance.id") == "" || process.Tag("host.name") == "" {
			t.Errorf("%s has no service.instance.id or no host.name: %v", service, process.Tags)
		}
	}
}

// collected: every key metric is there, in as many services as should have it.
func (r *run) collected(t *testing.T) {
	r.send(t, r.customer, 202) // for the errors, which every service of the way has then
	for _, m := range trading.KeyMetrics {
		var absent string
		stacktest.Eventually(t, m.Name, func() bool {
			var err error
			if absent, err = r.Absent(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			return absent == ""
		})
	}
}

// flow: what the services send arrives whole: each tick is one trace of all its spans, and the agents' ledgers balance.
func (r *run) flow(t *testing.T) {
	var sent []trading.Sent
	for range 5 {
		sent = append(sent, r.tick(t))
	}
	for _, each := range sent {
		if tr := r.trace(t, each.TraceID); len(tr.Spans) < len(trading.Way) {
			t.Errorf("trace has %d spans\n%s", len(tr.Spans), tr.Tree())
		}
	}
	r.settle(t)
	for _, extreme := range []string{"max(max_over_time", "min(min_over_time"} {
		if v := r.value(t, extreme+`(agent_unaccounted_items[10m]))`); v != 0 {
			t.Errorf("%s of unaccounted items is %v", extreme, v)
		}
	}
	r.reach(t, map[string]float64{
		`count(agent_ledger_delivered_items_total{destination="jaeger", signal="traces"} > 0)`:             5, // agents
		`count(agent_ledger_delivered_items_total{destination="prometheus_scrape", signal="metrics"} > 0)`: 5,
		`count(agent_ledger_delivered_items_total{destination="test", signal="logs"} > 0)`:                 5,
	})
	if lost := r.value(t, `sum(agent_ledger_lost_items_total)`); lost != 0 {
		t.Errorf("%v items were lost", lost)
	}
	stacktest.Eventually(t, "logs of the ticks at their destination", func() bool {
		_, n := r.destination.Logs()
		return n >= 4*len(sent) // each service of the way writes one line at least
	})
}
