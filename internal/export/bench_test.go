package export

import (
	"fmt"
	"log/slog"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// typical is a request of n spans with eight attributes each.
func typical(n int) []byte {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "orders")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	for i := range n {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{1, byte(i), byte(i >> 8), byte(i * 7)})
		s.SetSpanID(pcommon.SpanID{1, byte(i), byte(i >> 8), byte(i * 13)})
		s.SetName("GET /orders/{id}")
		for a := range 8 {
			s.Attributes().PutStr(fmt.Sprint("http.request.attribute.", a), fmt.Sprint("value ", i*a))
		}
	}
	return must((&ptrace.ProtoMarshaler{}).MarshalTraces(td))
}

// One attempt through the Collector's exporter to a server that decodes nothing.
func BenchmarkCollectorSender(b *testing.B) {
	for _, compression := range []string{"none", "gzip", "zstd"} {
		b.Run(compression, func(b *testing.B) {
			const spans = 1000
			server := newBackend()
			server.discard = true
			addr, _ := server.serveGRPC(b, "127.0.0.1:0")
			d := grpcTo(addr)
			d.Settings["compression"] = compression
			s, err := newCollectorSender(d, otlp.Traces, Options{Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			data := typical(spans)
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := s.Send(b.Context(), data); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*spans), "ns/span")
			if err := s.Shutdown(b.Context()); err != nil {
				b.Error(err)
			}
		})
	}
}
