package integration

import (
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
)

// traces returns up to 5,000 traces of the service, and the answer as it came.
func (r *running) traces(t *testing.T) (traces []backend.Trace, raw string) {
	t.Helper()
	traces, raw, err := backend.Jaeger{URL: r.jaeger}.Traces(t.Context(), "first-service")
	if err != nil {
		t.Fatal(err)
	}
	return traces, raw
}

// countTraces counts the traces whose root has the name and that the rule kept.
func countTraces(traces []backend.Trace, root, rule string) (n int) {
	for _, tr := range traces {
		if roots := tr.Roots(); len(roots) == 1 && roots[0].OperationName == root && tr.Rule() == rule {
			n++
		}
	}
	return n
}
