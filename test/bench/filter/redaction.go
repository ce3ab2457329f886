package main

import (
	"context"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"

	"github.com/drl-trading/telemetry-agent/test/bench/contrib"
)

// redaction is the redaction processor, with what it hands on.
type redaction struct {
	processor processor.Traces
	last      ptrace.Traces
}

// rules are one expression for each thing that the agent's default detectors look
// for. They find less and mask more than the detectors, which validate; what
// counts here is the work.
func rules() map[string]any {
	return map[string]any{
		"allow_all_keys": true,
		"summary":        "silent",
		"blocked_key_patterns": []string{
			`(?i)(password|passwd|pwd|secret|token|api_?key|authorization|cookie)$`,
			`(?i)(phone|mobile|ssn|account_?(id|number))$`,
		},
		"blocked_values": []string{
			`\b(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12})\b`,
			`\b\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}\b`,
			`\b[A-Z]{2}\d{2}[A-Z0-9 ]{11,38}\b`,
			`\b\d{3}-\d{2}-\d{4}\b`,
			`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`,
			`\+\d[\d ().-]{6,20}\d`,
			`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`,
			`(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`,
			`\b(?:AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20}|xox[abprs]-[\w-]{10,}|sk_(?:live|test)_\w{10,}|AIza[\w-]{35}|SG\.[\w-]{22}\.[\w-]{43}|sk-[\w-]{20,}|hf_\w{30,}|npm_\w{36})\b`,
			`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*`,
			`://[^/\s:@]*:[^/\s@]+@`,
			`(?i)\b(?:password|passwd|pwd|secret|token|api_?key|sig|signature)["']?\s*[=:]\s*\S+`,
			`8=FIX.*\|1=[^|]+`,
		},
		"db_sanitizer": map[string]any{"sql": map[string]any{"enabled": true, "attributes": []string{"db.query.text", "db.statement"}}},
	}
}

func newRedaction() (*redaction, error) {
	r := &redaction{}
	var err error
	r.processor, err = contrib.Start(redactionprocessor.NewFactory(), rules(), func(td ptrace.Traces) { r.last = td })
	return r, err
}

// process returns the operation of decoding a request, having it processed, and
// encoding the result.
func (r *redaction) process(request []byte) func(b *testing.B) {
	return r.operation(request, func(td ptrace.Traces) (ptrace.Traces, error) {
		err := r.processor.ConsumeTraces(context.Background(), td)
		return r.last, err
	})
}

// codec returns the operation of decoding and encoding alone.
func (r *redaction) codec(request []byte) func(b *testing.B) {
	return r.operation(request, func(td ptrace.Traces) (ptrace.Traces, error) { return td, nil })
}

func (r *redaction) operation(request []byte, do func(ptrace.Traces) (ptrace.Traces, error)) func(b *testing.B) {
	var (
		unmarshal ptrace.ProtoUnmarshaler
		marshal   ptrace.ProtoMarshaler
	)
	return func(b *testing.B) {
		for b.Loop() {
			td, err := unmarshal.UnmarshalTraces(request)
			if err == nil {
				td, err = do(td)
			}
			if err == nil {
				_, err = marshal.MarshalTraces(td)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
