package main

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// A client that got no answer sends its request again. After the verdict, too, its
// spans count once: at the backend, in the span metrics, in explain.
func TestARequestThatIsSentAgainCountsOnce(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, keepAll(b.addr))
	td := makeSpans(3, nil)
	a.sendTraces(t, td)
	testkit.Eventually(t, "3 spans at the backend", func() bool { return b.spans() == 3 })
	a.sendTraces(t, td)
	a.sendTraces(t, makeSpans(1, func(_ int, s ptrace.Span) { s.SetTraceID([16]byte{9, 15: 9}) }))
	testkit.Eventually(t, "the next span at the backend", func() bool { return b.spans() > 3 })
	if n := b.spans(); n != 4 {
		t.Errorf("%d spans are at the backend, want 4", n)
	}
	contains(t, "own metrics", a.get(t, "metrics", "/metrics"), "\nagent_sample_duplicate_spans_total 3\n")
	contains(t, "own metrics", a.get(t, "metrics", "/metrics"), "\nagent_sample_late_spans_total 0\n")
	contains(t, "span metrics", a.get(t, "scrape", "/metrics"), "status_code=\"STATUS_CODE_UNSET\"} 4\n")
	e := a.explanation(t, td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).TraceID().String())
	if len(e.Decisions) != 1 || e.Decisions[0].LateSpans != 0 {
		t.Errorf("decisions: %+v", e.Decisions)
	}
}
