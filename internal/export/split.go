package export

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// level is one step from a request down to its items: the repeated field to
// halve, or (single) the alternatives of a oneof to go through.
type level struct {
	fields []protowire.Number
	single bool
}

// levels returns the steps of a signal's request. Numbers: opentelemetry-proto,
// *_service.proto, trace.proto, metrics.proto, logs.proto.
func levels(sig otlp.Signal) []level {
	resource, scope, item := level{fields: []protowire.Number{1}}, level{fields: []protowire.Number{2}}, level{fields: []protowire.Number{2}}
	if sig != otlp.Metrics {
		return []level{resource, scope, item}
	}
	data := level{fields: []protowire.Number{5, 7, 9, 10, 11}, single: true} // gauge, sum, histogram, exponential histogram, summary
	points := level{fields: []protowire.Number{1}}
	return []level{resource, scope, item, data, points}
}

// split halves an encoded request at the uppermost level that has two entries:
// resources, else scopes, else items, else datapoints. What isn't halved
// (resource, scope, the metric's name) is in both. ok is false when there is
// nothing to halve.
func split(sig otlp.Signal, b []byte) (left, right []byte, ok bool) {
	return halve(b, levels(sig))
}

func halve(b []byte, steps []level) (left, right []byte, ok bool) {
	if len(steps) == 0 {
		return nil, nil, false
	}
	step := steps[0]
	entries, only := 0, []byte(nil)
	fine := fields(b, func(n protowire.Number, raw, value []byte) {
		if step.has(n) && value != nil {
			entries, only = entries+1, value
		}
	})
	switch {
	case !fine || entries == 0:
		return nil, nil, false
	case entries > 1 && !step.single:
		left, right = halveHere(b, step, entries/2)
		return left, right, true
	}
	l, r, ok := halve(only, steps[1:])
	if !ok {
		return nil, nil, false
	}
	return replace(b, step, l), replace(b, step, r), true
}

// halveHere gives the first n entries of step to left and the others to right.
func halveHere(b []byte, step level, n int) (left, right []byte) {
	i := 0
	fields(b, func(number protowire.Number, raw, value []byte) {
		switch {
		case !step.has(number) || value == nil:
			left, right = append(left, raw...), append(right, raw...)
			return
		case i < n:
			left = append(left, raw...)
		default:
			right = append(right, raw...)
		}
		i++
	})
	return left, right
}

// replace returns b with the value of its only entry of step replaced.
func replace(b []byte, step level, with []byte) []byte {
	out := make([]byte, 0, len(b))
	fields(b, func(n protowire.Number, raw, value []byte) {
		if !step.has(n) || value == nil {
			out = append(out, raw...)
			return
		}
		out = protowire.AppendTag(out, n, protowire.BytesType)
		out = protowire.AppendBytes(out, with)
	})
	return out
}

func (l level) has(n protowire.Number) bool { return slices.Contains(l.fields, n) }

// fields calls fn with each field of a message: its number, its raw bytes, and
// the value of a length-delimited one (else nil). It returns false at malformed
// bytes.
func fields(b []byte, fn func(n protowire.Number, raw, value []byte)) bool {
	for len(b) > 0 {
		n, typ, tag := protowire.ConsumeTag(b)
		if tag < 0 {
			return false
		}
		size := protowire.ConsumeFieldValue(n, typ, b[tag:])
		if size < 0 {
			return false
		}
		var value []byte
		if typ == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(b[tag:])
			if value == nil {
				value = []byte{}
			}
		}
		fn(n, b[:tag+size], value)
		b = b[tag+size:]
	}
	return true
}
