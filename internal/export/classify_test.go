package export

import (
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for v, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, "-1": 0, "soon": 0, "99999999999999999999": 0,
		"Fri, 02 Jan 2026 03:04:35 GMT": 30 * time.Second, "Fri, 02 Jan 2026 03:04:00 GMT": 0,
	} {
		if got := retryAfter(v, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", v, got, want)
		}
	}
}

func TestClassifyGRPC(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want Failure
	}{
		{status.Error(codes.Unavailable, "no"), Failure{Kind: Retryable, Code: "unavailable"}},
		{status.Error(codes.DeadlineExceeded, "no"), Failure{Kind: Retryable, Code: "deadline_exceeded"}},
		{status.Error(codes.Code(99), "no"), Failure{Kind: Retryable, Code: "unknown"}},
		{retryLater(3 * time.Second), Failure{Kind: Retryable, Code: "unavailable", Delay: 3 * time.Second}},
		{retryLater(-time.Second), Failure{Kind: Retryable, Code: "unavailable"}},
		{consumererror.NewPermanent(status.Error(codes.PermissionDenied, "no")), Failure{Kind: Permanent, Code: "permission_denied"}},
		{consumererror.NewPermanent(status.Error(codes.ResourceExhausted, "quota")), Failure{Kind: Exhausted, Code: "resource_exhausted"}},
		{consumererror.NewPermanent(status.Error(codes.ResourceExhausted, "grpc: received message larger than max (2 vs. 1)")),
			Failure{Kind: TooLarge, Code: "resource_exhausted"}},
	} {
		got, ok := classifyGRPC(tt.err).(*Failure)
		if !ok || *got != tt.want {
			t.Errorf("classifyGRPC(%v) = %+v, want %+v", tt.err, got, tt.want)
		}
	}
	if err := classifyGRPC(nil); err != nil {
		t.Errorf("classifyGRPC(nil) = %v", err)
	}
}

// What a backend asks for arrives as a delay, by each protocol.
func TestCollectorSender_ReadsTheDelayAskedFor(t *testing.T) {
	b := newBackend()
	b.grpc = func(int) (int64, error) { return 0, retryLater(1500 * time.Millisecond) }
	b.http = func(_ int, w http.ResponseWriter) bool {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	grpcAddr, _ := b.serveGRPC(t, "127.0.0.1:0")
	httpAddr, _ := b.serveHTTP(t, "127.0.0.1:0")
	for _, tt := range []struct {
		d    Destination
		want Failure
	}{
		{grpcTo(grpcAddr), Failure{Kind: Retryable, Code: "unavailable", Delay: 1500 * time.Millisecond}},
		{httpTo(httpAddr), Failure{Kind: Retryable, Code: "http_503", Delay: 7 * time.Second}},
	} {
		s, err := newCollectorSender(tt.d, otlp.Traces, Options{Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err = s.Send(t.Context(), traces(1, 10))
		if got, ok := err.(*Failure); !ok || *got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.d.Protocol, err, tt.want)
		}
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestConnectParams_DoNotOutlastTheRetry(t *testing.T) {
	for _, tt := range []struct{ retry, want Retry }{
		{Retry{Initial: 100 * time.Millisecond, Max: 5 * time.Second}, Retry{Initial: 100 * time.Millisecond, Max: 5 * time.Second}},
		{Retry{Initial: time.Hour, Max: time.Hour}, Retry{Initial: time.Second, Max: 2 * time.Minute}}, // gRPC's own
	} {
		got := connectParams(tt.retry).Backoff
		if got.BaseDelay != tt.want.Initial || got.MaxDelay != tt.want.Max {
			t.Errorf("connectParams(%+v) is from %v to %v", tt.retry, got.BaseDelay, got.MaxDelay)
		}
	}
}

// Each way of not reaching a backend has its code, whatever the protocol.
func TestExporter_TellsWhyABackendIsOutOfReach(t *testing.T) {
	plain, _ := newBackend().serveGRPC(t, "127.0.0.1:0")
	silent := newBackend()
	stuck := make(chan struct{})
	silent.http = func(int, http.ResponseWriter) bool { <-stuck; return true }
	silentAddr, _ := silent.serveHTTP(t, "127.0.0.1:0")
	t.Cleanup(func() { close(stuck) })
	unknownCA := httptest.NewUnstartedServer(newBackend())
	unknownCA.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknownCA.StartTLS()
	t.Cleanup(unknownCA.Close)
	settings := func(kv ...any) map[string]any {
		m := map[string]any{"timeout": "20s"}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}
	insecure := map[string]any{"insecure": true}
	for _, tt := range []struct {
		name, protocol string
		settings       map[string]any
		code           string
	}{
		{"grpc closed port", GRPC, settings("endpoint", freeAddress(t), "tls", insecure), "unreachable"},
		{"grpc TLS to plain", GRPC, settings("endpoint", plain), "tls"},
		{"http closed port", HTTP, settings("endpoint", "http://"+freeAddress(t)), "unreachable"},
		{"http unknown CA", HTTP, settings("endpoint", unknownCA.URL), "tls"},
		{"http silence", HTTP, settings("endpoint", "http://"+silentAddr, "timeout", "50ms"), "timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := startAgent(t, Destination{
				Name: "b", Protocol: tt.protocol, Signals: []otlp.Signal{otlp.Traces}, Retry: quick(), Settings: tt.settings,
			})
			a.send(t, 1)
			testkit.Eventually(t, "an attempt failed", func() bool { return a.export.Status()[0].Signals[0].State == Down })
			if got := a.export.Status()[0].Signals[0]; got.Code != tt.code || strings.Contains(got.Reason, "127.0.0.1") {
				t.Errorf("code %q (%s), want %q", got.Code, got.Reason, tt.code)
			}
			a.drain(t, 0)
		})
	}
}
