package export

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

func TestExporter_Metrics(t *testing.T) {
	b := newBackend()
	addr, _ := b.serveGRPC(t, "127.0.0.1:0")
	a := startAgent(t, grpcTo(addr))
	a.send(t, 1)
	testkit.Eventually(t, "all is delivered", func() bool { return b.received() == 1 })
	a.drain(t, 30*time.Second)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(a.export)
	want := `
# HELP agent_export_pending_bytes Bytes in the delivery log that are neither delivered nor lost.
# TYPE agent_export_pending_bytes gauge
agent_export_pending_bytes{destination="jaeger",signal="traces"} 0
# HELP agent_export_pending_items Items in the delivery log that are neither delivered nor lost.
# TYPE agent_export_pending_items gauge
agent_export_pending_items{destination="jaeger",signal="traces"} 0
# HELP agent_export_oldest_pending_seconds For how long the next record has waited.
# TYPE agent_export_oldest_pending_seconds gauge
agent_export_oldest_pending_seconds{destination="jaeger",signal="traces"} 0
# HELP agent_export_retries_total Requests that are tried again after a failure.
# TYPE agent_export_retries_total counter
agent_export_retries_total{destination="jaeger",signal="traces"} 0
# HELP agent_export_sent_bytes_total Bytes of the requests that the backend took, before compression.
# TYPE agent_export_sent_bytes_total counter
agent_export_sent_bytes_total{destination="jaeger",signal="traces"} 54
# HELP agent_export_sent_items_total Spans, datapoints and log records that the backend took.
# TYPE agent_export_sent_items_total counter
agent_export_sent_items_total{destination="jaeger",signal="traces"} 1
# HELP agent_export_sent_requests_total Requests that the backend took.
# TYPE agent_export_sent_requests_total counter
agent_export_sent_requests_total{destination="jaeger",signal="traces"} 1
# HELP agent_export_up 1 if the last attempt was answered, 0 if it failed, none before the first.
# TYPE agent_export_up gauge
agent_export_up{destination="jaeger",signal="traces"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}
