package trading_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
	"github.com/drl-trading/telemetry-agent/test/integration/trading"
)

// configuration is the row "Configurable sampling and export settings" of "Acceptance Criteria": the same images with
// other variables and another configuration of the agents. The baseline is no longer kept, training's client samples
// nothing, logs stay in the services, traces have a second destination, and the filter only reports.
func (r *run) configuration(t *testing.T) {
	episodes := `sum(drl_training_episodes_total)`
	r.env["STACK_SAMPLE_RATIO"] = "0"
	r.env["STACK_TRAINING_SAMPLER"] = "always_off"
	r.env["STACK_LOGS_EXPORTER"] = "none"
	config := withDestination(t, r.destination.Port, "traces")
	r.env["STACK_AGENT_CONFIG"] = stacktest.ConfigFile(t, strings.Replace(config, "\nfilter:\n", "\nfilter:\n  mode: report\n", 1))
	_, logs := r.destination.Logs()
	runs := r.runs(t)
	if err := r.Stack.Configure(r.env); err != nil {
		t.Fatal(err)
	}
	r.start(t, r.Stack)

	plain := r.plain(t)
	kept := map[string]trading.Sent{}
	kept["slow"] = r.during(t, "inference", "slow_model", "0.6", 202)
	kept["errors: a rejected order"] = r.during(t, "exchange", "rejected_orders", "1", 202)
	kept["errors: a dead database"] = r.during(t, "ingest", "dead_database", "1", 500)
	for name, sent := range kept {
		t.Run("sampling keeps "+name, func(t *testing.T) { r.kept(t, sent, name) })
	}
	t.Run("sampling drops the rest", func(t *testing.T) {
		if v := r.value(t, `sum(agent_ledger_sampled_out_items_total{signal="traces", destination="jaeger"})`); v == 0 {
			t.Error("no agent counts spans that it sampled out")
		}
	})
	t.Run("sampling in the client", func(t *testing.T) {
		r.reach(t, map[string]float64{episodes: 20})
		if n := r.runs(t); n != runs {
			t.Errorf("%d traces of training runs, want the %d from before", n, runs)
		}
	})
	t.Run("export to a second destination", func(t *testing.T) {
		stacktest.Eventually(t, "the kept traces at the second destination", func() bool {
			text, _ := r.destination.Traces()
			for _, sent := range kept {
				if !strings.Contains(text, sent.TraceID) {
					return false
				}
			}
			return true
		})
		if text, _ := r.destination.Traces(); strings.Contains(text, plain.TraceID) {
			t.Error("the dropped trace is there, too")
		}
	})
	t.Run("without the filter every value is found", r.unfiltered)
	t.Run("export without logs", func(t *testing.T) {
		if _, n := r.destination.Logs(); n != logs {
			t.Errorf("%d log records came after they were switched off", n-logs)
		}
	})
}

// unfiltered shows that TestTrading/secrets would find what it looks for: with a filter that changes nothing, each value
// arrives in the traces of each service on the way, and in Prometheus.
func (r *run) unfiltered(t *testing.T) {
	sent := r.send(t, r.customer, 202)
	for _, service := range trading.Services[:4] {
		stacktest.Eventually(t, "the customer's data in the traces of "+service, func() bool {
			traces, raw, err := r.Jaeger.Traces(t.Context(), trading.Name(service))
			if err != nil {
				t.Fatal(err)
			}
			there := slices.ContainsFunc(traces, func(tr backend.Trace) bool { return tr.TraceID == sent.TraceID })
			return there && len(r.customer.Leaks(raw)) == len(r.customer)
		})
	}
	stacktest.Eventually(t, "the customer's data in Prometheus", func() bool {
		text, err := r.Prometheus.Everything(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(r.customer.Leaks(text)) == len(r.customer)
	})
}

// plain sends ticks until one is dropped, for which the agents have had all the time that they take to keep one. On a
// busy machine some are slow, which is a reason to keep them.
func (r *run) plain(t *testing.T) trading.Sent {
	t.Helper()
	for range 10 {
		sent := r.tick(t)
		r.settle(t)
		marker := r.during(t, "exchange", "rejected_orders", "1", 202)
		r.kept(t, marker, "errors")
		tr, err := r.Jaeger.Trace(t.Context(), sent.TraceID)
		if err != nil {
			t.Fatal(err)
		}
		if len(tr.Spans) == 0 {
			return sent
		}
		if tr.Rule() != "slow" {
			t.Fatalf("rule %q kept a plain tick\n%s", tr.Rule(), tr.Tree())
		}
	}
	t.Fatal("ten plain ticks were all slow")
	return trading.Sent{}
}

// during sends a tick while a fault is on, and lets it pass all stages.
func (r *run) during(t *testing.T, service, fault, value string, status int) trading.Sent {
	t.Helper()
	r.fault(t, service, fault, value)
	sent := r.send(t, nil, status)
	r.settle(t)
	r.fault(t, service, fault, "0")
	return sent
}

// kept waits for a trace in Jaeger that says which rule kept it.
func (r *run) kept(t *testing.T, sent trading.Sent, name string) {
	rule, _, _ := strings.Cut(name, ":")
	var tr backend.Trace
	stacktest.Eventually(t, name, func() bool {
		var err error
		if tr, err = r.Jaeger.Trace(t.Context(), sent.TraceID); err != nil {
			t.Fatal(err)
		}
		return tr.Rule() != ""
	})
	if tr.Rule() != rule {
		t.Errorf("rule %q kept it, want %q\n%s", tr.Rule(), rule, tr.Tree())
	}
}

// runs counts the traces of training runs in Jaeger.
func (r *run) runs(t *testing.T) (n int) {
	t.Helper()
	traces, _, err := r.Jaeger.Traces(t.Context(), trading.Name("training"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range traces {
		if _, there := tr.Span(trading.Name("training"), "training.run"); there {
			n++
		}
	}
	return n
}
