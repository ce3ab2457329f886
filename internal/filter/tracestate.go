package filter

import (
	"bytes"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// stateEntry is one member of a tracestate.
type stateEntry struct{ from, to int }

// traceState removes the members of a W3C tracestate in which something is found.
// The `ot` member of OpenTelemetry passes if all in it is what sampling writes.
// Members aren't masked: others parse them.
func (w *worker) traceState(text, dst []byte) ([]byte, otlp.Verdict) {
	w.state = w.state[:0]
	removed := 0
	for from := 0; from <= len(text); {
		to := from
		for to < len(text) && text[to] != ',' {
			to++
		}
		if member := bytes.TrimSpace(text[from:to]); w.privateMember(member) {
			removed++
		} else if len(member) > 0 {
			w.state = append(w.state, stateEntry{from, to})
		}
		from = to + 1
	}
	if removed == 0 {
		return dst, otlp.Pass
	}
	w.items.redacted(true)
	for i, e := range w.state {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, bytes.TrimSpace(text[e.from:e.to])...)
	}
	return dst, otlp.Replace
}

func (w *worker) privateMember(member []byte) bool {
	if samplingMember(member) || w.f.allowed(member) {
		return false
	}
	found, doubt := w.look(member, detect.NoHint)
	for _, m := range found {
		w.note(int(m.Kind), m, Drop)
	}
	if doubt != detect.NoDoubt {
		w.tally.doubts[doubt]++
	}
	return len(found) > 0 || doubt != detect.NoDoubt
}

// samplingMember tells whether a member is ot=th:…;rv:… as the OpenTelemetry
// specification defines them ("TraceState: Probability Sampling"): a threshold of
// 1 to 14 hexadecimal digits, a random value of 14.
func samplingMember(member []byte) bool {
	rest, ok := bytes.CutPrefix(member, []byte("ot="))
	for ok && len(rest) > 0 {
		var field []byte
		field, rest, _ = bytes.Cut(rest, []byte(";"))
		value, isThreshold := bytes.CutPrefix(field, []byte("th:"))
		if !isThreshold {
			value, ok = bytes.CutPrefix(field, []byte("rv:"))
		}
		ok = ok && lowerHex(value) && (len(value) == 14 || isThreshold && len(value) >= 1 && len(value) < 14)
	}
	return ok
}

func lowerHex(b []byte) bool {
	for _, c := range b {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}
