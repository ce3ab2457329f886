package export

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"google.golang.org/grpc"
	grpcbackoff "google.golang.org/grpc/backoff"

	"github.com/drl-trading/telemetry-agent/internal/bridge"
)

// observer sees what an exporter doesn't return: the rejected items of a partial
// success, which it only logs, and the status and Retry-After of an HTTP answer,
// which it only puts into a text. It is in the client's chain as a middleware
// extension, and used by the goroutine of the attempt.
type observer struct {
	component.StartFunc
	component.ShutdownFunc
	retry Retry

	rejected   int
	status     int // of the HTTP answer, 0 before one came
	retryAfter time.Duration
}

var (
	_ extensionmiddleware.HTTPClient = (*observer)(nil)
	_ extensionmiddleware.GRPCClient = (*observer)(nil)
)

func (w *observer) reset() { w.rejected, w.status, w.retryAfter = 0, 0, 0 }

// log is the bridge's hook on the exporter's messages.
func (w *observer) log(phrase string, fields map[string]any) {
	if phrase != bridge.PartialSuccess {
		return
	}
	for _, field := range []string{bridge.FieldDroppedSpans, bridge.FieldDroppedDataPoints, bridge.FieldDroppedLogRecords} {
		if n, ok := fields[field].(int64); ok {
			w.rejected = int(n)
		}
	}
}

// GetHTTPRoundTripper implements extensionmiddleware.HTTPClient.
func (w *observer) GetHTTPRoundTripper(context.Context) (extensionmiddleware.WrapHTTPRoundTripperFunc, error) {
	return func(_ context.Context, next http.RoundTripper) (http.RoundTripper, error) {
		return roundTripper{next: next, observer: w}, nil
	}, nil
}

// GetGRPCClientOptions implements extensionmiddleware.GRPCClient.
func (w *observer) GetGRPCClientOptions(context.Context) ([]grpc.DialOption, error) {
	return []grpc.DialOption{
		grpc.WithConnectParams(connectParams(w.retry)),
		grpc.WithChainUnaryInterceptor(sendRaw),
	}, nil
}

// connectParams fits gRPC's back-off between connections to ours. By default it
// grows to two minutes, in which each attempt fails at once: it must not outlast
// a retry.
func connectParams(r Retry) grpc.ConnectParams {
	b := grpcbackoff.DefaultConfig
	b.BaseDelay = min(b.BaseDelay, r.Initial)
	b.MaxDelay = min(b.MaxDelay, r.Max)
	return grpc.ConnectParams{Backoff: b, MinConnectTimeout: minConnectTimeout}
}

// minConnectTimeout is gRPC's own default.
const minConnectTimeout = 20 * time.Second

type roundTripper struct {
	next     http.RoundTripper
	observer *observer
}

// RoundTrip implements http.RoundTripper.
func (t roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	t.observer.status, t.observer.retryAfter = 0, 0
	resp, err := t.next.RoundTrip(r)
	if resp != nil {
		t.observer.status = resp.StatusCode
		t.observer.retryAfter = retryAfter(resp.Header.Get("Retry-After"), time.Now())
	}
	return resp, err
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110, 10.2.3).
// What it can't read is no delay.
func retryAfter(v string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(v, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
