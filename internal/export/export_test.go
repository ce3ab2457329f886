package export

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// agent is a delivery log and an Exporter over it.
type agent struct {
	log    *store.DeliveryLog
	book   *book
	text   *testkit.Buffer
	export *Exporter
	sent   int
	once   sync.Once
}

// quick retries soon, so that tests don't wait.
func quick() Retry { return Retry{Initial: 2 * time.Millisecond, Max: 20 * time.Millisecond} }

func grpcTo(addr string) Destination {
	return Destination{
		Name: "jaeger", Protocol: GRPC, Signals: []otlp.Signal{otlp.Traces}, Retry: quick(),
		Settings: map[string]any{"endpoint": addr, "tls": map[string]any{"insecure": true}},
	}
}

func httpTo(addr string) Destination {
	return Destination{
		Name: "prometheus", Protocol: HTTP, Signals: []otlp.Signal{otlp.Traces}, Retry: quick(),
		Settings: map[string]any{"endpoint": "http://" + addr + "/api/v1/otlp"},
	}
}

func startAgent(t *testing.T, destinations ...Destination) *agent {
	t.Helper()
	a := &agent{book: &book{}, text: &testkit.Buffer{}}
	a.log = newLog(t, a.book)
	logged := map[string]*store.Destination{}
	for _, d := range destinations {
		logged[d.Name] = a.log.Destination(d.Name, d.Signals, 0)
	}
	e, err := New(Options{
		Destinations: destinations, Accounts: a.book, Version: "test",
		Logger: slog.New(slog.NewTextHandler(a.text, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Cursor: func(name string, sig otlp.Signal) Cursor { return logged[name].Cursor(sig) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.export = e
	t.Cleanup(func() { a.drain(t, 0) })
	return a
}

// send appends n requests of one span each, with names that never repeat.
func (a *agent) send(t *testing.T, n int) {
	t.Helper()
	for range n {
		a.sent++
		td := traces(1, 10)
		b := bytes.Replace(td, []byte("0000000000"), []byte(fmt.Sprintf("%010d", a.sent)), 1)
		if err := a.log.Append(otlp.Traces, 1, b); err != nil {
			t.Fatal(err)
		}
	}
}

// drain stops the agent within d, and expects that no telemetry and nothing that
// a backend said was logged.
func (a *agent) drain(t *testing.T, d time.Duration) {
	t.Helper()
	a.once.Do(func() {
		a.log.Close()
		ctx, cancel := context.WithTimeout(context.Background(), d)
		defer cancel()
		if err := a.export.Drain(ctx); err != nil {
			t.Error(err)
		}
		if strings.Contains(a.text.String(), "4111") {
			t.Errorf("logged what a backend said:\n%s", a.text)
		}
	})
}

func (a *agent) expect(t *testing.T, want map[string]int) {
	t.Helper()
	a.book.expect(t, want)
}

func TestExporter_DownThenUpLosesNothing(t *testing.T) {
	for _, tt := range []struct {
		name        string
		destination func(string) Destination
		serve       func(*backend, testing.TB, string) (string, func())
	}{
		{"grpc", grpcTo, func(b *backend, t testing.TB, a string) (string, func()) { return b.serveGRPC(t, a) }},
		{"http", httpTo, (*backend).serveHTTP},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, addr := newBackend(), freeAddress(t)
			a := startAgent(t, tt.destination(addr))
			a.send(t, 50)
			is := func(s State) func() bool { return func() bool { return a.export.Status()[0].Signals[0].State == s } }
			testkit.Eventually(t, "it is down", is(Down))

			_, stop := tt.serve(b, t, addr)
			testkit.Eventually(t, "it is up", is(Up))
			stop()
			a.send(t, 50)
			testkit.Eventually(t, "it is down again", is(Down))
			tt.serve(b, t, addr)
			a.drain(t, 30*time.Second)

			a.expect(t, map[string]int{"delivered": 100})
			if n := b.received(); n != 100 {
				t.Errorf("the backend has %d spans of 100", n)
			}
			for _, msg := range []string{"destination is down", "destination is up again"} {
				if n := strings.Count(a.text.String(), msg); n != 2 {
					t.Errorf("%d times %q in the log, want 2:\n%s", n, msg, a.text)
				}
			}
		})
	}
}

func TestExporter_SlowDestinationDoesNotSlowAnother(t *testing.T) {
	slow, fast := newBackend(), newBackend()
	stuck := make(chan struct{})
	slow.grpc = func(int) (int64, error) { <-stuck; return 0, nil }
	slowAddr, _ := slow.serveGRPC(t, "127.0.0.1:0")
	fastAddr, _ := fast.serveHTTP(t, "127.0.0.1:0")
	a := startAgent(t, grpcTo(slowAddr), httpTo(fastAddr))
	a.send(t, 200)
	testkit.Eventually(t, "the fast one has all", func() bool { return fast.received() == 200 })
	close(stuck)
	a.drain(t, 30*time.Second)
	a.expect(t, map[string]int{"delivered": 400})
}

func TestExporter_BackendAnswers(t *testing.T) {
	code := func(c codes.Code) func(int) (int64, error) {
		return func(int) (int64, error) { return 0, status.Error(c, "secret 4111111111111111") }
	}
	once := func(err error) func(int) (int64, error) {
		return func(n int) (int64, error) {
			if n == 1 {
				return 0, err
			}
			return 0, nil
		}
	}
	httpCode := func(c int, header ...string) func(int, http.ResponseWriter) bool {
		return func(n int, w http.ResponseWriter) bool {
			if n > 1 {
				return false
			}
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(c)
			_, _ = w.Write([]byte("secret 4111111111111111"))
			return true
		}
	}
	for _, tt := range []struct {
		name string
		grpc func(int) (int64, error)
		http func(int, http.ResponseWriter) bool
		want map[string]int
		code string
	}{
		{name: "grpc partial success", grpc: func(int) (int64, error) { return 4, nil }, want: map[string]int{"delivered": 6, ReasonRejected: 4}},
		{name: "grpc invalid", grpc: code(codes.InvalidArgument), want: map[string]int{ReasonRejected: 10}, code: "invalid_argument"},
		{name: "grpc unauthenticated", grpc: code(codes.Unauthenticated), want: map[string]int{ReasonRejected: 10}, code: "unauthenticated"},
		{name: "grpc quota", grpc: code(codes.ResourceExhausted), want: map[string]int{ReasonRejected: 10}, code: "resource_exhausted"},
		{name: "grpc aborted once", grpc: once(status.Error(codes.Aborted, "secret 4111111111111111")), want: map[string]int{"delivered": 10}, code: "aborted"},
		{name: "grpc retry later", grpc: once(retryLater(30 * time.Millisecond)), want: map[string]int{"delivered": 10}, code: "unavailable"},
		{name: "http partial success", http: func(_ int, w http.ResponseWriter) bool {
			w.Header().Set("Content-Type", "application/x-protobuf")
			_, _ = w.Write([]byte("\x0a\x17\x08\x04\x12\x13secret 411111111111"))
			return true
		}, want: map[string]int{"delivered": 6, ReasonRejected: 4}},
		{name: "http unreadable answer", http: httpCode(200, "Content-Type", "application/x-protobuf"), want: map[string]int{"delivered": 10}},
		{name: "http 400", http: httpCode(400), want: map[string]int{ReasonRejected: 10}, code: "http_400"},
		{name: "http 500", http: httpCode(500), want: map[string]int{ReasonRejected: 10}, code: "http_500"},
		{name: "http 413", http: httpCode(413), want: map[string]int{"delivered": 10}, code: "http_413"},
		{name: "http 429", http: httpCode(429), want: map[string]int{"delivered": 10}, code: "http_429"},
		{name: "http 503", http: httpCode(503, "Retry-After", "0"), want: map[string]int{"delivered": 10}, code: "http_503"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend()
			b.grpc, b.http = tt.grpc, tt.http
			var d Destination
			if tt.http != nil {
				addr, _ := b.serveHTTP(t, "127.0.0.1:0")
				d = httpTo(addr)
			} else {
				addr, _ := b.serveGRPC(t, "127.0.0.1:0")
				d = grpcTo(addr)
			}
			a := startAgent(t, d)
			if err := a.log.Append(otlp.Traces, 10, traces(10, 10)); err != nil {
				t.Fatal(err)
			}
			a.drain(t, 30*time.Second)
			a.expect(t, tt.want)
			if tt.code != "" {
				failures := a.export.metrics.failures.WithLabelValues(d.Name, "traces", tt.code)
				if n := testutil.ToFloat64(failures); n != 1 {
					t.Errorf("%v failures %s, want 1", n, tt.code)
				}
			}
			if tt.http != nil && b.url["/api/v1/otlp/v1/traces"] != b.requests {
				t.Errorf("requested %v", b.url)
			}
		})
	}
}

func TestExporter_StartNamesTheDestinationThatCant(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	bad := grpcTo("127.0.0.1:1")
	bad.Name, bad.Settings = "second", map[string]any{"endpoint": "127.0.0.1:1", "tls": map[string]any{"ca_file": file}}
	e, err := New(Options{
		Destinations: []Destination{grpcTo("127.0.0.1:1"), bad},
		Cursor:       func(string, otlp.Signal) Cursor { return newQueue() }, Accounts: &book{},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil { // after it was checked
		t.Fatal(err)
	}
	if err := e.Start(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "start destination second: ") {
		t.Errorf("Start = %v", err)
	}
	if err := e.Drain(t.Context()); err != nil {
		t.Errorf("Drain of what never started: %v", err)
	}
}

func TestExporter_RequestOverTheServersLimitIsSplit(t *testing.T) {
	b := newBackend()
	addr, _ := b.serveGRPC(t, "127.0.0.1:0", grpc.MaxRecvMsgSize(20_000))
	a := startAgent(t, grpcTo(addr))
	if err := a.log.Append(otlp.Traces, 101, merge(traces(100, 1000), traces(1, 50_000))); err != nil {
		t.Fatal(err)
	}
	a.drain(t, 30*time.Second)
	a.expect(t, map[string]int{"delivered": 100, ReasonTooLarge: 1})
	if n := b.received(); n != 100 {
		t.Errorf("the backend has %d spans of 100", n)
	}
}

func TestExporter_ShutdownCountsWhatIsLeft(t *testing.T) {
	a := startAgent(t, grpcTo(freeAddress(t)))
	a.send(t, 30)
	began := time.Now()
	a.drain(t, 50*time.Millisecond)
	a.expect(t, map[string]int{ReasonShutdown: 30})
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestExporter_BytesThatAreNoRequest(t *testing.T) {
	b := newBackend()
	grpcAddr, _ := b.serveGRPC(t, "127.0.0.1:0")
	httpAddr, _ := b.serveHTTP(t, "127.0.0.1:0")
	for _, tt := range []struct {
		d    Destination
		want string
	}{
		{grpcTo(grpcAddr), ReasonRejected}, // by the server's codec
		{httpTo(httpAddr), ReasonFault},
	} {
		a := startAgent(t, tt.d)
		if err := a.log.Append(otlp.Traces, 3, []byte("\x0a\x7f4111111111111111")); err != nil {
			t.Fatal(err)
		}
		a.drain(t, 30*time.Second)
		a.expect(t, map[string]int{tt.want: 3})
	}
}
