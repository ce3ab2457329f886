package integration

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// checkExemplars follows each exemplar on the scrape page to its trace in Jaeger.
func (r *running) checkExemplars(t *testing.T) {
	exemplar := regexp.MustCompile(`# \{.*trace_id="([0-9a-f]{32})"`)
	seen := map[string]bool{}
	for _, m := range exemplar.FindAllStringSubmatch(r.openMetrics(t), -1) {
		seen[m[1]] = true
	}
	if len(seen) == 0 {
		t.Error("the scrape page shows no exemplar")
	}
	for id := range seen {
		stacktest.Eventually(t, "trace "+id+" of an exemplar in Jaeger", func() bool {
			tr, err := backend.Jaeger{URL: r.jaeger}.Trace(t.Context(), id)
			return err == nil && len(tr.Spans) > 0
		})
	}
	t.Logf("followed %d exemplars", len(seen))
}

// openMetrics is the scrape page in the format that has exemplars.
func (r *running) openMetrics(t *testing.T) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.scrape+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	return stacktest.Answer(t, req)
}
