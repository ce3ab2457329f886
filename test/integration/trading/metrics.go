package trading

import (
	"context"
	"fmt"
	"strings"
)

// KeyMetric is a metric of the epic's list.
type KeyMetric struct {
	Row  string // of the list
	Name string // as Prometheus shows it
	Jobs int    // how many services have it
}

// KeyMetrics are those that a stack under load shows, without any fault.
var KeyMetrics = []KeyMetric{
	{"Request latency and throughput", "http_server_request_duration_seconds_bucket", 4},
	{"Request latency and throughput", "http_client_request_duration_seconds_bucket", 2},
	{"Request latency and throughput", "traces_span_metrics_calls_total", 5},
	{"Error rates and types", `traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"}`, 4},
	{"Resource usage (CPU, memory)", "process_cpu_time_seconds_total", 5},
	{"Resource usage (CPU, memory)", "process_cpu_utilization_ratio", 5},
	{"Resource usage (CPU, memory)", "process_memory_usage_bytes", 5},
	{"Resource usage (CPU, memory)", "process_open_file_descriptor_count", 5},
	{"Resource usage (CPU, memory)", "cpython_gc_collections_total", 5},
	{"Business metrics (trades, predictions)", "drl_trades_total", 1},
	{"Business metrics (trades, predictions)", "drl_trade_duration_seconds_bucket", 1},
	{"Business metrics (trades, predictions)", "drl_predictions_total", 1},
	{"Business metrics (trades, predictions)", "drl_prediction_duration_seconds_bucket", 1},
	{"Queue depths and processing times", "drl_queue_depth", 3},
	{"Queue depths and processing times", "drl_queue_delay_seconds_bucket", 3},
	{"Queue depths and processing times", "messaging_process_duration_seconds_bucket", 3},
	{"Feature computation latency and throughput", "drl_feature_compute_duration_seconds_bucket", 1},
	{"Feature computation latency and throughput", "drl_features_computed_total", 1},
	{"Feast feature store operations performance", "drl_feast_operation_duration_seconds_bucket", 1},
	{"Data preprocessing pipeline health", "drl_preprocess_health_ratio", 1},
	{"Data preprocessing pipeline health", "drl_preprocess_lag_seconds", 1},
}

// Absent says whether the metric is missing in services that should have it; "" if in none. Training is a job that ends,
// and minutes later its series do: of it, what was there today counts.
func (p *Platform) Absent(ctx context.Context, m KeyMetric) (string, error) {
	ended := "last_over_time(" + ofJob(m.Name, "drl-trading/"+Name("training")) + "[1d])"
	jobs, _, err := p.Prometheus.Value(ctx, "count(count by (job) ("+m.Name+" or "+ended+"))")
	if err != nil || int(jobs) >= m.Jobs {
		return "", err
	}
	return fmt.Sprintf("%s: %v services have %s, want %d", m.Row, jobs, m.Name, m.Jobs), nil
}

// ofJob narrows a series' name, or its name with matchers, to one job.
func ofJob(series, job string) string {
	name, matchers, _ := strings.Cut(strings.TrimSuffix(series, "}"), "{")
	return fmt.Sprintf("%s{job=%q,%s}", name, job, matchers)
}
