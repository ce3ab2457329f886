package receive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// front is what both protocols share: from the bytes of a request to its answer.
type front struct {
	acceptor  Acceptor
	admission Admission
	metrics   *Metrics
	logger    *slog.Logger
	answers   *answers
	inFlight  context.Context // ends when Shutdown gives up on requests in flight
}

// accept hands b to the Acceptor and says what the client hears.
func (f *front) accept(ctx context.Context, sig otlp.Signal, protocol string, b []byte) answer {
	f.metrics.bytes.WithLabelValues(sig.String(), protocol).Add(float64(len(b)))
	rejected, err := f.acceptor.Accept(ctx, sig, b)
	if err == nil {
		f.metrics.rejected.WithLabelValues(sig.String()).Add(float64(rejected))
		return answer{rejected: rejected}
	}
	return f.refusal(err)
}

// refusal maps an error of the Acceptor or of a lease to an answer.
func (f *front) refusal(err error) answer {
	if bad, ok := errors.AsType[*otlp.Error](err); ok {
		return malformed(bad)
	}
	if _, ok := errors.AsType[*busyError](err); ok {
		return f.answers.again(reasonBusy)
	}
	if _, ok := errors.AsType[interface {
		error
		RetryDelay() time.Duration
	}](err); ok {
		return f.answers.again(reasonUnavailable)
	}
	return f.answers.again(reasonFault)
}

// guard runs serve and turns a panic into an answer. The value of a panic may be
// telemetry: only its type and the stack are logged.
func (f *front) guard(protocol string, serve func() answer) (a answer) {
	defer func() {
		if v := recover(); v != nil {
			f.metrics.panics.WithLabelValues(protocol).Inc()
			f.logger.Error("request handler panicked", "protocol", protocol, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			a = f.answers.again(reasonFault)
		}
	}()
	return serve()
}

// count adds an answer to the metrics. signal is a signal's name or noSignal.
func (f *front) count(signal, protocol string, a answer) {
	if signal != noSignal {
		f.metrics.requests.WithLabelValues(signal, protocol, a.code().String()).Inc()
	}
	if a.reason != "" {
		f.metrics.refused.WithLabelValues(signal, a.reason).Inc()
	}
}
