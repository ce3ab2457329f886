package filter

import (
	"bytes"
	"math/bits"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
)

// findOwn runs the user's patterns that the plan names over a text, or a decoded
// form of it.
func (w *worker) findOwn(b []byte) {
	for set := w.plan.patterns; set != 0; set &= set - 1 {
		i := bits.TrailingZeros64(set)
		p := &w.f.patterns[i]
		if p.literal != "" && !bytes.Contains(b, []byte(p.literal)) {
			continue
		}
		for _, at := range p.re.FindAllIndex(b, -1) { // nil without a match
			if at[1] > at[0] {
				w.scan.Add(at[0], at[1], ownKinds+detect.Kind(i), p.name)
			}
		}
	}
}
