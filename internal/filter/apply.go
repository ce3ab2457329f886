package filter

import (
	"strconv"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

const (
	doubtMask = "[masked]"          // a whole value, when in doubt
	urlMask   = "REDACTED"          // in URLs, as the semantic conventions want it
	sqlMask   = "?"                 // in statements, likewise
	ownKinds  = detect.NumKinds + 1 // the first kind of the user's patterns
)

// apply writes text without what was found in it. With forceHash findings are
// hashed, whatever the action.
func (w *worker) apply(text, dst []byte, found []detect.Finding, doubt detect.Doubt, forceHash bool) ([]byte, otlp.Verdict) {
	f, p := w.f, &w.f.places[w.place]
	if doubt != detect.NoDoubt {
		w.tally.doubts[doubt]++
		return w.replaceAll(text, dst, doubtDetector, Mask, forceHash)
	}
	at, pos, changed := len(dst), 0, false
	for _, m := range found {
		hit := text[m.Start:m.End]
		if f.allowed(hit) {
			continue
		}
		action := w.actionFor(m.Kind, forceHash)
		w.note(int(m.Kind), m, action)
		if action == Drop {
			if p.attribute {
				w.items.redacted(p.item)
				return dst[:at], otlp.DropAttribute
			}
			action = Mask
		}
		dst = append(dst, text[pos:m.Start]...)
		dst = w.replacement(dst, hit, m.Kind, action)
		pos, changed = m.End, true
	}
	if !changed {
		return dst[:at], otlp.Pass
	}
	w.items.redacted(p.item)
	return append(dst, text[pos:]...), otlp.Replace
}

// actionFor returns what happens to a finding in the present place.
func (w *worker) actionFor(k detect.Kind, forceHash bool) Action {
	action := w.f.action
	if k >= ownKinds {
		action = w.f.patterns[k-ownKinds].action
	}
	switch {
	case forceHash || w.f.places[w.place].identity:
		return Hash
	case k == detect.SQL && action != Drop:
		return Mask // a statement stays one
	}
	return action
}

// replacement appends what stands in the place of hit.
func (w *worker) replacement(dst, hit []byte, k detect.Kind, action Action) []byte {
	switch {
	case action == Hash:
		return w.f.tokens.append(dst, hit)
	case k == detect.URL:
		return append(dst, urlMask...)
	case k == detect.SQL:
		return append(dst, sqlMask...)
	case k >= ownKinds:
		return append(dst, w.f.patterns[k-ownKinds].mask...)
	case k == detect.Card && w.f.last4:
		dst = append(dst, "[card:"...)
		dst = appendLastDigits(dst, hit)
		return append(dst, ']')
	}
	dst = append(dst, '[')
	dst = append(dst, k.String()...)
	return append(dst, ']')
}

// appendLastDigits appends the last four digits of a card number.
func appendLastDigits(dst, hit []byte) []byte {
	var last [4]byte
	n := len(last)
	for i := len(hit) - 1; i >= 0 && n > 0; i-- {
		if hit[i] >= '0' && hit[i] <= '9' {
			n--
			last[n] = hit[i]
		}
	}
	if n > 0 { // encoded digits: don't guess
		return append(dst, "0000"...)
	}
	return append(dst, last[:]...)
}

// whole carries out a rule that masks or hashes the value of an attribute, or
// that would drop the attribute of a datapoint.
func (w *worker) whole(t *otlp.Text, dst []byte) ([]byte, otlp.Verdict) {
	action := w.plan.action
	if action != Hash {
		action = Mask
	}
	return w.replaceAll(w.textOf(t), dst, ruleDetector, action, w.f.places[w.place].datapoint)
}

// replaceAll replaces a whole value.
func (w *worker) replaceAll(text, dst []byte, detector int, action Action, forceHash bool) ([]byte, otlp.Verdict) {
	if len(text) == 0 || w.f.tokens.isToken(text) {
		return dst, otlp.Pass
	}
	if forceHash || w.f.places[w.place].identity {
		action = Hash
	}
	w.note(detector, detect.Finding{End: len(text), Rule: "whole_value"}, action)
	w.items.redacted(w.f.places[w.place].item)
	if action == Hash {
		return w.f.tokens.append(dst, text), otlp.Replace
	}
	return append(dst, doubtMask...), otlp.Replace
}

// note counts a finding, and reports it if the filter only does that, or if
// someone wants to know.
func (w *worker) note(detector int, m detect.Finding, action Action) {
	w.trace.add(detector, m, action)
	w.tally.found(w.place, detector, action)
	w.f.report.note(w.place, detector, w.key)
}

// textOf returns a value as text; numbers as they are written in JSON.
func (w *worker) textOf(t *otlp.Text) []byte {
	switch t.Kind {
	case otlp.Int:
		w.num = strconv.AppendInt(w.num[:0], t.Int, 10)
		return w.num
	case otlp.Double:
		w.num = strconv.AppendFloat(w.num[:0], t.Double, 'f', -1, 64)
		return w.num
	}
	return t.Value
}
