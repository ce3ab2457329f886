package enrich

import (
	"slices"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// plan is what happens to every resource, in order.
type plan struct{ steps []Attribute }

// add appends a step, its value filtered.
func (p *plan) add(f Filter, a Attribute, m *metrics) {
	if a.Action != Delete {
		value, keep := f.Attribute(a.Key, a.Value)
		if !keep {
			m.filtered.Inc()
			return
		}
		a.Value = value
	}
	p.steps = append(p.steps, a)
}

// fieldAttributes is Resource.attributes (opentelemetry/proto/resource/v1).
const fieldAttributes = 1

// pair is an attribute of the resource that is being rewritten.
type pair struct {
	key   string
	field []byte // as it came, with tag and length; nil if it is new
	value string // of a new one
}

// apply appends the new form of an encoded Resource to dst, or says that it stays
// as it is.
func (p *plan) apply(resource, dst []byte) (out []byte, changed bool) {
	pairs, rest := split(resource)
	for _, step := range p.steps {
		at := slices.IndexFunc(pairs, func(a pair) bool { return a.key == step.Key })
		switch {
		case at < 0 && (step.Action == Insert || step.Action == Upsert):
			pairs, changed = append(pairs, pair{key: step.Key, value: step.Value}), true
		case at >= 0 && step.Action == Delete:
			pairs, changed = slices.DeleteFunc(pairs, func(a pair) bool { return a.key == step.Key }), true
			rest = forget(rest, step.Key)
		case at >= 0 && (step.Action == Update || step.Action == Upsert):
			pairs = slices.DeleteFunc(pairs, func(a pair) bool { return a.key == step.Key })
			pairs, changed = slices.Insert(pairs, at, pair{key: step.Key, value: step.Value}), true
		}
	}
	if !changed {
		return nil, false
	}
	for _, a := range pairs {
		if a.field != nil {
			dst = append(dst, a.field...)
		} else {
			dst = otlp.AppendStringAttribute(dst, fieldAttributes, a.key, a.value)
		}
	}
	return append(dst, rest...), true
}
