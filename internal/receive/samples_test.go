package receive

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func fill(m pcommon.Map) {
	m.PutStr("string", "grün \"quoted\" {[\\")
	m.PutInt("int", -7)
	m.PutDouble("double", 0.25)
	m.PutBool("bool", true)
	m.PutEmptyBytes("bytes").FromRaw([]byte{0, 0xff, '{'})
	m.PutEmptySlice("list").AppendEmpty().SetEmptyMap().PutStr("inner", "x")
}

func sampleTraces() ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "orders")
	for i := range byte(3) {
		s := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		s.SetTraceID([16]byte{1, i})
		s.SetSpanID([8]byte{2, i})
		s.SetName("GET /orders/{id}")
		s.SetStartTimestamp(1)
		s.SetEndTimestamp(2)
		fill(s.Attributes())
		fill(s.Events().AppendEmpty().Attributes())
	}
	return td
}

func sampleMetrics() pmetric.Metrics {
	md := pmetric.NewMetrics()
	rm := md.ResourceMetrics().AppendEmpty()
	rm.Resource().Attributes().PutStr("service.name", "orders")
	m := rm.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("http.server.request.duration")
	p := m.SetEmptyHistogram().DataPoints().AppendEmpty()
	p.ExplicitBounds().FromRaw([]float64{1, 2})
	p.BucketCounts().FromRaw([]uint64{3, 4, 5})
	fill(p.Attributes())
	return md
}

func sampleLogs() plog.Logs {
	ld := plog.NewLogs()
	r := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	r.Body().SetStr("order 7 was placed")
	fill(r.Attributes())
	return ld
}
