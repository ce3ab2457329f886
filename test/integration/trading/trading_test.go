package trading_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/seeded"
	"github.com/drl-trading/telemetry-agent/test/integration/sink"
	"github.com/drl-trading/telemetry-agent/test/integration/stack"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
	"github.com/drl-trading/telemetry-agent/test/integration/trading"
)

// history is how many ticks training waits for.
const history = 40

// run is the one stack of the tests, and what they sent to it.
type run struct {
	*trading.Platform
	destination *sink.Sink    // of the logs signal, and of traces once that is configured
	customer    seeded.Values // whom the careless code knows
	price       float64       // of the last tick; it only rises, so that the policy always buys
	taken       int           // ticks that ingest has taken since the services started
	env         map[string]string
}

// TestTrading brings the platform up once. Its subtests are the rows of the epic's lists, in the order in which they
// stand there; each acts and asks the backends what came of it.
func TestTrading(t *testing.T) {
	r := up(t)
	for range history {
		r.tick(t)
	}
	r.settle(t)
	t.Run("services", r.services)
	t.Run("acceptance", r.acceptance)
	t.Run("metrics", r.metrics)
	t.Run("secrets", r.secrets)
	t.Run("configuration", r.configuration) // last, as it starts the services anew
}

func up(t *testing.T) *run {
	t.Helper()
	destination := sink.New(t)
	env := map[string]string{
		"STACK_LOGS_EXPORTER": "otlp", "STACK_METRIC_INTERVAL": "1000", "STACK_TRAINING_TICKS": strconv.Itoa(history),
		"STACK_LOAD_RATE":    "0", // the test is the market
		"STACK_AGENT_CONFIG": stacktest.ConfigFile(t, withDestination(t, destination.Port, "logs")),
	}
	for _, port := range []string{"INGEST", "PREPROCESSING", "INFERENCE", "EXECUTION", "EXCHANGE", "JAEGER", "PROMETHEUS"} {
		env["STACK_"+port+"_PORT"] = "0"
	}
	r := &run{destination: destination, customer: trading.Customer(), price: 1, env: env}
	s, err := stack.New(stack.Options{
		Project: "trading-test-" + seeded.Hex(4), Env: env,
		Files: []string{"../../../deploy/compose/drl-trading.yaml", "testdata/override.yaml"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, service := range trading.Services {
		all = append(all, service, service+"-agent")
	}
	stacktest.RemoveAtEnd(t, s, all...)
	r.start(t, s)
	return r
}

// withDestination is the agents' configuration as it is deployed, with one more destination of the signals. The agents
// go on for a second only after they are told to stop, as no service is left then.
func withDestination(t *testing.T, port, signals string) string {
	t.Helper()
	deployed, err := os.ReadFile("../../../deploy/compose/drl-trading-agent.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(deployed), "\nexport:\n", `
shutdown: {linger: 1s}
export:
  otlp:
    - {name: test, endpoint: "otlp-destination:`+port+`", tls: {insecure: true}, signals: [`+signals+`]}
`, 1)
}

// start starts what doesn't run or is configured anew, and finds where it listens.
func (r *run) start(t *testing.T, s *stack.Stack) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	if err := s.Up(ctx); err != nil {
		t.Fatal(err)
	}
	p, err := trading.Open(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	r.Platform, r.taken = p, 0
}

// tick sends a tick that is worth an order, which ingest must take.
func (r *run) tick(t *testing.T) trading.Sent {
	t.Helper()
	return r.send(t, nil, 202)
}

// send sends a tick, to which ingest must answer the status.
func (r *run) send(t *testing.T, customer seeded.Values, status int) trading.Sent {
	t.Helper()
	r.price *= 1.001
	sent, err := r.Tick(t.Context(), r.price, customer)
	if err != nil {
		t.Fatal(err)
	}
	if sent.Status != status {
		t.Fatalf("ingest answers a tick with %d, want %d", sent.Status, status)
	}
	if status == 202 {
		r.taken++
	}
	return sent
}

func (r *run) fault(t *testing.T, service, name, value string) {
	t.Helper()
	if err := r.SetFault(t.Context(), service, name, value); err != nil {
		t.Fatal(err)
	}
}

// value returns the value of an instant query, 0 without any.
func (r *run) value(t *testing.T, expr string) float64 {
	t.Helper()
	v, _, err := r.Prometheus.Value(t.Context(), expr)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// settle waits until every stage has counted every tick that was taken, so that no late count is taken for a new one.
func (r *run) settle(t *testing.T) {
	t.Helper()
	r.reach(t, map[string]float64{
		`sum(http_server_request_duration_seconds_count{http_request_method="POST", http_route="/ticks", http_response_status_code="202"})`: float64(r.taken),
		`sum(messaging_process_duration_seconds_count{messaging_destination_name="trading.ticks", outcome="ok"})`:                           float64(r.taken),
		`sum(messaging_process_duration_seconds_count{messaging_destination_name="trading.features", outcome="ok"})`:                        float64(r.taken),
		`sum(messaging_process_duration_seconds_count{messaging_destination_name="trading.predictions", outcome="ok"})`:                     float64(r.taken),
	})
}

// reach waits until each expression has exactly its value.
func (r *run) reach(t *testing.T, want map[string]float64) {
	t.Helper()
	for expr, value := range want {
		var got float64
		stacktest.EventuallyElse(t, func() string { return fmt.Sprintf("%s is %v, want %v", expr, got, value) }, func() bool {
			got = r.value(t, expr)
			return got == value
		})
	}
}

// moves acts and waits until each expression has grown by exactly what is said.
func (r *run) moves(t *testing.T, by map[string]float64, act func()) {
	t.Helper()
	r.settle(t)
	want := map[string]float64{}
	for expr, growth := range by {
		want[expr] = r.value(t, expr) + growth
	}
	act()
	r.reach(t, want)
}

// trace waits for a whole way from tick to trade.
func (r *run) trace(t *testing.T, id string) backend.Trace {
	t.Helper()
	var tr backend.Trace
	var missing []string
	stacktest.EventuallyElse(t, func() string { return fmt.Sprintf("trace %s: %q\n%s", id, missing, tr.Tree()) }, func() bool {
		var err error
		if tr, err = r.Jaeger.Trace(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		missing = trading.Missing(tr, trading.All)
		return len(missing) == 0
	})
	return tr
}
