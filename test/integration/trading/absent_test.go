package trading_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/trading"
)

// TestAbsentRemembersTraining: a stack that has run for a while still has the metrics of the job that has ended.
func TestAbsentRemembersTraining(t *testing.T) {
	var asked []string
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("query"))
		_, _ = io.WriteString(w, `{"status":"success","data":{"result":[{"value":[1,"5"]}]}}`)
	}))
	defer prometheus.Close()
	p := &trading.Platform{Prometheus: backend.Prometheus{URL: prometheus.URL}}
	for _, name := range []string{"a_total", `b_total{code="x"}`} {
		if absent, err := p.Absent(t.Context(), trading.KeyMetric{Name: name, Jobs: 5}); absent != "" || err != nil {
			t.Errorf("%s: %q, %v", name, absent, err)
		}
	}
	want := []string{
		`count(count by (job) (a_total or last_over_time(a_total{job="drl-trading/drl-trading-training",}[1d])))`,
		`count(count by (job) (b_total{code="x"} or last_over_time(b_total{job="drl-trading/drl-trading-training",code="x"}[1d])))`,
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}
