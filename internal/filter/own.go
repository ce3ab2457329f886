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
		for from := 0; from < len(b); {
			loc := p.re.FindIndex(b[from:])
			if loc == nil {
				break
			}
			if loc[1] > loc[0] {
				w.scan.Add(from+loc[0], from+loc[1], ownKinds+detect.Kind(i), p.name)
			}
			from += max(loc[1], 1)
		}
	}
}
