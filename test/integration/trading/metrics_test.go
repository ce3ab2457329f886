package trading_test

import (
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

const ticks = 5

// metrics are the rows of "Key Metrics": each acts, and what it did must show in exact numbers.
func (r *run) metrics(t *testing.T) {
	t.Run("Request latency and throughput", r.requests)
	t.Run("Error rates and types", r.errors)
	t.Run("Resource usage (CPU, memory)", r.resources)
	t.Run("Business metrics (trades, predictions)", r.business)
	t.Run("Queue depths and processing times", r.queues)
	t.Run("Feature computation latency and throughput", r.features)
	t.Run("Feast feature store operations performance", r.feast)
	t.Run("Data preprocessing pipeline health", r.health)
}

func (r *run) ticks(t *testing.T, n int) {
	t.Helper()
	for range n {
		r.tick(t)
	}
}

func (r *run) requests(t *testing.T) {
	const taken = `{http_request_method="POST", http_route="/ticks", job="drl-trading/drl-trading-ingest"}`
	before, took := 0.0, 0.0
	r.moves(t, map[string]float64{
		`sum(http_server_request_duration_seconds_count` + taken + `)`:                                                                  ticks,
		`sum(traces_span_metrics_calls_total{span_name="POST /ticks", span_kind="SPAN_KIND_SERVER"})`:                                   ticks,
		`sum(http_client_request_duration_seconds_count{http_request_method="POST", server_address="exchange", job=~".*execution"})`:    ticks,
		`sum(http_server_request_duration_seconds_bucket{http_request_method="POST", http_route="/ticks", job=~".*ingest", le="+Inf"})`: ticks,
	}, func() {
		before = r.value(t, `sum(http_server_request_duration_seconds_sum`+taken+`)`)
		for range ticks {
			took += r.tick(t).Took.Seconds()
		}
	})
	if served := r.value(t, `sum(http_server_request_duration_seconds_sum`+taken+`)`) - before; served <= 0 || served > took {
		t.Errorf("the server took %v s for requests that took their sender %v s", served, took)
	}
}

func (r *run) errors(t *testing.T) {
	const failed = 3
	r.moves(t, map[string]float64{
		`sum(drl_request_errors_total{error_type="OperationalError", job=~".*ingest"})`:                                          failed,
		`sum(http_server_request_duration_seconds_count{http_response_status_code="500", http_route="/ticks", job=~".*ingest"})`: failed,
		`sum(traces_span_metrics_calls_total{span_name="POST /ticks", status_code="STATUS_CODE_ERROR"})`:                         failed,
	}, func() {
		r.fault(t, "ingest", "dead_database", "1")
		for range failed {
			r.send(t, nil, 500)
		}
		r.fault(t, "ingest", "dead_database", "0")
	})
}

func (r *run) resources(t *testing.T) {
	const cpu = `sum(process_cpu_time_seconds_total{job=~".*ingest"})`
	before := r.value(t, cpu)
	r.ticks(t, ticks)
	stacktest.Eventually(t, "ingest to use more CPU time", func() bool { return r.value(t, cpu) > before })
	for expr, limits := range map[string][2]float64{
		`min(process_memory_usage_bytes{job=~"drl-trading/.*"})`:         {10 << 20, 1 << 30},
		`max(process_memory_usage_bytes{job=~"drl-trading/.*"})`:         {10 << 20, 1 << 30},
		`max(process_cpu_utilization_ratio{job=~"drl-trading/.*"})`:      {0, 64},
		`min(process_open_file_descriptor_count{job=~"drl-trading/.*"})`: {3, 1000},
		`min(process_thread_count{job=~"drl-trading/.*"})`:               {2, 100},
	} {
		if v := r.value(t, expr); v < limits[0] || v > limits[1] {
			t.Errorf("%s is %v, want it in %v", expr, v, limits)
		}
	}
}

func (r *run) business(t *testing.T) {
	const rejected = 3
	before, err := r.Trades(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.moves(t, map[string]float64{
		`sum(drl_predictions_total{action="buy", symbol="EURUSD", model_version="1"})`:           ticks + rejected,
		`sum(drl_prediction_duration_seconds_count{model_version="1"})`:                          ticks + rejected,
		`sum(drl_trades_total{side="buy", status="filled", symbol="EURUSD", venue="simulated"})`: ticks,
		`sum(drl_trades_total{status="rejected"})`:                                               rejected,
		`sum(drl_trade_duration_seconds_count{venue="simulated"})`:                               ticks + rejected,
	}, func() {
		r.ticks(t, ticks)
		r.settle(t)
		r.fault(t, "exchange", "rejected_orders", "1")
		r.ticks(t, rejected)
		r.settle(t)
		r.fault(t, "exchange", "rejected_orders", "0")
	})
	after, err := r.Trades(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if filled, refused := after["filled"]-before["filled"], after["rejected"]-before["rejected"]; filled != ticks || refused != rejected {
		t.Errorf("the database has %v trades more and %v rejected, the metrics %d and %d", filled, refused, ticks, rejected)
	}
}

func (r *run) queues(t *testing.T) {
	const waiting = `sum(drl_queue_depth{messaging_destination_name="trading.features"})`
	const seconds = `sum(messaging_process_duration_seconds_sum{messaging_destination_name="trading.features"})`
	before := r.value(t, seconds)
	r.moves(t, map[string]float64{
		`sum(drl_queue_delay_seconds_count{messaging_destination_name="trading.ticks"})`:       2 * ticks,
		`sum(drl_queue_delay_seconds_count{messaging_destination_name="trading.features"})`:    2 * ticks,
		`sum(drl_queue_delay_seconds_count{messaging_destination_name="trading.predictions"})`: 2 * ticks,
	}, func() {
		r.fault(t, "inference", "slow_model", "1")
		r.ticks(t, 2*ticks)
		stacktest.Eventually(t, "messages to wait for the model", func() bool {
			depth := r.value(t, waiting)
			return depth >= 3 && depth <= 2*ticks
		})
		r.fault(t, "inference", "slow_model", "0")
	})
	r.reach(t, map[string]float64{waiting: 0})
	if took := r.value(t, seconds) - before; took < 1 {
		t.Errorf("processing took %v s more, though a message took one at least", took)
	}
}

func (r *run) features(t *testing.T) {
	by := map[string]float64{`sum(drl_features_computed_total{timeframe="tick"})`: 4 * ticks}
	for _, feature := range []string{"last_return", "momentum", "volatility", "strength"} {
		by[`sum(drl_feature_compute_duration_seconds_count{feature="`+feature+`", timeframe="tick"})`] = ticks
	}
	r.moves(t, by, func() { r.ticks(t, ticks) })
	if mean := r.value(t, `sum(drl_feature_compute_duration_seconds_sum) / sum(drl_feature_compute_duration_seconds_count)`); mean <= 0 || mean > 0.1 {
		t.Errorf("a feature takes %v s", mean)
	}
}

func (r *run) feast(t *testing.T) {
	r.moves(t, map[string]float64{
		`sum(drl_feast_operation_duration_seconds_count{operation="write_to_online_store", view="tick_features", outcome="ok"})`: ticks,
		`sum(drl_feast_operation_duration_seconds_count{operation="get_online_features", view="tick_features", outcome="ok"})`:   ticks,
	}, func() { r.ticks(t, ticks) })
	if mean := r.value(t, `sum(drl_feast_operation_duration_seconds_sum{outcome="ok"}) / sum(drl_feast_operation_duration_seconds_count{outcome="ok"})`); mean <= 0 || mean > 5 {
		t.Errorf("an operation takes %v s", mean)
	}
}

func (r *run) health(t *testing.T) {
	r.settle(t)
	r.reach(t, map[string]float64{`drl_preprocess_health_ratio`: 1})
	r.fault(t, "preprocessing", "dead_store", "1")
	r.tick(t)
	r.reach(t, map[string]float64{`drl_preprocess_health_ratio`: 0})
	if failed := r.value(t, `sum(drl_feast_operation_duration_seconds_count{outcome="error", error_type="ConnectionError"})`); failed < 1 {
		t.Errorf("%v operations of the store failed", failed)
	}
	r.fault(t, "preprocessing", "dead_store", "0")
	r.reach(t, map[string]float64{`drl_preprocess_health_ratio`: 1})
	r.settle(t) // the tick's message came again
	if lag := r.value(t, `drl_preprocess_lag_seconds{symbol="EURUSD"}`); lag <= 0 || lag > 60 {
		t.Errorf("the newest tick was %v s old", lag)
	}
}
