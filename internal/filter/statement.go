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
	w.literals = sqltext.Append(w.literals[:0], text)
	for _, l := range w.literals {
		w.scan.Given = append(w.scan.Given, detect.Finding{Start: l.Start, End: l.End, Kind: detect.SQL, Rule: l.Rule})
	}
}
