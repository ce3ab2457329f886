package main

import (
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// With a destination that is dead, a tenth of the traces kept and another tenth
// waiting for the whole hold, the agent's logs take less than twice of what is in
// them, and a few segments.
func TestDeadDestination_MemoryFollowsWhatIsLive(t *testing.T) {
	a := start(t, `
limits: {memory: 64MiB}
sample:
  hold: 1h
  grace: 1ms
  rules:
    - {name: tenth, when: {span_name: kept}, keep: always}
export:
  jaeger: {endpoint: "127.0.0.1:1", tls: {insecure: true}, retry: {initial: 1h, max: 1h}}
`)
	const batches, spans, few = 60, 500, 8
	filler := strings.Repeat("a line of a stack ", 20)
	for n := range batches {
		a.sendTraces(t, makeSpans(spans, func(i int, s ptrace.Span) {
			id := s.TraceID()
			id[4] = byte(n + 1)
			s.SetTraceID(id)
			s.Attributes().PutStr("filler", filler)
			switch i % 10 {
			case 0:
				s.SetName("kept")
			case 1:
				s.SetParentSpanID([8]byte{9}) // never comes
				s.SetKind(ptrace.SpanKindInternal)
			}
		}))
	}
	var used, live int64
	defer func() { t.Logf("%d bytes of segments for %d", used, live) }()
	const items = batches * spans / 10
	testkit.Eventually(t, "verdicts on all that is complete", func() bool {
		held, heldBytes := a.sampler.Held()
		pending, pendingBytes := a.unread.destinations["jaeger"].Cursor(otlp.Traces).Pending()
		used, live = a.holdPool.Used()+a.deliveryPool.Used(), heldBytes+pendingBytes
		return held[otlp.Traces] == items && pending == items
	})
	a.sendTraces(t, makeSpans(spans, nil)) // a segment is begun: the log looks at itself
	used = a.holdPool.Used() + a.deliveryPool.Used()
	if most := 2*live + few*int64(a.holdPool.SegmentBytes()); used >= most {
		t.Errorf("%d bytes of segments for %d that are held or pending, want less than %d", used, live, most)
	}
}
