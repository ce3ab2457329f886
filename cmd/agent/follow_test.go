package main

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// Logs share the verdict on their trace on the whole way, and the ledger says
// what became of each.
func TestLogsFollowTheirTrace(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, `
sample: {logs: follow, grace: 1ms, rules: [{name: errors, when: {status: error}, keep: always}]}
export:
  otlp: [{name: lake, endpoint: "`+b.addr+`", tls: {insecure: true}, signals: [traces, logs]}]
`)
	td := makeSpans(2, func(i int, s ptrace.Span) {
		if i == 0 {
			s.Status().SetCode(ptrace.StatusCodeError)
		}
	})
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, id := range []pcommon.TraceID{spans.At(0).TraceID(), spans.At(1).TraceID(), {}} {
		l := records.AppendEmpty()
		l.SetTraceID(id)
		l.Body().SetStr("order taken")
	}
	if _, err := plogotlp.NewGRPCClient(a.client(t)).Export(t.Context(), plogotlp.NewExportRequestFromLogs(ld)); err != nil {
		t.Fatal(err)
	}
	contains(t, "while they wait", a.get(t, "admin", "/status"), `"logs": 2`)
	a.sendTraces(t, td)
	testkit.Eventually(t, "the logs without a trace and of the kept one", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		n := 0
		for _, l := range b.logs {
			n += l.LogRecordCount()
		}
		return n == 2 && len(b.traces) == 1
	})
	testkit.Eventually(t, "the ledger", func() bool {
		for _, r := range a.ledger.Snapshot() {
			if r.Signal == "logs" && r.Destination == "lake" {
				return r.Received == 3 && r.Delivered == 2 && r.SampledOut == 1 && r.Pending == 0 && r.Unaccounted == 0
			}
		}
		return false
	})
}
