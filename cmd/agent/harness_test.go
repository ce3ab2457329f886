package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/filter"
	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// backendServer is an OTLP/gRPC backend that keeps what it gets, encoded. fail,
// when set, is asked first and its error answered.
type backendServer struct {
	addr string
	srv  *grpc.Server

	mu      sync.Mutex
	fail    func() error
	traces  []ptrace.Traces
	metrics []pmetric.Metrics
	logs    []plog.Logs
}

// newBackend serves on addr, or on a free port when it is "".
func newBackend(t *testing.T, addr string) *backendServer {
	t.Helper()
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	b := &backendServer{addr: l.Addr().String(), srv: grpc.NewServer()}
	ptraceotlp.RegisterGRPCServer(b.srv, &traceServer{backendServer: b})
	pmetricotlp.RegisterGRPCServer(b.srv, &metricServer{backendServer: b})
	plogotlp.RegisterGRPCServer(b.srv, &logServer{backendServer: b})
	go b.srv.Serve(l)
	t.Cleanup(b.srv.Stop)
	return b
}

func (b *backendServer) take(keep func()) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		if err := b.fail(); err != nil {
			return err
		}
	}
	keep()
	return nil
}

type traceServer struct {
	ptraceotlp.UnimplementedGRPCServer
	*backendServer
}

func (s *traceServer) Export(_ context.Context, r ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	return ptraceotlp.NewExportResponse(), s.take(func() { s.traces = append(s.traces, r.Traces()) })
}

type metricServer struct {
	pmetricotlp.UnimplementedGRPCServer
	*backendServer
}

func (s *metricServer) Export(_ context.Context, r pmetricotlp.ExportRequest) (pmetricotlp.ExportResponse, error) {
	return pmetricotlp.NewExportResponse(), s.take(func() { s.metrics = append(s.metrics, r.Metrics()) })
}

type logServer struct {
	plogotlp.UnimplementedGRPCServer
	*backendServer
}

func (s *logServer) Export(_ context.Context, r plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	return plogotlp.NewExportResponse(), s.take(func() { s.logs = append(s.logs, r.Logs()) })
}

// spans counts what has come.
func (b *backendServer) spans() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, td := range b.traces {
		n += td.SpanCount()
	}
	return n
}

// everything is all that has come, encoded one after the other.
func (b *backendServer) everything(t *testing.T) []byte {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []byte
	add := func(enc []byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, enc...)
	}
	for _, d := range b.traces {
		add(new(ptrace.ProtoMarshaler).MarshalTraces(d))
	}
	for _, d := range b.metrics {
		add(new(pmetric.ProtoMarshaler).MarshalMetrics(d))
	}
	for _, d := range b.logs {
		add(new(plog.ProtoMarshaler).MarshalLogs(d))
	}
	return out
}

// testAgent is an agent that runs in this process.
type testAgent struct {
	*agent
	log *testkit.Buffer
}

// freePorts is prepended to every test's configuration: no port is fixed.
const freePorts = `
receive: {protocols: {grpc: {endpoint: "127.0.0.1:0"}, http: {endpoint: "127.0.0.1:0"}}}
admin: {endpoint: "127.0.0.1:0", metrics: {endpoint: "127.0.0.1:0"}}
shutdown: {linger: 0s, deadline: 10s}
`

// start runs an agent whose configuration is freePorts and yaml, until the test
// ends or stop is called.
func start(t *testing.T, yaml string) *testAgent {
	t.Helper()
	a := build(t, yaml)
	if err := a.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.end(t) })
	return a
}

func build(t *testing.T, yaml string) *testAgent {
	t.Helper()
	file := filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(file, []byte(freePorts+yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(config.Source{File: file, Sets: []string{"export.prometheus.scrape.endpoint=127.0.0.1:0"}},
		config.Allowed{Detectors: filter.DetectorNames()})
	if err != nil {
		t.Fatal(err)
	}
	log := new(testkit.Buffer)
	a, err := newAgent(cfg, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	return &testAgent{agent: a, log: log}
}

// end stops the agent, once.
func (a *testAgent) end(t *testing.T) {
	t.Helper()
	if a.agent == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), a.cfg.Shutdown.Deadline)
	defer cancel()
	if err := a.stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
	for _, r := range a.ledger.Snapshot() {
		if r.Unaccounted != 0 || r.Pending != 0 {
			t.Errorf("at exit: %+v", r)
		}
	}
	a.agent = nil
}

// get returns the body of a GET to one of the agent's endpoints.
func (a *testAgent) get(t *testing.T, endpoint, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+a.addresses()[endpoint]+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, text := answer(t, req)
	return text
}

// post sends body to the HTTP receiver and returns the status and the answer.
func (a *testAgent) post(t *testing.T, path, contentType string, body []byte) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+a.addresses()["otlp_http"]+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	return answer(t, req)
}

// answer sends a request and returns the status and the body.
func answer(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// client returns a connection to the gRPC receiver.
func (a *testAgent) client(t *testing.T) *grpc.ClientConn {
	t.Helper()
	return dial(t, a.addresses()["otlp_grpc"])
}

func dial(t *testing.T, addr string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func (a *testAgent) sendTraces(t *testing.T, td ptrace.Traces) {
	t.Helper()
	sendTo(t, a.addresses()["otlp_grpc"], td)
}

func sendTo(t *testing.T, addr string, td ptrace.Traces) {
	t.Helper()
	if _, err := ptraceotlp.NewGRPCClient(dial(t, addr)).Export(t.Context(), ptraceotlp.NewExportRequestFromTraces(td)); err != nil {
		t.Fatal(err)
	}
}

// makeSpans returns n traces of one local root each; edit may change each.
func makeSpans(n int, edit func(i int, s ptrace.Span)) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "orders")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	for i := range n {
		s := spans.AppendEmpty()
		s.SetTraceID([16]byte{1, byte(i >> 16), byte(i >> 8), byte(i), 15: 1, 9: byte(i * 37), 10: byte(i * 101)})
		s.SetSpanID([8]byte{2, byte(i >> 16), byte(i >> 8), byte(i)})
		s.SetName("GET /orders")
		s.SetKind(ptrace.SpanKindServer)
		s.SetStartTimestamp(1_000_000_000)
		s.SetEndTimestamp(1_010_000_000)
		if edit != nil {
			edit(i, s)
		}
	}
	return td
}

func contains(t *testing.T, where, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%s does not contain %q:\n%s", where, want, text)
	}
}
