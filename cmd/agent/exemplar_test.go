package main

import (
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// page scrapes the service's metrics, with exemplars.
func (a *testAgent) page(t *testing.T) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+a.addresses()["scrape"]+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	_, body := answer(t, req)
	return body
}

// sendExemplar sends a counter of that name with an exemplar of a trace.
func (a *testAgent) sendExemplar(t *testing.T, name string, trace pcommon.TraceID) {
	t.Helper()
	md := pmetric.NewMetrics()
	m := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName(name)
	sum := m.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	p := sum.DataPoints().AppendEmpty()
	p.SetIntValue(1)
	p.SetStartTimestamp(1)
	p.SetTimestamp(pcommon.NewTimestampFromTime(a.began))
	e := p.Exemplars().AppendEmpty()
	e.SetTraceID(trace)
	e.SetSpanID([8]byte{1})
	e.SetIntValue(1)
	if _, err := pmetricotlp.NewGRPCClient(a.client(t)).Export(t.Context(), pmetricotlp.NewExportRequestFromMetrics(md)); err != nil {
		t.Fatal(err)
	}
}

// An exemplar is shown once its trace is kept, whether it comes before the verdict
// or after it; one of a dropped trace never is.
func TestExemplarsWaitForTheVerdict(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, `
sample: {grace: 300ms, rules: [{name: errors, when: {status: error}, keep: always}]}
export: {jaeger: {endpoint: "`+b.addr+`", tls: {insecure: true}}}
`)
	td := makeSpans(2, func(i int, s ptrace.Span) {
		if i == 0 {
			s.Status().SetCode(ptrace.StatusCodeError)
		}
	})
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	kept, dropped := spans.At(0).TraceID(), spans.At(1).TraceID()
	a.sendExemplar(t, "before_kept", kept)
	a.sendExemplar(t, "before_dropped", dropped)
	a.sendTraces(t, td)
	if page := a.page(t); strings.Contains(page, "trace_id=") && len(a.sampler.Decisions(kept)) == 0 {
		t.Errorf("an exemplar is shown before the verdict:\n%s", page)
	}
	testkit.Eventually(t, "the exemplars of the kept trace", func() bool {
		page := a.page(t)
		return strings.Contains(page, `before_kept_total`) && strings.Count(page, kept.String()) >= 2 // the service's and a span metric's
	})
	a.sendExemplar(t, "after_kept", kept)
	a.sendExemplar(t, "after_dropped", dropped)
	testkit.Eventually(t, "an exemplar that comes after the verdict", func() bool {
		for line := range strings.Lines(a.page(t)) {
			if strings.HasPrefix(line, "after_kept_total") && strings.Contains(line, kept.String()) {
				return true
			}
		}
		return false
	})
	testkit.Eventually(t, "the verdict to drop", func() bool { return len(a.sampler.Decisions(dropped)) == 1 })
	if page := a.page(t); strings.Contains(page, dropped.String()) {
		t.Errorf("an exemplar of a dropped trace is shown:\n%s", page)
	}
}
