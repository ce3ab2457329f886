package export

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// classifyGRPC makes a Failure of what the otlp exporter returned; nil of nil.
// Which codes are retryable is the exporter's answer, after the OTLP
// specification.
func classifyGRPC(err error) error {
	if err == nil {
		return nil
	}
	st := status.Convert(err)
	f := &Failure{Kind: Retryable, Code: codeName(st.Code())}
	for _, detail := range st.Details() {
		if r, ok := detail.(*errdetails.RetryInfo); ok {
			f.Delay = max(r.GetRetryDelay().AsDuration(), 0)
		}
	}
	if !consumererror.IsPermanent(err) {
		if st.Code() == codes.Unavailable && f.Delay == 0 {
			f.Code = connectionCode(st.Message())
		}
		return f
	}
	f.Kind = Permanent
	if st.Code() == codes.ResourceExhausted {
		f.Kind = Exhausted
		// grpc-go says so on both sides of a connection (rpc_util.go).
		if strings.Contains(st.Message(), "larger than max") {
			f.Kind = TooLarge
		}
	}
	return f
}

// connectionCode tells a backend that can't be reached from one that says
// UNAVAILABLE: grpc-go has one code for both. The texts are its own
// (internal/transport/http2_client.go, balancer/base, balancer/pickfirst).
func connectionCode(text string) string {
	switch {
	case strings.Contains(text, "authentication handshake failed"):
		return "tls"
	case strings.HasPrefix(text, "connection error: "), strings.HasPrefix(text, "last connection error: "),
		strings.HasPrefix(text, "name resolver error: "), strings.HasPrefix(text, "last resolver error: "):
		return "unreachable"
	}
	return codeName(codes.Unavailable)
}

// classifyHTTP makes a Failure of what the otlphttp exporter returned; nil of nil.
func (w *observer) classifyHTTP(err error) error {
	switch {
	case err == nil:
		return nil
	case w.status >= 200 && w.status <= 299:
		return nil // taken; what the exporter can't read is the answer's body
	case w.status == 0:
		return unanswered(err)
	}
	f := &Failure{Kind: Retryable, Code: "http_" + strconv.Itoa(w.status), Delay: w.retryAfter}
	switch {
	case w.status == http.StatusRequestEntityTooLarge:
		f.Kind = TooLarge
	case consumererror.IsPermanent(err):
		f.Kind = Permanent
	}
	return f
}

// unanswered is a failure before any answer came.
func unanswered(err error) *Failure {
	if consumererror.IsPermanent(err) {
		return &Failure{Kind: Unsendable, Code: "unsendable"}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &Failure{Kind: Retryable, Code: "tls"}
	}
	timeout, ok := errors.AsType[net.Error](err)
	if errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout() {
		return &Failure{Kind: Retryable, Code: "timeout"}
	}
	return &Failure{Kind: Retryable, Code: "unreachable"}
}

// codeName returns gRPC's name of c in the form of a label: DeadlineExceeded is
// deadline_exceeded.
func codeName(c codes.Code) string {
	name := c.String()
	if strings.HasPrefix(name, "Code(") {
		return "unknown" // a number that gRPC doesn't define
	}
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
