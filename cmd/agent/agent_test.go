package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// keepAll is a configuration that keeps every trace at once and sends all
// signals to one backend.
func keepAll(backend string) string {
	return `
sample: {grace: 1ms, rules: [{name: errors, when: {status: error}, keep: always}, {name: all, ratio: 1}]}
export: {otlp: [{name: backend, endpoint: "` + backend + `", tls: {insecure: true}, retry: {initial: 10ms, max: 50ms}}]}
`
}

func TestTracesReachTheBackend(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, keepAll(b.addr))
	a.sendTraces(t, makeSpans(10, nil))
	testkit.Eventually(t, "10 spans at the backend", func() bool { return b.spans() == 10 })
	got := b.traces[0].ResourceSpans().At(0)
	if v, ok := got.Resource().Attributes().Get("service.instance.id"); !ok || v.Str() == "" {
		t.Error("resource is not enriched with service.instance.id")
	}
	if v, _ := got.ScopeSpans().At(0).Spans().At(0).Attributes().Get("sampling.rule"); v.Str() != "all" {
		t.Errorf("sampling.rule = %q, want all", v.Str())
	}
	contains(t, "scrape page", a.get(t, "scrape", "/metrics"), "traces_span_metrics_calls_total{")
	contains(t, "own metrics", a.get(t, "metrics", "/metrics"), `agent_ledger_delivered_items_total{destination="backend",signal="traces"} 10`)
	contains(t, "decisions", a.get(t, "admin", "/decisions"), `"rule": "all"`)
}

// seeds are secrets that a service may put anywhere.
func seeds() []string {
	return []string{"alice.smith@example.com", "4111111111111111", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLWEtdGVzdA"}
}

// encodings are the forms in which a secret could hide.
func encodings(secret string) []string {
	quoted, _ := json.Marshal(secret)
	return []string{
		secret, url.QueryEscape(secret), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
	}
}

func checkNoSecret(t *testing.T, where string, text []byte) {
	t.Helper()
	for _, s := range seeds() {
		for _, form := range encodings(s) {
			if bytes.Contains(text, []byte(form)) {
				t.Errorf("%s holds %q", where, form)
			}
		}
	}
}

// TestNothingPrivateLeaves plants secrets in all three signals and looks for them
// everywhere that the agent writes to.
func TestNothingPrivateLeaves(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, keepAll(b.addr))
	for i, secret := range seeds() {
		for j, form := range []string{secret, url.QueryEscape(secret), "user " + secret + " failed"} {
			a.sendTraces(t, plantedTraces([16]byte{byte(i + 1), byte(j + 1), 15: 1}, form))
			sendAll(t, a, form)
		}
	}
	testkit.Eventually(t, "all spans at the backend", func() bool { return b.spans() == 9 })
	status, metrics := a.get(t, "admin", "/status"), a.get(t, "metrics", "/metrics")
	page, decisions := a.get(t, "scrape", "/metrics"), a.get(t, "admin", "/decisions")
	log := a.log
	a.end(t)
	checkNoSecret(t, "backend", b.everything(t))
	checkNoSecret(t, "log", []byte(log.String()))
	checkNoSecret(t, "/status", []byte(status))
	checkNoSecret(t, "own metrics", []byte(metrics))
	checkNoSecret(t, "scrape page", []byte(page))
	checkNoSecret(t, "/decisions", []byte(decisions))
	if len(b.metrics) == 0 || len(b.logs) == 0 {
		t.Error("no metrics or no logs came")
	}
}

func plantedTraces(id [16]byte, form string) ptrace.Traces {
	return makeSpans(1, func(_ int, s ptrace.Span) {
		s.SetTraceID(id)
		s.SetName("GET /users/" + form)
		s.Status().SetCode(ptrace.StatusCodeError)
		s.Status().SetMessage("no such user: " + form)
		s.Attributes().PutStr("url.query", "q="+form)
		s.Attributes().PutEmptySlice("http.request.header.x").AppendEmpty().SetStr(form)
		s.Attributes().PutEmptyMap("nested").PutStr(form, form)
		e := s.Events().AppendEmpty()
		e.SetName("saw " + form)
		e.Attributes().PutStr("exception.message", form)
		s.Links().AppendEmpty().Attributes().PutStr("why", form)
		s.TraceState().FromRaw("vendor=" + form)
	})
}

func sendAll(t *testing.T, a *testAgent, form string) {
	t.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("owner", form)
	r := rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	r.Body().SetStr("user " + form)
	r.Attributes().PutStr("who", form)
	if _, err := plogotlp.NewGRPCClient(a.client(t)).Export(t.Context(), plogotlp.NewExportRequestFromLogs(ld)); err != nil {
		t.Fatal(err)
	}
	md := pmetric.NewMetrics()
	m := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("lookups")
	m.SetDescription("of " + form)
	p := m.SetEmptyGauge().DataPoints().AppendEmpty()
	p.SetIntValue(1)
	p.Attributes().PutStr("subject", form)
	if _, err := pmetricotlp.NewGRPCClient(a.client(t)).Export(t.Context(), pmetricotlp.NewExportRequestFromMetrics(md)); err != nil {
		t.Fatal(err)
	}
}

func TestBackendDownThenUpLosesNothing(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, keepAll(b.addr))
	b.srv.Stop()
	for i := range 5 {
		a.sendTraces(t, makeSpans(20, func(_ int, s ptrace.Span) {
			id := s.TraceID()
			id[8] = byte(i + 1)
			s.SetTraceID(id)
		}))
	}
	testkit.Eventually(t, "the destination to be seen as down", func() bool {
		return strings.Contains(a.get(t, "admin", "/status"), `"state": "down"`) || strings.Contains(a.get(t, "admin", "/status"), `backing`)
	})
	if body := a.get(t, "metrics", "/readyz"); body != "ok\n" {
		t.Errorf("a dead backend makes the agent not ready: %s", body)
	}
	up := newBackend(t, b.addr)
	testkit.Eventually(t, "100 spans at the backend", func() bool { return up.spans() == 100 })
}

func TestStopDecidesAndDeliversWhatIsPending(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, strings.Replace(keepAll(b.addr), "grace: 1ms", "grace: 1h, hold: 1h", 1))
	a.sendTraces(t, makeSpans(30, nil))
	log := a.log
	a.end(t)
	if n := b.spans(); n != 30 {
		t.Errorf("%d spans at the backend, want 30", n)
	}
	contains(t, "closing line", log.String(), `"msg":"agent stopped"`)
	contains(t, "closing line", log.String(), `"delivered":30`)
}

// TestBackendThatEchoesData answers with what it was sent: nothing of it may be
// logged or shown.
func TestBackendThatEchoesData(t *testing.T) {
	b := newBackend(t, "")
	for _, code := range []codes.Code{codes.InvalidArgument, codes.Unavailable} {
		b.mu.Lock()
		b.fail = func() error { return status.Error(code, "cannot store span of alice.smith@example.com") }
		b.mu.Unlock()
		a := start(t, keepAll(b.addr))
		a.sendTraces(t, makeSpans(1, nil))
		want := map[codes.Code]string{codes.InvalidArgument: `reason="rejected"`, codes.Unavailable: `agent_export_`}[code]
		testkit.Eventually(t, "the failure to be counted", func() bool { return strings.Contains(a.get(t, "metrics", "/metrics"), want) })
		text := a.get(t, "metrics", "/metrics") + a.get(t, "admin", "/status")
		log := a.log
		b.mu.Lock()
		b.fail = nil
		b.mu.Unlock()
		a.end(t)
		checkNoSecret(t, "log, metrics and status", []byte(log.String()+text))
	}
}

// TestGarbage sends what is not OTLP to both ports: a clear refusal that does not
// echo, and an agent that goes on.
func TestGarbage(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, keepAll(b.addr))
	for name, tc := range map[string]struct {
		path, contentType, body string
		code                    int
	}{
		"malformed JSON":     {"/v1/traces", "application/json", `{"resourceSpans": [{"who": "alice.smith@example.com`, 400},
		"JSON of no shape":   {"/v1/logs", "application/json", `["alice.smith@example.com"]`, 400},
		"garbage protobuf":   {"/v1/traces", "application/x-protobuf", "\xff\xff\xff alice.smith@example.com", 400},
		"other content type": {"/v1/traces", "text/plain", "alice.smith@example.com", 415},
		"unknown path":       {"/v1/alice.smith@example.com", "application/json", "{}", 404},
	} {
		code, answer := a.post(t, tc.path, tc.contentType, []byte(tc.body))
		if code != tc.code {
			t.Errorf("%s: %d %s, want %d", name, code, answer, tc.code)
		}
		checkNoSecret(t, name, []byte(answer))
	}
	resp, err := http.Post("http://"+a.addresses()["otlp_grpc"]+"/", "application/grpc", strings.NewReader("alice.smith@example.com"))
	if err == nil {
		resp.Body.Close()
	}
	a.sendTraces(t, makeSpans(1, nil))
	testkit.Eventually(t, "the agent goes on", func() bool { return b.spans() == 1 })
	checkNoSecret(t, "log", []byte(a.log.String()))
}

func TestRequestOverTheSizeLimit(t *testing.T) {
	a := start(t, "limits: {memory: 64MiB}\n")
	code, answer := a.post(t, "/v1/logs", "application/x-protobuf", bytes.Repeat([]byte{0x0a, 0x02, 0x12, 0x00}, 2<<20))
	if code != http.StatusBadRequest {
		t.Errorf("%d %s, want 400", code, answer)
	}
	contains(t, "own metrics", a.get(t, "metrics", "/metrics"), `agent_receive_refused_requests_total{reason="too_large",signal="logs"} 1`)
}

func TestExplainOfTracesWithoutAVerdict(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, strings.Replace(keepAll(b.addr), "grace: 1ms", "grace: 1h, hold: 1h", 1))
	td := makeSpans(1, nil)
	a.sendTraces(t, td)
	id := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).TraceID().String()
	contains(t, "a held trace", a.get(t, "admin", "/decisions/"+id), `"waiting_spans": 1`)
	contains(t, "a held trace", a.get(t, "admin", "/decisions/"+id), `"waiting_for": "grace"`)
	contains(t, "an unknown trace", a.get(t, "admin", "/decisions/"+strings.Repeat("ab", 16)), "not seen, or forgotten")
}

// TestTwoAgentsInOneProcess holds that nothing of an agent is global.
func TestTwoAgentsInOneProcess(t *testing.T) {
	first, second := newBackend(t, ""), newBackend(t, "")
	a, b := start(t, keepAll(first.addr)), start(t, keepAll(second.addr))
	a.sendTraces(t, makeSpans(3, nil))
	b.sendTraces(t, makeSpans(4, nil))
	testkit.Eventually(t, "each its own", func() bool { return first.spans() == 3 && second.spans() == 4 })
}
