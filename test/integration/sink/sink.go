// Package sink is a destination of OTLP that a test runs itself: the Collector's otlpreceiver, on a port of all addresses,
// as containers come over Docker's bridge. It keeps what came, as OTLP JSON, until the test ends.
package sink

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
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
)

// Sink takes logs and traces over gRPC.
type Sink struct {
	Port string

	logs, traces received
}

// received is what came of one signal.
type received struct {
	mu   sync.Mutex
	text strings.Builder
	n    int
}

// New starts a sink that ends with the test.
func New(t *testing.T) *Sink {
	t.Helper()
	s := new(Sink)
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	_, s.Port, _ = net.SplitHostPort(l.Addr().String())
	l.Close()

	factory := otlpreceiver.NewFactory()
	cfg := factory.CreateDefaultConfig()
	settings := map[string]any{"protocols": map[string]any{"grpc": map[string]any{"endpoint": "0.0.0.0:" + s.Port}}}
	if err := confmap.NewFromStringMap(settings).Unmarshal(cfg); err != nil {
		t.Fatal(err)
	}
	set := receiver.Settings{ID: component.NewID(factory.Type()), TelemetrySettings: componenttest.NewNopTelemetrySettings()}
	logs, err := consumer.NewLogs(s.takeLogs)
	if err != nil {
		t.Fatal(err)
	}
	traces, err := consumer.NewTraces(s.takeTraces)
	if err != nil {
		t.Fatal(err)
	}
	r, err := factory.CreateLogs(t.Context(), set, cfg, logs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := factory.CreateTraces(t.Context(), set, cfg, traces); err != nil { // the same receiver: one for each configuration
		t.Fatal(err)
	}
	if err := r.Start(t.Context(), componenttest.NewNopHost()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Shutdown(context.Background()) })
	return s
}

func (s *Sink) takeLogs(_ context.Context, ld plog.Logs) error {
	b, err := new(plog.JSONMarshaler).MarshalLogs(ld)
	s.logs.add(b, ld.LogRecordCount())
	return err
}

func (s *Sink) takeTraces(_ context.Context, td ptrace.Traces) error {
	b, err := new(ptrace.JSONMarshaler).MarshalTraces(td)
	s.traces.add(b, td.SpanCount())
	return err
}

// Logs returns every log record as OTLP JSON, and their number.
func (s *Sink) Logs() (text string, n int) { return s.logs.all() }

// Traces returns every span as OTLP JSON, and their number.
func (s *Sink) Traces() (text string, n int) { return s.traces.all() }

func (r *received) add(b []byte, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.Write(b)
	r.n += n
}

func (r *received) all() (text string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String(), r.n
}
