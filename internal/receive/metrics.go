package receive

import (
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Values of the label protocol.
const (
	protocolGRPC     = "grpc"
	protocolProtobuf = "http_protobuf"
	protocolJSON     = "http_json"
)

// Values of the label reason: why a request was refused.
const (
	reasonBusy            = "busy"            // no lease of the byte budget in time
	reasonUnavailable     = "unavailable"     // the Acceptor asks to come again
	reasonFault           = "fault"           // a fault of the agent
	reasonTooLarge        = "too_large"       // the telemetry in it is lost
	reasonMalformed       = "malformed"       // not OTLP, or a broken compression
	reasonUnsupported     = "unsupported"     // another service, path, method, type or encoding
	reasonUnauthenticated = "unauthenticated" // no or a wrong bearer token
	reasonAborted         = "aborted"         // the client left, or took too long to send
)

// noSignal is the value of the label signal where a request names none.
const noSignal = "none"

// Metrics count what clients sent and what they heard. It implements
// prometheus.Collector.
type Metrics struct {
	requests *prometheus.CounterVec // signal, protocol, code
	bytes    *prometheus.CounterVec // signal, protocol
	rejected *prometheus.CounterVec // signal
	refused  *prometheus.CounterVec // signal, reason
	panics   *prometheus.CounterVec // protocol
}

func newMetrics() *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "agent", Subsystem: "receive", Name: name, Help: help}, labels)
	}
	m := &Metrics{
		requests: counter("requests_total", "Requests answered, by signal, protocol and the gRPC code of the answer.", "signal", "protocol", "code"),
		bytes:    counter("bytes_total", "Bytes of requests read, after decompression.", "signal", "protocol"),
		rejected: counter("rejected_items_total", "Spans, datapoints and log records left out as invalid; clients are told, but SDKs don't show it.", "signal"),
		refused:  counter("refused_requests_total", "Requests refused, by reason.", "signal", "reason"),
		panics:   counter("panics_total", "Panics recovered while a request was served.", "protocol"),
	}
	for s := range otlp.Signal(otlp.NumSignals) {
		m.initSignal(s.String())
	}
	m.refused.WithLabelValues(noSignal, reasonUnsupported)
	m.refused.WithLabelValues(noSignal, reasonUnauthenticated)
	return m
}

func (m *Metrics) initSignal(signal string) {
	for _, protocol := range []string{protocolGRPC, protocolProtobuf, protocolJSON} {
		m.bytes.WithLabelValues(signal, protocol)
		m.panics.WithLabelValues(protocol)
		for _, code := range []codes.Code{codes.OK, codes.InvalidArgument, codes.ResourceExhausted, codes.Unavailable} {
			m.requests.WithLabelValues(signal, protocol, code.String())
		}
	}
	m.rejected.WithLabelValues(signal)
	for _, reason := range []string{
		reasonBusy, reasonUnavailable, reasonFault, reasonTooLarge, reasonMalformed, reasonUnsupported, reasonAborted,
	} {
		m.refused.WithLabelValues(signal, reason)
	}
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range []prometheus.Collector{m.requests, m.bytes, m.rejected, m.refused, m.panics} {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	for _, c := range []prometheus.Collector{m.requests, m.bytes, m.rejected, m.refused, m.panics} {
		c.Collect(ch)
	}
}
