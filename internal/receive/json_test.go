package receive

import (
	"encoding/json"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestMalformedJSONIsNotEchoed(t *testing.T) {
	h := start(t, nil)
	for body, want := range map[string]string{
		"":                                   "read JSON at byte 0: syntax error",
		canary:                               "read JSON at byte 5: syntax error",
		`{"resourceSpans":["` + canary:       "read JSON at byte 38: syntax error",
		`{"resourceSpans":"` + canary + `"}`: "read JSON: a field has a value of a wrong type or encoding",
		`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"` + canary + `"}]}]}]}`: "read JSON: a field has a value of a wrong type or encoding",
		strings.Repeat("[", maxJSONDepth+1):                                             "read JSON at byte 272: nesting is too deep",
	} {
		resp, answer := post(t, "http://"+h.http+"/v1/traces", typeJSON, "", []byte(body))
		var got struct {
			Code    int
			Message string
		}
		if err := json.Unmarshal(answer, &got); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusBadRequest || got.Code != 3 || got.Message != want {
			t.Errorf("%.40s: %s %q, want 400 %q", body, resp.Status, got.Message, want)
		}
	}
	if strings.Contains(h.log.String(), canary) {
		t.Errorf("canary in the log:\n%s", h.log)
	}
}

func TestScanDepth(t *testing.T) {
	for in, ok := range map[string]bool{
		strings.Repeat("[", maxJSONDepth):                                 true,
		strings.Repeat("[", maxJSONDepth+1):                               false,
		strings.Repeat("{", maxJSONDepth+1):                               false,
		strings.Repeat("[]", 10*maxJSONDepth):                             true,
		`"` + strings.Repeat("[", 10*maxJSONDepth) + `"`:                  true,
		`"\"` + strings.Repeat("[", 10*maxJSONDepth) + `\\"`:              true,
		`"\\"` + strings.Repeat("[", maxJSONDepth+1):                      false,
		strings.Repeat("]", 10) + strings.Repeat("[", maxJSONDepth):       true,
		`"unterminated \`:                                                 true,
		strings.Repeat(`{"kvlistValue":{"values":[{"value":`, 64) + `[[[`: true,
	} {
		_, err := scanJSON([]byte(in))
		if bad, isJSON := errors.AsType[*jsonError](err); (err == nil) != ok || (err != nil && !isJSON) {
			t.Errorf("%.50s…: %v, want ok: %v (%v)", in, err, ok, bad)
		}
	}
}

// hostile are shapes that are short as text and large as objects.
var hostile = map[string]struct {
	sig             otlp.Signal
	head, one, tail string
}{
	"resources":  {otlp.Traces, `{"resourceSpans":[`, `{}`, `]}`},
	"scopes":     {otlp.Traces, `{"resourceSpans":[{"scopeSpans":[`, `{}`, `]}]}`},
	"spans":      {otlp.Traces, `{"resourceSpans":[{"scopeSpans":[{"spans":[`, `{}`, `]}]}]}`},
	"links":      {otlp.Traces, `{"resourceSpans":[{"scopeSpans":[{"spans":[{"links":[`, `{}`, `]}]}]}]}`},
	"attributes": {otlp.Traces, `{"resourceSpans":[{"resource":{"attributes":[`, `{}`, `]}}]}`},
	"values":     {otlp.Traces, `{"resourceSpans":[{"resource":{"attributes":[{"value":{"arrayValue":{"values":[`, `{}`, `]}}}]}}]}`},
	"lists":      {otlp.Traces, `{"resourceSpans":[{"resource":{"attributes":[{"value":{"arrayValue":{"values":[`, `{"arrayValue":{}}`, `]}}}]}}]}`},
	"logs":       {otlp.Logs, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[`, `{}`, `]}]}]}`},
	"metrics":    {otlp.Metrics, `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[`, `{"sum":{}}`, `]}]}]}`},
	"points":     {otlp.Metrics, `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"exponentialHistogram":{"dataPoints":[`, `{}`, `]}}]}]}]}`},
	"exemplars":  {otlp.Metrics, `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"exemplars":[`, `{}`, `]}]}}]}]}]}`},
	"bounds":     {otlp.Metrics, `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"explicitBounds":[`, `0`, `]}]}}]}]}]}`},
	"counts":     {otlp.Metrics, `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"bucketCounts":[`, `"1"`, `]}]}}]}]}]}`},
}

func hostileBody(name string, size int) []byte {
	s := hostile[name]
	n := size / (len(s.one) + 1)
	return []byte(s.head + strings.Repeat(s.one+",", n-1) + s.one + s.tail)
}

// All that decoding allocates, garbage included, is in the lease.
func TestLeaseCoversWhatJSONCosts(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, name := range names(hostile) {
		body := hostileBody(name, 1<<18)
		cost, err := scanJSON(body)
		if err != nil {
			t.Fatal(err)
		}
		got := allocated(func() {
			if _, err := jsonToProtobuf(hostile[name].sig, body); err != nil {
				t.Error(err)
			}
		})
		if got > cost+cost/20 {
			t.Errorf("%s: decoding %d bytes allocates %d, leased are %d", name, len(body), got, cost)
		}
	}
}

// A small body that would be huge as objects is too large.
func TestHostileJSONIsRefused(t *testing.T) {
	h := start(t, nil)
	resp, answer := post(t, "http://"+h.http+"/v1/traces", typeJSON, "gzip", compressors(t)["gzip"](hostileBody("spans", testLimit/2)))
	if resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(answer), "larger than") {
		t.Errorf("%s %s, want 400", resp.Status, answer)
	}
	if peak := h.admission.peak.Load(); peak > (1+maxJSONCost)*testLimit {
		t.Errorf("%d bytes were leased for it", peak)
	}
}

// The converted bytes mean what pdata reads in the JSON, and nothing panics.
func FuzzJSON(f *testing.F) {
	_, text := fixtures(f)
	for _, b := range text {
		f.Add(b)
	}
	f.Add([]byte(`{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"doubleValue":"NaN"}}]}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := scanJSON(b); err != nil {
			return
		}
		for sig := range otlp.Signal(otlp.NumSignals) {
			encoded, err := jsonToProtobuf(sig, b)
			if err != nil {
				_ = whyJSON(b)
				continue
			}
			if sig != otlp.Traces {
				continue
			}
			got, want := ptraceotlp.NewExportRequest(), ptraceotlp.NewExportRequest()
			if err := errors.Join(got.UnmarshalProto(encoded), want.UnmarshalJSON(b)); err != nil {
				t.Fatal(err)
			}
			a, err1 := got.MarshalJSON()
			c, err2 := want.MarshalJSON()
			if string(a) != string(c) || err1 != nil || err2 != nil {
				t.Errorf("converted to\n%s (%v)\nwant\n%s (%v)", a, err1, c, err2)
			}
		}
	})
}
