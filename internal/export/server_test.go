package export

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip" // what the exporter compresses with
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// backend is a real OTLP server on loopback that answers as told.
type backend struct {
	ptraceotlp.UnimplementedGRPCServer

	mu       sync.Mutex
	names    map[string]int // span names received → how often
	requests int
	grpc     func(request int) (rejected int64, err error)
	http     func(request int, w http.ResponseWriter) (answered bool)
	url      map[string]int // paths requested
	discard  bool           // don't look at spans
}

func newBackend() *backend { return &backend{names: map[string]int{}, url: map[string]int{}} }

// Export implements ptraceotlp.GRPCServer.
func (b *backend) Export(_ context.Context, r ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests++
	resp := ptraceotlp.NewExportResponse()
	if b.grpc != nil {
		rejected, err := b.grpc(b.requests)
		if err != nil {
			return resp, err
		}
		if rejected > 0 {
			resp.PartialSuccess().SetRejectedSpans(rejected)
			resp.PartialSuccess().SetErrorMessage("secret 4111111111111111")
		}
	}
	b.take(r)
	return resp, nil
}

// ServeHTTP implements http.Handler.
func (b *backend) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests++
	b.url[req.URL.Path]++
	if b.http != nil && b.http(b.requests, w) {
		return
	}
	body, err := io.ReadAll(req.Body)
	r := ptraceotlp.NewExportRequest()
	if err != nil || r.UnmarshalProto(body) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	b.take(r)
}

// gunzip decompresses request bodies, as OTLP servers do.
func gunzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, err := gzip.NewReader(r.Body)
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			r.Body = body
		}
		next.ServeHTTP(w, r)
	})
}

func (b *backend) take(r ptraceotlp.ExportRequest) {
	if b.discard {
		return
	}
	for _, rs := range r.Traces().ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				b.names[s.Name()]++
			}
		}
	}
}

func (b *backend) received() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.names)
}

// serveGRPC serves b on address ("127.0.0.1:0" for any port) until stop.
func (b *backend) serveGRPC(t testing.TB, address string, opts ...grpc.ServerOption) (addr string, stop func()) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer(opts...)
	ptraceotlp.RegisterGRPCServer(s, b)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	stop = sync.OnceFunc(func() { s.Stop(); <-done })
	t.Cleanup(stop)
	return l.Addr().String(), stop
}

func (b *backend) serveHTTP(t testing.TB, address string) (addr string, stop func()) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: gunzip(b)}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	stop = sync.OnceFunc(func() { _ = s.Close(); <-done })
	t.Cleanup(stop)
	return l.Addr().String(), stop
}

// retryLater is UNAVAILABLE with RetryInfo.
func retryLater(d time.Duration) error {
	st, err := status.New(codes.Unavailable, "secret 4111111111111111").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(d)})
	if err != nil {
		return err
	}
	return st.Err()
}

// freeAddress is a loopback address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// newLog is a real delivery log in memory.
func newLog(t *testing.T, accounts *book) *store.DeliveryLog {
	t.Helper()
	pool, err := store.NewPool(store.PoolOptions{MaxBytes: 16 << 20, SegmentBytes: 256 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	return store.NewDeliveryLog(pool, store.DeliveryOptions{Lost: func(d string, sig otlp.Signal, items int, reason string) {
		accounts.Lost(d, sig, items, reason, func() {})
	}})
}
