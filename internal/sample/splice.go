package sample

import (
	"bytes"

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

// compareGroups orders groups by what they encode, so that spans that came in
// different batches but share resource and scope are put under one header.
func compareGroups(a, b *group) int {
	if a == b {
		return 0
	}
	for _, pair := range [][2][]byte{
		{a.Resource, b.Resource}, {a.ResourceSchemaURL, b.ResourceSchemaURL},
		{a.Scope, b.Scope}, {a.ScopeSchemaURL, b.ScopeSchemaURL},
	} {
		if c := bytes.Compare(pair[0], pair[1]); c != 0 {
			return c
		}
	}
	return 0
}

func sameResource(a, b *group) bool {
	return bytes.Equal(a.Resource, b.Resource) && bytes.Equal(a.ResourceSchemaURL, b.ResourceSchemaURL)
}

// appendKept appends the fragment to dst as one encoded request: spans regrouped,
// the rule and the trigger on its local roots, the threshold in every tracestate.
func appendKept(dst []byte, v *view, o outcome, trigger Trigger) []byte {
	v.sortByGroup()
	for from := 0; from < len(v.spans); {
		to := from + 1
		for to < len(v.spans) && sameResource(v.spans[from].group, v.spans[to].group) {
			to++
		}
		dst = appendMessage(dst, fieldResourceSpans, func(b []byte) []byte {
			return appendResource(b, v.spans[from:to], o, trigger)
		})
		from = to
	}
	return dst
}

func appendResource(b []byte, spans []viewSpan, o outcome, trigger Trigger) []byte {
	g := spans[0].group
	b = appendBytes(b, fieldResource, g.Resource)
	for from := 0; from < len(spans); {
		to := from + 1
		for to < len(spans) && compareGroups(spans[from].group, spans[to].group) == 0 {
			to++
		}
		b = appendMessage(b, fieldScopeSpans, func(b []byte) []byte {
			scope := spans[from].group
			b = appendBytes(b, fieldScope, scope.Scope)
			for i := from; i < to; i++ {
				b = appendMessage(b, fieldSpans, func(b []byte) []byte { return appendSpan(b, &spans[i], o, trigger) })
			}
			return appendBytes(b, fieldSchemaURL, scope.ScopeSchemaURL)
		})
		from = to
	}
	return appendBytes(b, fieldSchemaURL, g.ResourceSchemaURL)
}

func appendSpan(b []byte, s *viewSpan, o outcome, trigger Trigger) []byte {
	state := string(s.TraceState)
	var changed *string
	if next := withThreshold(state, o.threshold); next != state {
		changed = &next
	}
	if !s.root {
		if changed == nil {
			return append(b, s.Raw...)
		}
		return otlp.AppendSpanWith(b, s.Raw, changed)
	}
	return otlp.AppendSpanWith(b, s.Raw, changed,
		otlp.StringAttribute{Key: attributeRule, Value: o.rule}, otlp.StringAttribute{Key: attributeReason, Value: string(trigger)})
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
