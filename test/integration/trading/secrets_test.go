package trading_test

import (
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
	"github.com/drl-trading/telemetry-agent/test/integration/trading"
)

// secrets sends a tick of a customer whose data careless code of all four services puts everywhere, waits until what that
// code wrote has arrived, and looks for the data wherever the agents write to.
func (r *run) secrets(t *testing.T) {
	sent := r.send(t, r.customer, 202)
	tr := r.trace(t, sent.TraceID)
	stacktest.Eventually(t, "the careless spans of four services", func() bool {
		var err error
		if tr, err = r.Jaeger.Trace(t.Context(), sent.TraceID); err != nil {
			t.Fatal(err)
		}
		return careless(tr) == 4
	})
	r.settle(t)
	stacktest.Eventually(t, "the careless metrics", func() bool { return r.value(t, `count(count by (job) (careless_checks_total))`) == 4 })
	stacktest.Eventually(t, "the careless log records", func() bool {
		text, _ := r.destination.Logs()
		return strings.Count(text, sent.TraceID) >= 4*len(r.customer)
	})
	places, err := r.Places(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	places["the destination of logs"], _ = r.destination.Logs()
	for place, text := range places {
		t.Run(place, func(t *testing.T) {
			if text == "" {
				t.Fatal("nothing is there")
			}
			for _, leak := range r.customer.Leaks(text) {
				t.Errorf("holds %s", leak)
			}
		})
	}
}

// careless counts the services that have a span of trading.careless with an exception and a statement.
func careless(tr backend.Trace) (n int) {
	for _, service := range trading.Services {
		for _, s := range tr.Spans {
			if tr.Service(s) == trading.Name(service) && s.Tag("otel.scope.name") == "trading.careless" && len(s.Logs) >= 2 {
				n++
			}
		}
	}
	return n
}
