package spanmetrics

import (
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// sweepEvery bounds how often a full table is searched for idle series.
const sweepEvery = 10 * time.Second

// resource groups the series of one producer. It exists as long as one of them does.
type resource struct {
	key     string
	encoded []byte // the Resource message
	series  []*series
}

// series is the calls and durations of the spans with one set of attributes.
type series struct {
	key        string
	resource   *resource
	attributes []byte // encoded KeyValues, each after its length
	start      uint64 // when it was created, nanoseconds since the Unix epoch
	last       time.Duration
	calls      uint64
	sum        float64  // milliseconds
	buckets    []uint64 // one more than there are bounds
	exemplars  []*slot  // by bucket, nil where none was offered; empty without exemplars
}

// observe counts one span. It is called with the mutex held.
func (m *Metrics) observe(g *otlp.Group, s *otlp.Span) bool {
	m.health.spans++
	m.read.span(g, s)
	e := m.find(s)
	duration := uint64(0)
	if s.Start != 0 && s.End > s.Start {
		duration = s.End - s.Start
	}
	bucket, _ := slices.BinarySearch(m.bounds, duration)
	e.last = m.now
	e.calls++
	e.buckets[bucket]++
	ms := milliseconds(duration)
	e.sum += ms
	if len(e.exemplars) > 0 {
		if e.exemplars[bucket] == nil {
			e.exemplars[bucket] = new(slot)
		}
		e.exemplars[bucket].offer(m, exemplar{trace: s.TraceID, span: s.SpanID, time: s.End, value: ms})
	}
	return true
}

// find returns the series of the span that was read, new if need be.
func (m *Metrics) find(s *otlp.Span) *series {
	if e := m.series[string(m.read.key)]; e != nil {
		return e
	}
	if len(m.series) >= m.maxSeries && m.now-m.swept >= sweepEvery {
		m.sweep()
	}
	if len(m.series) >= m.maxSeries {
		m.health.overflowed++
		return m.overflowing()
	}
	e := m.newSeries(string(m.read.key), m.resourceOf(string(m.read.key[:m.read.keyHead])))
	e.attributes = m.read.attributes(s)
	m.series[e.key] = e
	return e
}

func (m *Metrics) newSeries(key string, r *resource) *series {
	e := &series{
		key:      key,
		resource: r,
		start:    uint64(time.Now().UnixNano()),
		buckets:  make([]uint64, len(m.bounds)+1),
	}
	if m.kept != nil {
		e.exemplars = make([]*slot, len(e.buckets))
	}
	r.series = append(r.series, e)
	return e
}

func (m *Metrics) resourceOf(key string) *resource {
	if r := m.resources[key]; r != nil {
		return r
	}
	r := &resource{key: key, encoded: m.read.identity.encode()}
	m.resources[key] = r
	m.order = append(m.order, r)
	return r
}

// overflowing returns the series for everything beyond max_series. It belongs
// to no service, and it has one attribute (OpenTelemetry specification, metrics
// SDK, cardinality limits).
func (m *Metrics) overflowing() *series {
	if m.overflow == nil {
		r := &resource{}
		m.order = append(m.order, r)
		m.overflow = m.newSeries("", r)
		m.overflow.exemplars = nil
		m.overflow.attributes = appendKeyValue(nil, "otel.metric.overflow", anyTrue)
	}
	return m.overflow
}

// sweep removes the series without a span for the time of expiry. A series that
// returns starts anew, with a new start time.
func (m *Metrics) sweep() {
	m.swept = m.now
	idle := func(e *series) bool { return m.now-e.last > m.expiry }
	m.order = slices.DeleteFunc(m.order, func(r *resource) bool {
		r.series = slices.DeleteFunc(r.series, func(e *series) bool {
			if !idle(e) {
				return false
			}
			if e == m.overflow {
				m.overflow = nil
			} else {
				delete(m.series, e.key)
			}
			m.health.expired++
			return true
		})
		if len(r.series) > 0 {
			return false
		}
		if m.resources[r.key] == r {
			delete(m.resources, r.key)
		}
		return true
	})
}

// attributes encodes what names the series of the span that was read.
func (r *reading) attributes(s *otlp.Span) []byte {
	b := appendKeyValue(nil, serviceName, stringValue(r.identity.name))
	b = appendKeyValue(b, spanName, stringValue(cut(s.Name)))
	b = appendKeyValue(b, spanKind, stringValue([]byte(kindName(s.Kind))))
	b = appendKeyValue(b, statusCode, stringValue([]byte(statusName(s.Status))))
	for i := range r.values {
		if text := r.values[i].text(nil); len(text) > 0 {
			b = appendKeyValue(b, r.dimensions.names[i], stringValue(text))
		}
	}
	return b
}

// encode returns a Resource with what identifies the producer.
func (id identity) encode() []byte {
	var b []byte
	for _, a := range []struct {
		key   string
		value []byte
	}{{"service.name", id.name}, {"service.namespace", id.namespace}, {"service.instance.id", id.instance}} {
		if len(a.value) > 0 {
			b = otlp.AppendStringAttribute(b, 1, a.key, string(a.value))
		}
	}
	return b
}

// anyTrue is an AnyValue with bool_value true.
var anyTrue = []byte{2 << 3, 1}

// stringValue encodes an AnyValue with a string_value.
func stringValue(s []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), s)
}

// appendKeyValue appends a KeyValue after its length.
func appendKeyValue(dst []byte, key string, value []byte) []byte {
	kv := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), key)
	kv = protowire.AppendBytes(protowire.AppendTag(kv, 2, protowire.BytesType), value)
	return protowire.AppendBytes(dst, kv)
}
