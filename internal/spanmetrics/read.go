package spanmetrics

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// unknownService stands in where a resource has no service.name, as in the SDKs
// (OpenTelemetry specification, resource SDK).
const unknownService = "unknown_service"

// maxText bounds the bytes of a name or value in a series; the rest is cut off.
const maxText = 256

// identity is what tells the producers of spans apart: it becomes job and
// instance in Prometheus. The slices are parts of the batch, or of the reading.
type identity struct{ name, namespace, instance []byte }

// reading is what was last read of a span and its resource. It is scratch
// memory: nothing in it outlives the span.
type reading struct {
	dimensions dimensions
	unknown    []byte // the name of a service without one
	resource   int    // index of the resource that was read, -1 before the first
	identity   identity
	numbers    [3][32]byte // texts in identity that came as numbers
	inherited  []value     // dimensions by the resource
	values     []value     // dimensions of the span
	key        []byte      // of the series; begins with that of the resource
	keyHead    int         // length of the key of the resource
}

// value is that of one dimension; its rank says which of the names it came by.
type value struct {
	otlp.Value
	rank int
}

// inheritedRank is added for attributes of a resource, so that those of the span
// are preferred, by whatever name.
const inheritedRank = 1 << 16

func newReading(d dimensions) reading {
	return reading{
		dimensions: d,
		unknown:    []byte(unknownService),
		inherited:  make([]value, len(d.names)),
		values:     make([]value, len(d.names)),
	}
}

// begin forgets the resource of the last batch.
func (r *reading) begin() { r.resource = -1 }

// span reads what names the series of a span.
func (r *reading) span(g *otlp.Group, s *otlp.Span) {
	if g.ResourceIndex != r.resource {
		r.readResource(g.Resource)
		r.resource = g.ResourceIndex
	}
	copy(r.values, r.inherited)
	if len(r.values) > 0 {
		for key, v := range s.Attributes() {
			if src, found := r.dimensions.find(key); found {
				set(r.values, src, v)
			}
		}
	}
	k := r.key[:r.keyHead]
	k = append(k, byte(knownKind(s.Kind)), byte(knownStatus(s.Status)))
	k = appendText(k, cut(s.Name))
	var number [32]byte
	for i := range r.values {
		k = appendText(k, r.values[i].text(number[:0]))
	}
	r.key = k
}

func (r *reading) readResource(raw []byte) {
	r.identity = identity{name: r.unknown}
	clear(r.inherited)
	for key, v := range otlp.ResourceAttributes(raw) {
		named := value{Value: v}
		switch string(key) {
		case "service.name":
			if text := named.text(r.numbers[0][:0]); len(text) > 0 {
				r.identity.name = text
			}
		case "service.namespace":
			r.identity.namespace = named.text(r.numbers[1][:0])
		case "service.instance.id":
			r.identity.instance = named.text(r.numbers[2][:0])
		}
		if src, found := r.dimensions.find(key); found {
			src.rank += inheritedRank
			set(r.inherited, src, v)
		}
	}
	k := appendText(r.key[:0], r.identity.name)
	k = appendText(k, r.identity.namespace)
	r.key = appendText(k, r.identity.instance)
	r.keyHead = len(r.key)
}

// set takes a value for a dimension unless it has one by a preferred name.
func set(values []value, src source, v otlp.Value) {
	switch v.Kind {
	case otlp.ValueString, otlp.ValueBool, otlp.ValueInt, otlp.ValueDouble:
	default:
		return
	}
	if have := &values[src.dimension]; have.Kind == otlp.ValueEmpty || src.rank < have.rank {
		*have = value{v, src.rank}
	}
}

// text returns the value as text, in buf if it is a number. Without a value it
// is empty. As text, 200 and "200" are one series, as they are in Prometheus.
func (v *value) text(buf []byte) []byte {
	switch v.Kind {
	case otlp.ValueString:
		return cut(v.Bytes)
	case otlp.ValueBool:
		return strconv.AppendBool(buf, v.Bool)
	case otlp.ValueInt:
		return strconv.AppendInt(buf, v.Int, 10)
	case otlp.ValueDouble:
		return strconv.AppendFloat(buf, v.Double, 'g', -1, 64)
	}
	return nil
}

// cut bounds a text, at the begin of a character.
func cut(s []byte) []byte {
	if len(s) <= maxText {
		return s
	}
	n := maxText
	for n > maxText-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func appendText(dst, s []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// knownKind and knownStatus bring values that OTLP doesn't define to the unset one.
func knownKind(k otlp.SpanKind) otlp.SpanKind {
	if k < otlp.SpanKindUnspecified || k > otlp.SpanKindConsumer {
		return otlp.SpanKindUnspecified
	}
	return k
}

func knownStatus(c otlp.StatusCode) otlp.StatusCode {
	if c < otlp.StatusUnset || c > otlp.StatusError {
		return otlp.StatusUnset
	}
	return c
}

// kindName and statusName are the names in OTLP's trace.proto, which the
// Collector's connector and Jaeger use as values.
func kindName(k otlp.SpanKind) string {
	names := [...]string{"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"}
	return "SPAN_KIND_" + names[knownKind(k)]
}

func statusName(c otlp.StatusCode) string {
	names := [...]string{"UNSET", "OK", "ERROR"}
	return "STATUS_CODE_" + names[knownStatus(c)]
}
