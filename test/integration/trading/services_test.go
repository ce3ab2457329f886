package trading_test

import (
	"slices"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
	"github.com/drl-trading/telemetry-agent/test/integration/trading"
)

// services are the rows of "Services to Instrument".
func (r *run) services(t *testing.T) {
	tr := r.trace(t, r.tick(t).TraceID)
	t.Log("\n" + tr.Tree())
	for name, service := range map[string]string{
		"drl-trading-ingest: Market data ingestion tracing":                      "ingest",
		"drl-trading-preprocessing: Feature computation and pipeline processing": "preprocessing",
		"drl-trading-inference: Model inference performance":                     "inference",
		"drl-trading-execution: Trade execution monitoring":                      "execution",
	} {
		t.Run(name, func(t *testing.T) {
			for _, problem := range trading.Missing(tr, func(h trading.Hop) bool { return h.Service == service }) {
				t.Error(problem)
			}
		})
	}
	t.Run("drl-trading-training: Training pipeline observability", r.training)
	t.Run("drl-trading-common: Shared telemetry utilities", r.common)
}

// training: the job has ended, and all of it has arrived: the run with its episodes, the request to ingest with ingest's
// own spans below it, and the metrics, which were pushed as it ended.
func (r *run) training(t *testing.T) {
	var tr backend.Trace
	stacktest.Eventually(t, "the trace of the training run", func() bool {
		traces, _, err := r.Jaeger.Traces(t.Context(), trading.Name("training"))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(traces, func(tr backend.Trace) bool {
			_, run := tr.Span(trading.Name("training"), "training.run")
			_, read := tr.Span(trading.Name("ingest"), "SELECT trading")
			return run && read
		})
		if i >= 0 {
			tr = traces[i]
		}
		return i >= 0
	})
	byID := map[string]backend.Span{}
	for _, s := range tr.Spans {
		byID[s.SpanID] = s
	}
	episodes, remote := 0, 0
	for _, s := range tr.Spans {
		parent := byID[s.Parent()]
		switch {
		case s.OperationName == "training.episode" && parent.OperationName == "training.run":
			episodes++
		case s.OperationName == "GET /ticks" && parent.OperationName == "GET" && tr.Service(parent) == trading.Name("training"):
			remote++
		}
	}
	if episodes != 20 || remote == 0 {
		t.Errorf("%d episodes of 20 below the run, %d of ingest's answers below the requests\n%s", episodes, remote, tr.Tree())
	}
	r.reach(t, map[string]float64{`sum(drl_training_episodes_total{algorithm="reinforce"})`: 20})
	// The price only rises, so every position that is long earns; by then most are.
	if reward := r.value(t, `drl_training_reward_ratio{algorithm="reinforce"}`); reward == 0 {
		t.Errorf("reward of the last episode is %v", reward)
	}
	container, err := r.Stack.Container(t.Context(), "training")
	if err != nil {
		t.Fatal(err)
	}
	stacktest.Eventually(t, "the job to end well", func() bool {
		state, err := container.State(t.Context())
		return err == nil && !state.Running && state.ExitCode == 0
	})
}

// common: what the shared package gives is the same in all five.
func (r *run) common(t *testing.T) {
	for _, service := range trading.Services {
		traces, _, err := r.Jaeger.Traces(t.Context(), trading.Name(service))
		if err != nil {
			t.Fatal(err)
		}
		ours := slices.ContainsFunc(traces, func(tr backend.Trace) bool {
			return slices.ContainsFunc(tr.Spans, func(s backend.Span) bool {
				return tr.Service(s) == trading.Name(service) && s.Tag("otel.scope.name") == "drl_trading_common"
			})
		})
		if !ours {
			t.Errorf("%s has no span of the shared package", service)
		}
	}
}
