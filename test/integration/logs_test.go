package integration

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

// logDestination is the Collector's otlpreceiver, run by the test.
type logDestination struct {
	port string
	mu   sync.Mutex
	text strings.Builder
	n    int
}

func newLogDestination(t *testing.T) *logDestination {
	t.Helper()
	d := new(logDestination)
	l, err := net.Listen("tcp", "0.0.0.0:0") // the agent's container comes over Docker's bridge
	if err != nil {
		t.Fatal(err)
	}
	_, d.port, _ = net.SplitHostPort(l.Addr().String())
	l.Close()

	factory := otlpreceiver.NewFactory()
	cfg := factory.CreateDefaultConfig()
	settings := map[string]any{"protocols": map[string]any{"grpc": map[string]any{"endpoint": "0.0.0.0:" + d.port}}}
	if err := confmap.NewFromStringMap(settings).Unmarshal(cfg); err != nil {
		t.Fatal(err)
	}
	sink, err := consumer.NewLogs(d.take)
	if err != nil {
		t.Fatal(err)
	}
	r, err := factory.CreateLogs(t.Context(), receiver.Settings{
		ID: component.NewID(factory.Type()), TelemetrySettings: componenttest.NewNopTelemetrySettings(),
	}, cfg, sink)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context(), componenttest.NewNopHost()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Shutdown(context.Background()) })
	return d
}

func (d *logDestination) take(_ context.Context, ld plog.Logs) error {
	b, err := new(plog.JSONMarshaler).MarshalLogs(ld)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.text.Write(b)
	d.n += ld.LogRecordCount()
	return nil
}

// all returns every record as OTLP JSON, and their number.
func (d *logDestination) all() (text string, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String(), d.n
}
