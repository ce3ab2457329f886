package main

import (
	"math/rand/v2"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// decode returns the spans of an encoded request by trace.
func decode(t *testing.T, encoded []byte) map[pcommon.TraceID][]ptrace.Span {
	t.Helper()
	export := ptraceotlp.NewExportRequest()
	if err := export.UnmarshalProto(encoded); err != nil {
		t.Fatal(err)
	}
	out := map[pcommon.TraceID][]ptrace.Span{}
	for _, resource := range export.Traces().ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, s := range scope.Spans().All() {
				out[s.TraceID()] = append(out[s.TraceID()], s)
			}
		}
	}
	return out
}

// Each copy of a request has traces of its own, each with one root that all other
// spans hang on.
func TestRenewed(t *testing.T) {
	requests, err := newRequests()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	seen := map[pcommon.TraceID]bool{}
	for range 2 {
		for _, r := range requests {
			for id, spans := range decode(t, r.renewed(random)) {
				if seen[id] {
					t.Fatalf("trace id %s came twice", id)
				}
				seen[id] = true
				checkTree(t, spans)
			}
		}
	}
	if want := 2 * templates * tracesPerRequest; len(seen) != want {
		t.Errorf("got %d traces, want %d", len(seen), want)
	}
}

func checkTree(t *testing.T, spans []ptrace.Span) {
	t.Helper()
	parents, roots := map[pcommon.SpanID]bool{{}: true}, 0
	for _, s := range spans {
		parents[s.SpanID()] = true
	}
	for _, s := range spans {
		if s.ParentSpanID().IsEmpty() {
			roots++
		}
		if !parents[s.ParentSpanID()] {
			t.Errorf("span %s: its parent %s isn't in the trace", s.SpanID(), s.ParentSpanID())
		}
		if s.EndTimestamp() < s.StartTimestamp() {
			t.Errorf("span %s ends before it starts", s.SpanID())
		}
	}
	if len(spans) != spansPerTrace || roots != 1 {
		t.Errorf("got %d spans with %d roots, want %d with 1", len(spans), roots, spansPerTrace)
	}
}

// The load has the shares of failed and slow traces that its constants name.
func TestShares(t *testing.T) {
	requests, err := newRequests()
	if err != nil {
		t.Fatal(err)
	}
	failed, slow := 0, 0
	for _, r := range requests {
		for _, spans := range decode(t, r.encoded) {
			for _, s := range spans {
				if s.Status().Code() == ptrace.StatusCodeError {
					failed++
				}
				if s.ParentSpanID().IsEmpty() && s.EndTimestamp().AsTime().Sub(s.StartTimestamp().AsTime()).Milliseconds() > 500 {
					slow++
				}
			}
		}
	}
	if want := templates * tracesPerRequest / 100; failed != want || slow != want {
		t.Errorf("got %d failed and %d slow traces, want %d each", failed, slow, want)
	}
}
