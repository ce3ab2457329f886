package filter

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Explanation says what the filter does to one text.
type Explanation struct {
	Line     int     `json:"line,omitempty"`     // of a text sample, from 1
	Signal   string  `json:"signal,omitempty"`   // of a request
	Location string  `json:"location,omitempty"` // place in the request, as "span.attribute.value"
	Key      string  `json:"key,omitempty"`      // of the attribute
	Found    []Found `json:"found"`
	Result   string  `json:"result"`  // the text after the filter
	Removed  bool    `json:"removed"` // the attribute or the item is gone
}

// Found is one finding.
type Found struct {
	Detector string `json:"detector"`
	Rule     string `json:"rule"`   // what in the detector found it
	Offset   int    `json:"offset"` // bytes from the start of the text
	Length   int    `json:"length"` // bytes
	Action   Action `json:"action"`
}

// maxLine bounds a line of a sample, in bytes.
const maxLine = 1 << 20

// Explain filters a sample and says what was found in it, by which rule, and what
// is left. The sample is text, a line each as the body of a log record; or a
// request, if decode says so: it is given the whole sample, and returns the
// encoded request, or false for text. Nothing is counted.
func (f *Filter) Explain(r io.Reader, decode func(sample []byte) (otlp.Signal, []byte, bool)) ([]Explanation, error) {
	sample, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read sample: %w", err)
	}
	if sig, request, ok := decode(sample); ok {
		return f.explainRequest(sig, request)
	}
	return f.explainLines(sample)
}

func (f *Filter) explainLines(sample []byte) (all []Explanation, err error) {
	w := f.newWorker()
	body := f.plans.body
	lines := bufio.NewScanner(bytes.NewReader(sample))
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		w.trace = &trace{f: f}
		t := otlp.Text{Place: body, Kind: otlp.String, Value: lines.Bytes()}
		w.Text(&t, nil)
		for _, e := range w.trace.all {
			e.Line, e.Signal, e.Location = n, "", ""
			all = append(all, e)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read sample: %w", err)
	}
	return all, nil
}

func (f *Filter) explainRequest(sig otlp.Signal, request []byte) ([]Explanation, error) {
	w := f.newWorker()
	w.trace, w.signal = &trace{f: f}, sig
	if _, _, err := w.walker.Rewrite(sig, request, nil, w); err != nil {
		return nil, err
	}
	return w.trace.all, nil
}

// trace notes what a worker does.
type trace struct {
	f     *Filter
	all   []Explanation
	found []Found
}

// add notes a finding in the present text.
func (t *trace) add(detector int, m detect.Finding, a Action) {
	if t != nil {
		t.found = append(t.found, Found{Detector: t.f.metrics.detector[detector], Rule: m.Rule, Offset: m.Start, Length: m.End - m.Start, Action: a})
	}
}

// end notes what became of a text, if anything was found in it.
func (t *trace) end(p otlp.Place, key, result []byte, removed bool) {
	if t == nil || len(t.found) == 0 {
		return
	}
	place := &t.f.places[p]
	t.all = append(t.all, Explanation{
		Signal: place.signal.String(), Location: place.name, Key: string(key), Found: t.found, Result: string(result), Removed: removed,
	})
	t.found = nil
}
