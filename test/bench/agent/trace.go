package main

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const spansPerTrace = 8

// kind is what a trace is like.
type kind struct {
	number               int
	fails, slow, private bool
}

func fillResource(r pcommon.Resource) {
	for key, value := range map[string]string{
		"service.name": "drl-trading-execution", "service.namespace": "drl-trading", "service.version": "1.4.2",
		"service.instance.id":    "0f8fad5b-d9cb-469f-a165-70867728950e",
		"telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry", "telemetry.sdk.version": "1.45.1",
	} {
		r.Attributes().PutStr(key, value)
	}
}

// appendTrace adds the spans of a request to a service as Python's instrumentations
// write them: the server's, two of its own work, three of the database, a call to
// another service and a message. The root is a true one, without a parent, so that
// who waits for such a root needn't wait longer.
func appendTrace(spans ptrace.SpanSlice, id pcommon.TraceID, k kind) {
	start := time.Now()
	duration := 40 * time.Millisecond
	if k.slow {
		duration = 800 * time.Millisecond
	}
	add := func(n, parent int, name string, spanKind ptrace.SpanKind) ptrace.Span {
		s := spans.AppendEmpty()
		s.SetTraceID(id)
		s.SetSpanID(spanID(n))
		s.SetFlags(0x100) // the parent is known, and local
		if parent > 0 {
			s.SetParentSpanID(spanID(parent))
		}
		s.SetName(name)
		s.SetKind(spanKind)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Duration(n) * time.Millisecond)))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(duration - time.Duration(n)*time.Millisecond)))
		return s
	}
	for n, statement := range statements {
		db := add(n+4, 2, statement[:6]+" trading", ptrace.SpanKindClient)
		db.Attributes().PutStr("db.system.name", "postgresql")
		db.Attributes().PutStr("db.namespace", "trading")
		db.Attributes().PutStr("db.query.text", statement)
		db.Attributes().PutStr("server.address", "postgres")
		db.Attributes().PutInt("server.port", 5432)
	}
	add(3, 1, "risk.check", ptrace.SpanKindInternal).Attributes().PutStr("drl.symbol", "EURUSD")
	add(2, 1, "order.place", ptrace.SpanKindInternal).Attributes().PutStr("drl.side", "buy")
	client(add(7, 2, "POST", ptrace.SpanKindClient), k)
	message := add(8, 2, "trades send", ptrace.SpanKindProducer)
	message.Attributes().PutStr("messaging.system", "nats")
	message.Attributes().PutStr("messaging.destination.name", "trades")
	message.Attributes().PutStr("messaging.operation.type", "send")
	server(add(1, 0, "POST /orders/<order_id>", ptrace.SpanKindServer), k)
}

var statements = []string{
	"SELECT positions.id, positions.symbol, positions.quantity FROM positions WHERE positions.symbol = %(symbol_1)s",
	"INSERT INTO orders (symbol, side, quantity, price) VALUES (%(symbol)s, %(side)s, %(quantity)s, %(price)s)",
	"UPDATE positions SET quantity=%(quantity)s WHERE positions.id = %(positions_id)s",
}

func client(s ptrace.Span, k kind) {
	s.Attributes().PutStr("http.request.method", "POST")
	s.Attributes().PutStr("server.address", "exchange")
	s.Attributes().PutInt("server.port", 8080)
	s.Attributes().PutStr("url.full", fmt.Sprintf("http://exchange:8080/v1/orders/%d", k.number))
	s.Attributes().PutInt("http.response.status_code", 200)
	s.Attributes().PutStr("network.protocol.version", "1.1")
}

func server(s ptrace.Span, k kind) {
	s.Attributes().PutStr("http.request.method", "POST")
	s.Attributes().PutStr("http.route", "/orders/<order_id>")
	s.Attributes().PutStr("url.path", fmt.Sprintf("/orders/%d", k.number))
	s.Attributes().PutStr("url.scheme", "http")
	s.Attributes().PutStr("server.address", "execution")
	s.Attributes().PutInt("server.port", 8080)
	s.Attributes().PutStr("client.address", "10.1.2.3")
	s.Attributes().PutStr("user_agent.original", "python-requests/2.32.5")
	s.Attributes().PutStr("network.protocol.version", "1.1")
	s.Attributes().PutInt("http.response.status_code", 200)
	if k.private {
		s.Attributes().PutStr("url.query", "customer="+private)
	}
	if k.fails {
		s.Attributes().PutInt("http.response.status_code", 500)
		s.Status().SetCode(ptrace.StatusCodeError)
		event := s.Events().AppendEmpty()
		event.SetName("exception")
		event.Attributes().PutStr("exception.type", "ConnectionError")
		event.Attributes().PutStr("exception.message", "the exchange didn't answer in 2 s")
	}
}

func spanID(n int) (id pcommon.SpanID) {
	binary.BigEndian.PutUint64(id[:], 0xa1b2c3d4e5f60000+uint64(n))
	return id
}
