package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// jaegerTrace is a trace as Jaeger's query API gives it.
type jaegerTrace struct {
	TraceID   string
	Spans     []jaegerSpan
	Processes map[string]struct {
		ServiceName string
		Tags        []jaegerTag
	}
}

type jaegerSpan struct {
	SpanID, OperationName string
	ProcessID             string
	References            []struct{ RefType, SpanID string }
	Tags                  []jaegerTag
}

type jaegerTag struct {
	Key   string
	Value any
}

// tag returns the span's attribute as text, "" when it has none of that key.
func (s jaegerSpan) tag(key string) string {
	for _, t := range s.Tags {
		if t.Key == key {
			b, _ := json.Marshal(t.Value)
			if text, ok := t.Value.(string); ok {
				return text
			}
			return string(b)
		}
	}
	return ""
}

// rule returns the rule that kept the trace.
func (tr jaegerTrace) rule() string {
	for _, s := range tr.Spans {
		if r := s.tag("sampling.rule"); r != "" {
			return r
		}
	}
	return ""
}

// roots returns the spans without a parent.
func (tr jaegerTrace) roots() (out []jaegerSpan) {
	for _, s := range tr.Spans {
		if len(s.References) == 0 {
			out = append(out, s)
		}
	}
	return out
}

// traces returns up to 5,000 traces of the service, and the answer as it came.
func (r *running) traces(t *testing.T) (traces []jaegerTrace, raw string) {
	t.Helper()
	raw = get(t, r.tracesURL())
	traces, err := readTraces([]byte(raw))
	if err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return traces, raw
}

// tryTraces is traces of a Jaeger that may be starting.
func (r *running) tryTraces(t *testing.T) ([]jaegerTrace, error) {
	t.Helper()
	resp, err := http.Get(r.tracesURL())
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return readTraces(b)
}

func (r *running) tracesURL() string {
	return r.jaeger + "/api/traces?" + url.Values{"service": {"first-service"}, "limit": {"5000"}, "lookback": {"1h"}}.Encode()
}

func readTraces(b []byte) ([]jaegerTrace, error) {
	var answer struct{ Data []jaegerTrace }
	if err := json.Unmarshal(b, &answer); err != nil {
		return nil, fmt.Errorf("read Jaeger's answer: %w", err)
	}
	return answer.Data, nil
}

// countTraces counts the traces whose root has the name and that the rule kept.
func countTraces(traces []jaegerTrace, root, rule string) (n int) {
	for _, tr := range traces {
		if roots := tr.roots(); len(roots) == 1 && roots[0].OperationName == root && tr.rule() == rule {
			n++
		}
	}
	return n
}
