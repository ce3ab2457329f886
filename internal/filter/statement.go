package filter

import (
	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/filter/sqltext"
)

// statement finds the literals of a database statement.
func (w *worker) statement(text []byte) {
	if !w.f.scanner.Has(detect.SQL) {
		return
	}
	sqltext.Literals(text, func(start, end int, rule string) {
		w.scan.Given = append(w.scan.Given, detect.Finding{Start: start, End: end, Kind: detect.SQL, Rule: rule})
	})
}
