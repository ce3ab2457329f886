package main

import (
	"encoding/json"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// explanation asks the agent for the verdicts on a trace.
func (a *testAgent) explanation(t *testing.T, id string) (e explained) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.get(t, "admin", "/decisions/"+id)), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// A kept trace is followed to its destination: it waits, is delivered, or is lost
// there.
func TestExplainFollowsAKeptTraceToItsDestination(t *testing.T) {
	b := newBackend(t, "")
	fail := func(err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.fail = func() error { return err }
	}
	fail(status.Error(codes.Unavailable, "not now"))
	a := start(t, keepAll(b.addr))
	send := func(n byte) (id string) {
		td := makeSpans(1, func(_ int, s ptrace.Span) { s.SetTraceID([16]byte{n, 15: n}) })
		a.sendTraces(t, td)
		return td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).TraceID().String()
	}
	is := func(id, want string) func() bool {
		return func() bool {
			e := a.explanation(t, id)
			return len(e.Decisions) == 1 && string(e.Decisions[0].Destinations["backend"]) == want
		}
	}
	first := send(1)
	testkit.Eventually(t, "the first is on its way", is(first, "sending"))
	fail(nil)
	testkit.Eventually(t, "the first is delivered", is(first, "delivered"))
	fail(status.Error(codes.InvalidArgument, "never"))
	second := send(2)
	testkit.Eventually(t, "the second is lost", is(second, "lost"))
	testkit.Eventually(t, "the first stays delivered", is(first, "delivered"))
}

// A trace for which there was no room says so, and one that never came.
func TestExplainTellsEvictedFromUnknown(t *testing.T) {
	a := start(t, `
sample: {rules: [{name: all, keep: always}]}
storage: {max_bytes: 1MiB}
limits: {memory: 32MiB}
`)
	for batch := range byte(16) {
		a.sendTraces(t, makeSpans(100, func(i int, s ptrace.Span) {
			s.SetTraceID([16]byte{batch, byte(i), 15: 1, 10: byte(i)})
			s.SetParentSpanID([8]byte{9}) // which never comes
			s.SetKind(ptrace.SpanKindInternal)
			s.SetName(strings.Repeat("x", 500))
		}))
	}
	var evicted recentVerdicts
	if err := json.Unmarshal([]byte(a.get(t, "admin", "/decisions?verdict=evicted&n=1")), &evicted); err != nil {
		t.Fatal(err)
	}
	if len(evicted.Decisions) != 1 {
		t.Fatalf("evicted: %+v", evicted)
	}
	e := a.explanation(t, evicted.Decisions[0].TraceID)
	if d := e.Decisions[0]; len(e.Decisions) != 1 || d.Verdict != "evicted" || d.Rule != "none" || d.Trigger != "pressure" || d.Spans != 1 || d.Destinations != nil {
		t.Errorf("evicted: %+v", e)
	}
	if e := a.explanation(t, strings.Repeat("ab", 16)); len(e.Decisions) != 0 || !strings.HasPrefix(e.Note, "not seen, or forgotten") {
		t.Errorf("unknown: %+v", e)
	}
}

// Each kind of end has its words: dropped and late are said as well as kept.
func TestExplainListsVerdicts(t *testing.T) {
	a := start(t, `
sample: {grace: 1ms, hold: 50ms, rules: [{name: errors, when: {status: error}, keep: always}, {name: rest, keep: never}]}
`)
	td := makeSpans(3, func(i int, s ptrace.Span) {
		if i == 0 {
			s.Status().SetCode(ptrace.StatusCodeError)
		}
	})
	a.sendTraces(t, td)
	id := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(1).TraceID().String()
	testkit.Eventually(t, "the verdicts", func() bool {
		return strings.Count(a.get(t, "admin", "/decisions"), `"trace_id"`) == 3
	})
	for query, want := range map[string]int{
		"?rule=errors": 1, "?rule=rest": 2, "?verdict=dropped": 2, "?verdict=kept&rule=errors": 1, "?rule=errors&verdict=dropped": 0, "?n=1": 1,
	} {
		if got := strings.Count(a.get(t, "admin", "/decisions"+query), `"trace_id"`); got != want {
			t.Errorf("/decisions%s has %d verdicts, want %d", query, got, want)
		}
	}
	contains(t, "another verdict", a.get(t, "admin", "/decisions?verdict=keep"), "no such verdict: they are kept, dropped, late, evicted")
	contains(t, "another rule", a.get(t, "admin", "/decisions?rule=error"), "no such rule")
	a.sendTraces(t, makeSpans(2, func(i int, s ptrace.Span) { // the child of a dropped trace
		s.SetParentSpanID([8]byte{9})
		s.SetKind(ptrace.SpanKindInternal)
		s.SetSpanID([8]byte{7, byte(i)})
	}))
	testkit.Eventually(t, "a late verdict", func() bool {
		e := a.explanation(t, id)
		return len(e.Decisions) == 2 && e.Decisions[0].Verdict == "late" && e.Decisions[1].Rule == "rest" && e.Decisions[1].Trigger == "local_roots"
	})
}
