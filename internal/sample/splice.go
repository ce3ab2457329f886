package sample

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Attributes that kept fragments carry on their local roots.
const (
	attributeRule   = "sampling.rule"
	attributeReason = "sampling.reason"
)

// Field numbers of TracesData, ResourceSpans and ScopeSpans (trace.proto).
const (
	fieldResourceSpans = 1
	fieldResource      = 1
	fieldScopeSpans    = 2
	fieldScope         = 1
	fieldSpans         = 2
	fieldSchemaURL     = 3
)

// splicer writes kept spans as encoded requests: regrouped, the rule and the
// reason on local roots, the threshold in every tracestate.
type splicer struct {
	buf []byte

	rule, reason string
	threshold    uint64
	state, next  string // the last tracestate and what became of it
}

// pieceBytes is about how long the requests are that a fragment is passed on in:
// a giant one is never copied as a whole.
const pieceBytes = 1 << 20

// pieces calls fn with the spans of the view as one or several requests, which
// are borrowed.
func (w *splicer) pieces(v *view, rule, reason string, threshold uint64, fn func(b []byte, spans int)) {
	w.rule, w.reason, w.threshold, w.state, w.next = rule, reason, threshold, "", ""
	v.sortByGroup()
	for from := 0; from < len(v.order); {
		to, bytes := from, 0
		for to < len(v.order) && (to == from || bytes < pieceBytes) {
			bytes += len(v.spans[v.order[to]].Raw)
			to++
		}
		w.buf = w.request(w.buf[:0], v, v.order[from:to])
		fn(w.buf, to-from)
		from = to
	}
	if cap(w.buf) > 2*pieceBytes {
		w.buf = nil
	}
}

// request appends the spans as one encoded request.
func (w *splicer) request(dst []byte, v *view, order []int32) []byte {
	for len(order) > 0 {
		first, n := v.spans[order[0]].group, 1
		for n < len(order) && sameResource(first, v.spans[order[n]].group) {
			n++
		}
		dst = appendMessage(dst, fieldResourceSpans, func(b []byte) []byte { return w.resource(b, v, order[:n]) })
		order = order[n:]
	}
	return dst
}

func (w *splicer) resource(b []byte, v *view, order []int32) []byte {
	g := v.spans[order[0]].group
	b = appendBytes(b, fieldResource, g.Resource)
	for len(order) > 0 {
		first, n := v.spans[order[0]].group, 1
		for n < len(order) && compareGroups(first, v.spans[order[n]].group) == 0 {
			n++
		}
		b = appendMessage(b, fieldScopeSpans, func(b []byte) []byte {
			b = appendBytes(b, fieldScope, first.Scope)
			for _, i := range order[:n] {
				b = appendMessage(b, fieldSpans, func(b []byte) []byte { return w.span(b, &v.spans[i]) })
			}
			return appendBytes(b, fieldSchemaURL, first.ScopeSchemaURL)
		})
		order = order[n:]
	}
	return appendBytes(b, fieldSchemaURL, g.ResourceSchemaURL)
}

func (w *splicer) span(b []byte, s *viewSpan) []byte {
	if string(s.TraceState) != w.state || w.next == "" {
		w.state = string(s.TraceState)
		w.next = withThreshold(w.state, w.threshold)
	}
	var changed *string
	if w.next != w.state {
		changed = &w.next
	}
	switch {
	case s.root && w.rule != "":
		return otlp.AppendSpanWith(b, s.Raw, changed,
			otlp.StringAttribute{Key: attributeRule, Value: w.rule}, otlp.StringAttribute{Key: attributeReason, Value: w.reason})
	case changed != nil:
		return otlp.AppendSpanWith(b, s.Raw, changed)
	}
	return append(b, s.Raw...)
}

// appendMessage appends a field whose message fill writes. The length goes before
// the message, which is moved when its length takes more than one byte.
func appendMessage(b []byte, field protowire.Number, fill func([]byte) []byte) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	start := len(b)
	b = append(b, 0)
	b = fill(b)
	n := len(b) - start - 1
	width := protowire.SizeVarint(uint64(n))
	if width > 1 {
		b = append(b, make([]byte, width-1)...)
		copy(b[start+width:], b[start+1:start+1+n])
	}
	protowire.AppendVarint(b[:start], uint64(n))
	return b
}

// appendBytes appends a field, unless it is absent.
func appendBytes(b []byte, field protowire.Number, value []byte) []byte {
	if len(value) == 0 {
		return b
	}
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendBytes(b, value)
}
