package filter

import (
	"bytes"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/filter/sqltext"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// worker is the visitor of one request at a time, with its scratch memory.
type worker struct {
	f        *Filter
	walker   *otlp.Walker
	scan     detect.Work
	plan     *plan             // of the text that is looked at
	place    otlp.Place        // likewise
	key      []byte            // likewise
	signal   otlp.Signal       // of the request
	num      []byte            // a number as text
	again    []byte            // a text between two passes
	literals []sqltext.Literal // of a statement
	tally    tally             // of this request
	state    []stateEntry      // of a tracestate
	flag     bool              // the last argument of a command line was a telling option
	points   bool              // a rule drops attributes of datapoints in this request
	items    itemCounts        // what was redacted in each item of this request
	trace    *trace            // nil unless someone wants to know
}

func (f *Filter) newWorker() *worker {
	w := &worker{f: f, walker: otlp.NewWalker(f.schema, otlp.Limits{})}
	if len(f.patterns) > 0 {
		w.scan.Own = w.findOwn
	}
	return w
}

// filter rewrites one request.
func (w *worker) filter(sig otlp.Signal, in, dst []byte) ([]byte, otlp.Counts, error) {
	w.signal = sig
	out, c, err := w.walker.Rewrite(sig, in, dst, w)
	if err != nil || !w.f.enforce {
		return out, c, err
	}
	if w.points {
		out = w.dropPoints(out, &c)
	}
	if w.f.count && sig != otlp.Metrics && c.Rejected == 0 {
		out = w.items.write(sig, out)
	}
	return out, c, nil
}

// dropPoints drops the attributes of datapoints that a rule drops, where that
// leaves totals right. They are hashed by now.
func (w *worker) dropPoints(request []byte, c *otlp.Counts) []byte {
	out, r, err := w.f.merger.Drop(request, func(key string) bool {
		action, named := w.f.rules.find([]byte(key))
		return action == Drop || w.f.rules.listed && !named
	})
	if err != nil { // can't be: the walker wrote it. Hashed as they are, they may go on.
		return request
	}
	c.Dropped += r.Merged
	w.tally.merged += r.Merged
	for reason, n := range r.Kept {
		w.tally.kept[reason] += n
	}
	return out
}

// Item implements otlp.ItemVisitor.
func (w *worker) Item() { w.items.begin() }

// maxScratch bounds the scratch memory that is kept between requests, in bytes.
const maxScratch = 1 << 20

// done books what was counted, and forgets the request.
func (w *worker) done() {
	w.f.metrics.add(&w.tally)
	w.tally.reset()
	w.points = false
	w.items.reset()
	w.plan, w.key, w.scan.Given = nil, nil, w.scan.Given[:0]
	w.scan.Trim()
	if cap(w.again) > maxScratch {
		w.again = nil
	}
}

// Restart implements otlp.RestartVisitor.
func (w *worker) Restart() {
	w.tally.restart()
	w.items.reset()
}

// Attribute implements otlp.Visitor: the rules by key.
func (w *worker) Attribute(p otlp.Place, key []byte, outer uint32) (n uint32, v otlp.Verdict) {
	defer func() {
		if r := recover(); r != nil {
			n, v = 0, w.panicked(p, otlp.DropAttribute)
		}
	}()
	f := w.f
	n = f.plans.number(w, key)
	if outer != 0 {
		n = f.plans.within(outer, n)
	}
	plan := f.plans.get(n)
	if plan.action == Scan && (!f.rules.listed || plan.named) {
		return n, otlp.Pass
	}
	return n, w.byRule(p, key, plan)
}

// byRule carries out the rules that don't look at the value.
func (w *worker) byRule(p otlp.Place, key []byte, plan *plan) otlp.Verdict {
	action, verdict := Drop, otlp.DropAttribute
	switch {
	case plan.action == DropItem:
		action, verdict = DropItem, otlp.DropItem
	case plan.action == Drop:
	case w.f.rules.listed && !plan.named:
	default:
		return otlp.Pass
	}
	if verdict == otlp.DropAttribute && w.f.places[p].datapoint {
		w.points = true
		return otlp.Pass // its texts are hashed, see whole; then dropPoints
	}
	w.tally.found(p, ruleDetector, action)
	w.f.report.note(p, ruleDetector, key)
	w.trace.add(ruleDetector, detect.Finding{Rule: "attributes"}, action)
	w.trace.end(p, key, nil, true)
	if !w.f.enforce {
		return otlp.Pass
	}
	w.items.dropped(verdict, w.f.places[p].item)
	return verdict
}

// Text implements otlp.Visitor.
func (w *worker) Text(t *otlp.Text, dst []byte) (repl []byte, v otlp.Verdict) {
	at := len(dst)
	defer func() {
		if r := recover(); r != nil {
			repl, v = w.maskAfterPanic(t, dst[:at])
		}
	}()
	repl, v = w.text(t, dst)
	if w.trace != nil {
		w.trace.end(t.Place, t.Key, w.result(t, repl[at:], v), v > otlp.Replace)
	}
	if !w.f.enforce {
		return dst[:at], otlp.Pass
	}
	return repl, v
}

// result returns a text as it is after the filter.
func (w *worker) result(t *otlp.Text, repl []byte, v otlp.Verdict) []byte {
	switch v {
	case otlp.Pass:
		return w.textOf(t)
	case otlp.Replace:
		return repl
	}
	return nil
}

func (w *worker) text(t *otlp.Text, dst []byte) ([]byte, otlp.Verdict) {
	f := w.f
	if t.Kind == otlp.Key && t.Plan&cleanKey != 0 && bytes.Equal(t.Value, t.Key) {
		return dst, otlp.Pass
	}
	w.place, w.key, w.plan = t.Place, t.Key, f.plans.get(t.Plan)
	w.tally.bytes += len(t.Value)
	switch {
	case t.Kind == otlp.Key:
		return w.attributeKey(t, dst)
	case w.plan.action == Mask || w.plan.action == Hash || f.places[t.Place].datapoint && w.dropped(t):
		return w.whole(t, dst)
	case t.Kind == otlp.Int || t.Kind == otlp.Double:
		return w.number(t, dst)
	case f.places[t.Place].traceState:
		return w.traceState(t.Value, dst)
	}
	return w.value(t.Value, dst, w.plan.hint)
}

// dropped tells whether a rule drops the attribute of a text. In a datapoint it is
// still there.
func (w *worker) dropped(t *otlp.Text) bool {
	return w.plan.action == Drop || w.f.rules.listed && t.Plan != 0 && !w.plan.named
}

// clean tells whether nothing is found in a key.
func (w *worker) clean(key []byte) bool {
	w.plan = w.f.plans.get(0)
	found, doubt := w.look(key, detect.NoHint)
	return len(found) == 0 && doubt == detect.NoDoubt
}

// attributeKey hashes what is found in a key: masked, two keys could become one.
func (w *worker) attributeKey(t *otlp.Text, dst []byte) ([]byte, otlp.Verdict) {
	w.plan = w.f.plans.get(0)
	return w.clear(t.Value, dst, detect.NoHint, true)
}

// value looks at a text and replaces what is found in it.
func (w *worker) value(text, dst []byte, hint detect.Hint) ([]byte, otlp.Verdict) {
	if w.f.allowed(text) {
		return dst, otlp.Pass
	}
	if hint == detect.HintArguments {
		hint = w.argument(text)
	}
	return w.clear(text, dst, hint, false)
}

// maxPasses bounds how often a text is looked at. What is left after a pass is
// looked at again, because a replacement may complete something private around
// it; so a text that was filtered is one in which nothing is found.
const maxPasses = 6

// clear replaces what is found in a text until nothing is. With forceHash
// findings are hashed, whatever the action.
func (w *worker) clear(text, dst []byte, hint detect.Hint, forceHash bool) ([]byte, otlp.Verdict) {
	at := len(dst)
	found, doubt := w.look(text, hint)
	if len(found) == 0 && doubt == detect.NoDoubt {
		return dst, otlp.Pass
	}
	dst, v := w.apply(text, dst, found, doubt, forceHash)
	shown := w.trace
	w.trace = nil // later passes have other offsets
	defer func() { w.trace = shown }()
	for pass := 1; v == otlp.Replace && doubt == detect.NoDoubt; pass++ {
		left := dst[at:]
		if found, doubt = w.look(left, hint); len(found) == 0 && doubt == detect.NoDoubt {
			break
		}
		if pass == maxPasses {
			return w.replaceAll(text, dst[:at], doubtDetector, Mask, forceHash)
		}
		w.again = append(w.again[:0], left...)
		var next otlp.Verdict
		if dst, next = w.apply(w.again, dst[:at], found, doubt, forceHash); next == otlp.Pass {
			return append(dst, w.again...), v // all of it is allowed
		}
		v = next
	}
	return dst, v
}

// look returns what is private in a text.
func (w *worker) look(text []byte, hint detect.Hint) ([]detect.Finding, detect.Doubt) {
	w.scan.Given = w.scan.Given[:0]
	if hint == detect.HintStatement {
		w.statement(text)
	}
	return w.f.scanner.Scan(&w.scan, text, hint)
}

// argument carries the meaning of an option, as --password, over to the next
// argument of a command line.
func (w *worker) argument(text []byte) detect.Hint {
	secret := w.flag
	w.flag = false
	if len(text) > 2 && text[0] == '-' {
		h := w.f.scanner.Classify(text)
		w.flag = (h == detect.HintSecret || h == detect.HintToken || h == detect.HintAuth) && !bytes.ContainsRune(text, '=')
		return detect.NoHint
	}
	if secret {
		return detect.HintSecret
	}
	return detect.NoHint
}

func (f *Filter) allowed(text []byte) bool {
	if len(text) > f.maxAllow || len(f.allow) == 0 {
		return false
	}
	_, ok := f.allow[string(text)]
	return ok
}

// panicked counts a panic. What panics is a defect of this package; the value
// that met it isn't shown to anyone.
func (w *worker) panicked(p otlp.Place, v otlp.Verdict) otlp.Verdict {
	w.tally.panics++
	if !w.f.enforce {
		return otlp.Pass
	}
	if w.f.places[p].datapoint {
		return otlp.DropItem
	}
	return v
}

func (w *worker) maskAfterPanic(t *otlp.Text, dst []byte) ([]byte, otlp.Verdict) {
	v := otlp.Replace
	if t.Kind == otlp.Key {
		v = otlp.DropAttribute
	}
	v = w.panicked(t.Place, v)
	if v == otlp.Replace {
		dst = append(dst, doubtMask...)
	}
	return dst, v
}
