package export

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"

	"github.com/drl-trading/telemetry-agent/internal/bridge"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// collector is the Collector's own OTLP receiver, which counts items.
type collector struct {
	grpc, http string // addresses
	items      [otlp.NumSignals]atomic.Int64
}

func startCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{grpc: freeAddress(t), http: freeAddress(t)}
	f := otlpreceiver.NewFactory()
	cfg := f.CreateDefaultConfig()
	err := confmap.NewFromStringMap(map[string]any{"protocols": map[string]any{
		"grpc": map[string]any{"endpoint": c.grpc}, "http": map[string]any{"endpoint": c.http},
	}}).Unmarshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	set := receiver.Settings{ID: component.NewID(f.Type()), TelemetrySettings: bridge.Telemetry(slog.New(slog.DiscardHandler))}
	ctx := context.Background()
	traces := must(consumer.NewTraces(func(_ context.Context, td ptrace.Traces) error {
		c.items[otlp.Traces].Add(int64(td.SpanCount()))
		return nil
	}))
	metrics := must(consumer.NewMetrics(func(_ context.Context, md pmetric.Metrics) error {
		c.items[otlp.Metrics].Add(int64(md.DataPointCount()))
		return nil
	}))
	logs := must(consumer.NewLogs(func(_ context.Context, ld plog.Logs) error {
		c.items[otlp.Logs].Add(int64(ld.LogRecordCount()))
		return nil
	}))
	for _, r := range []component.Component{
		must(f.CreateTraces(ctx, set, cfg, traces)), must(f.CreateMetrics(ctx, set, cfg, metrics)), must(f.CreateLogs(ctx, set, cfg, logs)),
	} {
		if err := r.Start(ctx, bridge.NewHost(nil)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := r.Shutdown(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	return c
}

// gauges is an encoded request of n datapoints.
func gauges(n int) []byte {
	md := pmetric.NewMetrics()
	points := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptyGauge().DataPoints()
	for i := range n {
		points.AppendEmpty().SetIntValue(int64(i))
	}
	return must((&pmetric.ProtoMarshaler{}).MarshalMetrics(md))
}

// records is an encoded request of n log records.
func records(n int) []byte {
	ld := plog.NewLogs()
	out := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for range n {
		out.AppendEmpty().Body().SetStr("text")
	}
	return must((&plog.ProtoMarshaler{}).MarshalLogs(ld))
}

func TestExporter_EachSignalByEachProtocol(t *testing.T) {
	c := startCollector(t)
	all := []otlp.Signal{otlp.Traces, otlp.Metrics, otlp.Logs}
	byGRPC := Destination{Name: "g", Protocol: GRPC, Signals: all, Retry: quick(),
		Settings: map[string]any{"endpoint": c.grpc, "tls": map[string]any{"insecure": true}, "compression": "zstd"}}
	byHTTP := Destination{Name: "h", Protocol: HTTP, Signals: all, Retry: quick(),
		Settings: map[string]any{"endpoint": "http://" + c.http + "/", "headers": map[string]any{"x-tenant": "a"}}}
	a := startAgent(t, byGRPC, byHTTP)
	for sig, b := range [][]byte{traces(7, 10), gauges(8), records(9)} {
		if err := a.log.Append(otlp.Signal(sig), 7+sig, b); err != nil {
			t.Fatal(err)
		}
	}
	a.drain(t, 30*time.Second)
	a.expect(t, map[string]int{"delivered": 2 * (7 + 8 + 9)})
	for sig := range c.items {
		if got := c.items[sig].Load(); got != int64(2*(7+sig)) {
			t.Errorf("%s: the backend has %d items, want %d", otlp.Signal(sig), got, 2*(7+sig))
		}
	}
}
