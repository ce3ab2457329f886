package integration

import (
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
)

// query returns the value of an instant query that has one result, -1 without.
func (r *running) query(t *testing.T, expr string) float64 {
	t.Helper()
	v, there, err := backend.Prometheus{URL: r.prometheus}.Value(t.Context(), expr)
	if err != nil {
		t.Fatal(err)
	}
	if !there {
		return -1
	}
	return v
}

// everySeries is all that Prometheus would tell: names, labels, help, exemplars.
func (r *running) everySeries(t *testing.T) string {
	t.Helper()
	text, err := backend.Prometheus{URL: r.prometheus}.Everything(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return text
}
