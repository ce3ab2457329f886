package filter

import (
	"math"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

const (
	// leastCard is the least number that may be a card's: 12 digits.
	leastCard = 100_000_000_000
	// mostExact bounds the doubles that are looked at: the largest card number.
	mostExact = 1e19
)

// number looks at an integer, or a double without a fraction, as at its digits.
// A finding replaces the whole number.
func (w *worker) number(t *otlp.Text, dst []byte) ([]byte, otlp.Verdict) {
	telling := w.plan.hint != detect.NoHint && w.plan.hint != detect.HintQuantity || w.plan.patterns != 0
	switch t.Kind {
	case otlp.Int:
		if t.Int < leastCard && !telling {
			return dst, otlp.Pass
		}
	case otlp.Double:
		if t.Double < leastCard && !telling || !(t.Double >= 0 && t.Double < mostExact) || t.Double != math.Trunc(t.Double) {
			return dst, otlp.Pass
		}
	}
	return w.value(w.textOf(t), dst, w.plan.hint)
}
