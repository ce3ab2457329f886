package integration

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/seeded"
	"github.com/drl-trading/telemetry-agent/test/integration/sink"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

const ratio = 0.4

// agentConfig keeps errors and a part of the rest, and sends logs to the test.
func agentConfig(logPort string) string {
	return fmt.Sprintf(`
enrich:
  attributes:
    - {key: deployment.environment.name, value: "${ENVIRONMENT:-dev}", action: insert}
sample:
  hold: 10s
  grace: 500ms
  rules:
    - {name: health-checks, when: {http_route: [/health]}, keep: never}
    - {name: errors, when: {status: error}, keep: always}
    - {name: baseline, ratio: %v}
export:
  jaeger: {endpoint: "jaeger:4317", tls: {insecure: true}, retry: {initial: 200ms, max: 1s}}
  prometheus: {scrape: {endpoint: "0.0.0.0:9464"}}
  otlp:
    - {name: logs, endpoint: "log-destination:%s", tls: {insecure: true}, signals: [logs]}
admin:
  metrics: {endpoint: "0.0.0.0:8888"}
`, ratio, logPort)
}

// The requests of one run.
const orders, quotes, fails = 40, 160, 6

// TestService runs a Flask service under opentelemetry-instrument with each
// choice of semantic conventions, lets it leak secrets everywhere, and asks
// Jaeger, Prometheus and the log destination what came.
func TestService(t *testing.T) {
	for name, semconv := range map[string]string{"old": "", "new": "http,database", "both": "http/dup,database/dup"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logs := sink.New(t)
			r := up(t, agentConfig(logs.Port), semconv)
			seeded := secrets()
			r.load(t, seeded)
			errors := fails + 2
			stacktest.Eventually(t, "all errors in Jaeger", func() bool {
				traces, _ := r.traces(t)
				return countRule(traces, "errors") >= errors
			})
			// 8 in all: order and quote requests, and one quote for each order and each leaked value.
			calls := float64(orders + quotes + 2*len(seeded))
			stacktest.Eventually(t, "all spans counted in Prometheus", func() bool {
				return r.query(t, `sum(traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER",span_name="GET /quote"})`) == calls
			})
			t.Run("spans", func(t *testing.T) { r.checkSpans(t, errors) })
			t.Run("ratio", func(t *testing.T) { r.checkRatio(t) })
			t.Run("metrics", func(t *testing.T) { r.checkMetrics(t) })
			t.Run("secrets", func(t *testing.T) { r.checkSecrets(t, seeded, logs) })
			t.Run("exemplars", func(t *testing.T) { r.checkExemplars(t) })
			t.Run("ledger", func(t *testing.T) { r.checkLedger(t) })
		})
	}
}

// load sends the requests of one run: plain ones, failing ones, and two that
// leak every secret.
func (r *running) load(t *testing.T, seeded seeded.Values) {
	t.Helper()
	for range orders {
		if body := get(t, r.service+"/orders/1"); !strings.Contains(body, "price") {
			t.Fatalf("order: %s", body)
		}
	}
	for range quotes {
		get(t, r.service+"/quote")
	}
	for range fails {
		get(t, r.service+"/fail")
	}
	values := url.Values{}
	for name, secret := range seeded {
		values.Set(name, secret)
	}
	do(t, http.MethodGet, r.service+"/leak?"+values.Encode(), nil)
	do(t, http.MethodPost, r.service+"/leak", values)
}

func countRule(traces []backend.Trace, rule string) (n int) {
	for _, tr := range traces {
		if tr.Rule() == rule {
			n++
		}
	}
	return n
}

// checkSpans: every error is there, traces are whole, resources are enriched.
func (r *running) checkSpans(t *testing.T, errors int) {
	traces, _ := r.traces(t)
	if n := countRule(traces, "errors"); n != errors {
		t.Errorf("%d traces kept as errors, want %d", n, errors)
	}
	if n := countTraces(traces, "GET /health", "baseline"); n != 0 {
		t.Errorf("%d health checks were kept", n)
	}
	whole := 0
	for _, tr := range traces {
		roots := tr.Roots()
		if len(roots) != 1 {
			t.Errorf("trace %s has %d roots", tr.TraceID, len(roots))
			continue
		}
		if !strings.HasPrefix(roots[0].OperationName, "GET /orders/") {
			continue
		}
		whole++
		checkOrder(t, tr)
	}
	if whole == 0 {
		t.Error("no trace of an order was kept")
	}
}

// checkOrder: an order's trace has its server span, the database call, the
// outgoing request and the server span of that, each below its parent.
func checkOrder(t *testing.T, tr backend.Trace) {
	t.Helper()
	ids, kinds := map[string]bool{}, map[string]int{}
	for _, s := range tr.Spans {
		ids[s.SpanID] = true
		kinds[s.Tag("span.kind")]++
		if s.Tag("db.system")+s.Tag("db.system.name") != "" {
			kinds["database"]++
		}
	}
	for _, s := range tr.Spans {
		for _, ref := range s.References {
			if !ids[ref.SpanID] {
				t.Errorf("trace %s: %s hangs on a span that is not there", tr.TraceID, s.OperationName)
			}
		}
	}
	if kinds["server"] != 2 || kinds["client"] < 2 || kinds["database"] < 1 {
		t.Errorf("trace %s has spans of %v", tr.TraceID, kinds)
	}
	for _, p := range tr.Processes {
		have := map[string]any{}
		for _, tag := range p.Tags {
			have[tag.Key] = tag.Value
		}
		for _, key := range []string{"deployment.environment.name", "service.instance.id", "service.namespace", "telemetry.sdk.language", "host.name"} {
			if have[key] == nil {
				t.Errorf("trace %s: resource has no %s: %v", tr.TraceID, key, have)
			}
		}
	}
}

// checkRatio: the share of kept baseline traces lies within four standard
// deviations of the binomial distribution: one run in 16,000 fails by chance.
func (r *running) checkRatio(t *testing.T) {
	n, want := float64(orders+quotes), float64(orders+quotes)*ratio
	var kept float64
	stacktest.Eventually(t, "baseline traces in Jaeger", func() bool {
		traces, _ := r.traces(t)
		kept = float64(countRule(traces, "baseline"))
		return math.Abs(kept-want) <= 4*math.Sqrt(n*ratio*(1-ratio))
	})
	t.Logf("kept %v of %v", kept, n)
}

// checkMetrics: the service's own metrics are there under Prometheus's names, and
// calls with an error are counted.
func (r *running) checkMetrics(t *testing.T) {
	stacktest.Eventually(t, "failed calls counted", func() bool {
		return r.query(t, `sum(traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER",span_name="GET /fail",status_code="STATUS_CODE_ERROR"})`) == fails
	})
	stacktest.Eventually(t, "durations counted", func() bool {
		return r.query(t, `sum(traces_span_metrics_duration_milliseconds_count{span_name="GET /fail"})`) == fails
	})
	stacktest.Eventually(t, "the service's own metrics", func() bool {
		return r.query(t, `count(count by (__name__) ({__name__=~"http_server_(duration_milliseconds|request_duration_seconds)_count", job="drl-trading/first-service"}))`) >= 1
	})
}

// checkSecrets looks everywhere that the agent writes to.
func (r *running) checkSecrets(t *testing.T, seeded map[string]string, logs *sink.Sink) {
	stacktest.Eventually(t, "logs at their destination", func() bool { text, _ := logs.Logs(); return strings.Contains(text, "looked up") })
	_, raw := r.traces(t)
	text, _ := logs.Logs()
	checkNone(t, seeded, "Jaeger", raw)
	checkNone(t, seeded, "the log destination", text)
	checkNone(t, seeded, "Prometheus", r.everySeries(t))
	checkNone(t, seeded, "the scrape page", get(t, r.scrape+"/metrics"))
	checkNone(t, seeded, "the agent's metrics", get(t, r.metrics+"/metrics"))
	checkNone(t, seeded, "the agent's log", r.logs(t, "agent"))
	checkNone(t, seeded, "/status", r.inPod(t, "http://127.0.0.1:8887/status"))
	checkNone(t, seeded, "/decisions", r.inPod(t, "http://127.0.0.1:8887/decisions"))
}

func (r *running) checkLedger(t *testing.T) {
	stacktest.Eventually(t, "the agent's metrics in Prometheus", func() bool { return r.query(t, `count(agent_unaccounted_items)`) > 0 })
	for _, extreme := range []string{"max(max_over_time", "min(min_over_time"} {
		if v := r.query(t, extreme+`(agent_unaccounted_items[10m]))`); v != 0 {
			t.Errorf("%s of unaccounted items is %v", extreme, v)
		}
	}
	if lost := r.query(t, `sum(agent_ledger_lost_items_total{destination=~"jaeger|logs"})`); lost > 0 {
		t.Errorf("%v items were lost", lost)
	}
}
