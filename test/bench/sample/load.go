package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/test/bench/traffic"
)

const (
	batchSpans = 512 // the batch of the SDKs
	traceSpans = 8
	batches    = 16 // different ones, which are sent in turn with new trace ids
)

// placeholder stands where a trace id goes.
var placeholder = pcommon.TraceID([]byte("0123456789abcdef"))

// load gives requests of a service whose traces have a server span above calls of
// a database and of another service. One trace in a hundred has an error, another
// is slow. Each trace comes in one request, children first.
type load struct {
	random   *rand.Rand
	requests [][]byte
	ids      [][]int // where the trace ids stand, by request
	next     int
}

func newLoad() (*load, error) {
	l := &load{random: rand.New(rand.NewPCG(1, 2))}
	for range batches {
		request, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(l.batch())
		if err != nil {
			return nil, err
		}
		var ids []int
		err = otlp.RangeSpans(request, func(_ *otlp.Group, s *otlp.Span) bool {
			ids = append(ids, s.Offset+bytes.LastIndex(s.Raw, placeholder[:]))
			return true
		})
		if err != nil {
			return nil, err
		}
		l.requests, l.ids = append(l.requests, request), append(l.ids, ids)
	}
	return l, nil
}

// request returns the next request. It is valid until the one after the next
// fifteen.
func (l *load) request() []byte {
	b, ids := l.requests[l.next], l.ids[l.next]
	l.next = (l.next + 1) % len(l.requests)
	var id [16]byte
	for i, at := range ids {
		if i%traceSpans == 0 {
			binary.LittleEndian.PutUint64(id[:], l.random.Uint64())
			binary.LittleEndian.PutUint64(id[8:], l.random.Uint64())
		}
		copy(b[at:], id[:])
	}
	return b
}

func (l *load) batch() ptrace.Traces {
	td, all := traffic.New()
	for range batchSpans / traceSpans {
		l.trace(all)
	}
	return td
}

func (l *load) trace(to ptrace.SpanSlice) {
	root := l.spanID()
	kind := l.random.IntN(100)
	for i := range traceSpans {
		s := to.AppendEmpty()
		s.SetTraceID(placeholder)
		s.SetStartTimestamp(1_700_000_000_000_000_000)
		s.SetEndTimestamp(1_700_000_000_012_000_000)
		switch {
		case i == traceSpans-1:
			server(s, l.random.IntN(1_000_000))
			s.SetSpanID(root)
			if kind == 0 {
				s.SetEndTimestamp(1_700_000_000_800_000_000)
			}
			continue
		case i%2 == 0:
			database(s)
		default:
			client(s, l.random.IntN(1_000_000))
		}
		s.SetSpanID(l.spanID())
		s.SetParentSpanID(root)
		if kind == 1 && i == 0 {
			s.Status().SetCode(ptrace.StatusCodeError)
		}
	}
}

func (l *load) spanID() (id pcommon.SpanID) {
	binary.LittleEndian.PutUint64(id[:], l.random.Uint64()|1)
	return id
}

func server(s ptrace.Span, n int) {
	s.SetName("POST /orders/{id}")
	s.SetKind(ptrace.SpanKindServer)
	traffic.Put(s.Attributes(), "http.request.method", "POST", "http.route", "/orders/{id}", "url.path", fmt.Sprintf("/orders/%d", n), "url.scheme", "http",
		"server.address", "execution.trading.svc.cluster.local", "client.address", "10.1.7.33", "user_agent.original", "python-httpx/0.28.1",
		"network.protocol.version", "1.1")
	s.Attributes().PutInt("http.response.status_code", 200)
}

func client(s ptrace.Span, n int) {
	s.SetName("GET")
	s.SetKind(ptrace.SpanKindClient)
	traffic.Put(s.Attributes(), "http.request.method", "GET", "url.full", fmt.Sprintf("http://features.trading.svc:8080/v1/features/EURUSD?asof=%d", n),
		"server.address", "features.trading.svc", "network.protocol.version", "1.1")
	s.Attributes().PutInt("http.response.status_code", 200)
}

func database(s ptrace.Span) {
	s.SetName("SELECT orders")
	s.SetKind(ptrace.SpanKindClient)
	traffic.Put(s.Attributes(), "db.system.name", "postgresql", "db.namespace", "trading", "db.collection.name", "orders", "db.operation.name", "SELECT",
		"db.query.text", "SELECT id, price, quantity FROM orders WHERE symbol = $1 AND status = $2 ORDER BY id DESC", "server.address", "timescale.trading.svc")
	s.Attributes().PutInt("server.port", 5432)
}
