// Package filter removes personal data and secrets from OTLP requests.
//
// A Filter visits every text of an encoded request by internal/otlp, looks at it
// with the detectors of filter/detect, the rules by attribute key and the user's
// own patterns, and masks, hashes or drops what they find. In doubt (a rule
// panics, an encoding can't be looked through) a value is masked, never passed.
//
// It decides what is private and what becomes of it; it knows nothing of where
// requests come from or go to. Requests are borrowed for the length of a call. The
// only text it remembers are attribute keys in which nothing was found, bounded;
// of metrics whose attributes a rule drops it remembers hashes (see package sums).
// It starts no goroutine, and is safe for concurrent use.
package filter

import (
	"log/slog"
	"sync"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/filter/sums"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Filter filters requests of all signals.
type Filter struct {
	schema   *otlp.Schema
	scanner  *detect.Scanner
	rules    rules
	patterns []pattern
	allow    map[string]struct{}
	maxAllow int // length of the longest entry of allow
	tokens   *tokens
	places   []place
	plans    *plans
	action   Action
	enforce  bool
	last4    bool
	count    bool // write agent.redacted
	merger   *sums.Merger
	report   *reporter
	metrics  *metrics
	workers  sync.Pool
	warnings []Warning
}

// New returns a filter. Errors name the option by ConfigPath.
func New(o Options) (*Filter, error) {
	o = o.withDefaults()
	f := &Filter{
		schema:  o.Schema,
		action:  o.Action,
		enforce: o.Mode != Report,
		last4:   o.KeepLast4,
		count:   o.CountRedacted,
		places:  newPlaces(o.Schema),
		merger:  sums.NewMerger(),
	}
	if err := f.build(o); err != nil {
		return nil, err
	}
	f.plans = newPlans(f)
	f.metrics = newMetrics(f)
	f.report = newReporter(o.Logger, f)
	f.workers.New = func() any { return f.newWorker() }
	if !f.enforce {
		o.Logger.Warn("filter only reports: private data is passed on", slog.String("filter.mode", "report"))
	}
	return f, nil
}

// Filter returns the request without what is private. If nothing is, out is in;
// else it is written to dst[:0], grown as needed. The error is an *otlp.Error.
// Dropped counts the items that a rule removed.
func (f *Filter) Filter(sig otlp.Signal, in, dst []byte) (out []byte, c otlp.Counts, err error) {
	began := time.Now()
	w := f.workers.Get().(*worker)
	out, c, err = w.filter(sig, in, dst)
	f.metrics.seconds.Add(int64(time.Since(began)))
	w.done()
	f.workers.Put(w)
	return out, c, err
}

// Attribute filters one attribute that the agent is about to add to a resource.
// keep is false if a rule drops it, or if something is found in its key: hashed,
// as the keys of a request are, it would say nothing to anyone.
func (f *Filter) Attribute(key, value string) (out string, keep bool) {
	w := f.workers.Get().(*worker)
	defer func() {
		w.done()
		f.workers.Put(w)
	}()
	p := f.plans.resource
	w.signal = otlp.Traces
	plan, v := w.Attribute(p, []byte(key), 0)
	if v > otlp.Replace {
		return "", false
	}
	t := otlp.Text{Place: p, Kind: otlp.Key, Value: []byte(key), Plan: plan, Key: []byte(key)}
	if _, v = w.Text(&t, nil); v != otlp.Pass {
		return "", false
	}
	t.Kind, t.Value = otlp.String, []byte(value)
	repl, v := w.Text(&t, nil)
	switch v {
	case otlp.Pass:
		return value, true
	case otlp.Replace:
		return string(repl), true
	}
	return "", false
}

// Warnings lists what in the options works, but costs more or protects less than
// its author may think.
func (f *Filter) Warnings() []Warning { return f.warnings }
