package main

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/test/bench/traffic"
)

// cleanBody is a log body of 1 KB.
func cleanBody() string {
	line := "2026-05-01 12:34:56,789 INFO [worker-3] pipeline.features: computed 184 features for EURUSD in 12.7 ms (window=256, model=v4.2.1, batch=77) " +
		"cache hit ratio 0.973, backlog 12 rows; next run at 12:35:00 "
	return strings.Repeat(line, 6)[:1024]
}

const spansInRequest = 200

// encodeSpans returns a request with HTTP server, HTTP client and database spans.
// One span in every holds private data; 0: none.
func encodeSpans(every int) (request []byte, n int, err error) {
	td, all := traffic.New()
	for i := range spansInRequest {
		s := all.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{1, byte(i)})
		s.SetSpanID(pcommon.SpanID{2, byte(i)})
		s.SetStartTimestamp(1_700_000_000_000_000_000)
		s.SetEndTimestamp(1_700_000_000_012_000_000)
		switch i % 3 {
		case 0:
			server(s, i)
		case 1:
			client(s, i)
		case 2:
			database(s, i)
		}
		if every > 0 && i%every == 0 {
			traffic.Put(s.Attributes(), "note", "refund for alice@example.com to card 4111 1111 1111 1111")
		}
	}
	request, err = (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	return request, spansInRequest, err
}

func server(s ptrace.Span, i int) {
	s.SetName("POST /orders/{id}")
	traffic.Put(s.Attributes(), "http.request.method", "POST", "http.route", "/orders/{id}", "url.path", fmt.Sprintf("/orders/%d", 7000+i), "url.scheme", "http",
		"server.address", "execution.trading.svc.cluster.local", "client.address", "10.1.7.33", "user_agent.original", "python-httpx/0.28.1",
		"network.protocol.version", "1.1", "order.venue", "XETR", "order.reason", "rebalance after signal of model v4.2.1")
	s.Attributes().PutInt("http.response.status_code", 200)
	s.Attributes().PutInt("server.port", 8080)
}

func client(s ptrace.Span, i int) {
	s.SetName("GET")
	traffic.Put(s.Attributes(), "http.request.method", "GET", "url.full", fmt.Sprintf("http://features.trading.svc:8080/v1/features/EURUSD?window=256&asof=%d", 1_700_000_000+i),
		"server.address", "features.trading.svc", "network.protocol.version", "1.1", "error.type", "")
	s.Attributes().PutInt("http.response.status_code", 200)
}

func database(s ptrace.Span, i int) {
	s.SetName("SELECT orders")
	traffic.Put(s.Attributes(), "db.system.name", "postgresql", "db.namespace", "trading", "db.collection.name", "orders", "db.operation.name", "SELECT",
		"db.query.text", "SELECT id, price, quantity FROM orders WHERE symbol = $1 AND status = $2 ORDER BY id DESC", "server.address", "timescale.trading.svc")
	s.Attributes().PutInt("server.port", 5432)
	e := s.Events().AppendEmpty()
	e.SetName("rows")
	e.Attributes().PutInt("count", int64(i))
}
