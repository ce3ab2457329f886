// Package traffic is what the requests of the benchmarks have in common.
package traffic

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// New returns a request of a service as Python's SDK makes it, and its spans, none yet.
func New() (ptrace.Traces, ptrace.SpanSlice) {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	Put(rs.Resource().Attributes(), "service.name", "drl-trading-execution", "service.instance.id", "627cc493-f310-47de-96bd-71410b7dec09",
		"telemetry.sdk.language", "python", "telemetry.sdk.name", "opentelemetry", "telemetry.sdk.version", "1.45.1", "k8s.pod.name", "execution-7d9f8b6c5d-x2x4z")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("opentelemetry.instrumentation.flask")
	return td, ss.Spans()
}

// Put adds pairs of keys and texts.
func Put(m pcommon.Map, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		m.PutStr(pairs[i], pairs[i+1])
	}
}
