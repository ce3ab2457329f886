package spanmetrics

import (
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of OTLP's metrics.proto.
const (
	requestResourceMetrics = 1
	resourceMetricsScope   = 2
	resourceMetricsMessage = 1
	scopeMetricsMetrics    = 2

	metricName        = 1
	metricDescription = 2
	metricUnit        = 3
	metricSum         = 7
	metricHistogram   = 9

	dataPoints      = 1
	dataTemporality = 2
	sumMonotonic    = 3

	cumulative = 2 // AGGREGATION_TEMPORALITY_CUMULATIVE

	pointStart           = 2
	pointTime            = 3
	numberPointInt       = 6
	numberPointAttrs     = 7
	histogramCount       = 4
	histogramSum         = 5
	histogramCounts      = 6
	histogramBounds      = 7
	histogramExemplars   = 8
	histogramPointAttrs  = 9
	exemplarTime         = 2
	exemplarDouble       = 3
	exemplarSpanID       = 4
	exemplarTraceID      = 5
	fixed64Size          = 8
	callsDescription     = "Spans, by status."
	durationsDescription = "Duration of spans."
)

// AppendOTLP appends the state of all series to dst as an encoded
// ExportMetricsServiceRequest with cumulative temporality, one ResourceMetrics
// for each producer, and says how many datapoints it holds. Without series it
// appends nothing. An exemplar is there only if its trace is kept now.
func (m *Metrics) AppendOTLP(dst []byte) (out []byte, points int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = time.Since(m.epoch)
	m.sweep()
	now := uint64(time.Now().UnixNano())
	for _, r := range m.order {
		var resource, scope int
		dst, resource = open(dst, requestResourceMetrics)
		dst = appendBytes(dst, resourceMetricsMessage, r.encoded)
		dst, scope = open(dst, resourceMetricsScope)
		dst = m.appendCalls(dst, r, now)
		dst = m.appendDurations(dst, r, now)
		dst = closeAt(dst, scope)
		dst = closeAt(dst, resource)
		points += 2 * len(r.series)
	}
	return dst, points
}

func (m *Metrics) appendCalls(dst []byte, r *resource, now uint64) []byte {
	dst, metric := open(dst, scopeMetricsMetrics)
	dst = appendString(dst, metricName, callsName)
	dst = appendString(dst, metricDescription, callsDescription)
	dst, sum := open(dst, metricSum)
	for _, s := range r.series {
		var point int
		dst, point = open(dst, dataPoints)
		dst = appendFixed64(dst, pointStart, s.start)
		dst = appendFixed64(dst, pointTime, now)
		dst = appendFixed64(dst, numberPointInt, s.calls)
		dst = appendAttributes(dst, numberPointAttrs, s.attributes)
		dst = closeAt(dst, point)
	}
	dst = appendVarint(dst, dataTemporality, cumulative)
	dst = appendVarint(dst, sumMonotonic, 1)
	dst = closeAt(dst, sum)
	return closeAt(dst, metric)
}

func (m *Metrics) appendDurations(dst []byte, r *resource, now uint64) []byte {
	dst, metric := open(dst, scopeMetricsMetrics)
	dst = appendString(dst, metricName, durationName)
	dst = appendString(dst, metricDescription, durationsDescription)
	dst = appendString(dst, metricUnit, durationUnit)
	dst, histogram := open(dst, metricHistogram)
	for _, s := range r.series {
		dst = m.appendDurationPoint(dst, s, now)
	}
	dst = appendVarint(dst, dataTemporality, cumulative)
	dst = closeAt(dst, histogram)
	return closeAt(dst, metric)
}

func (m *Metrics) appendDurationPoint(dst []byte, s *series, now uint64) []byte {
	dst, point := open(dst, dataPoints)
	dst = appendFixed64(dst, pointStart, s.start)
	dst = appendFixed64(dst, pointTime, now)
	dst = appendFixed64(dst, histogramCount, s.calls)
	dst = appendFixed64(dst, histogramSum, math.Float64bits(s.sum))
	dst = appendPackedHead(dst, histogramCounts, len(s.buckets))
	for _, n := range s.buckets {
		dst = protowire.AppendFixed64(dst, n)
	}
	dst = appendPackedHead(dst, histogramBounds, len(m.boundsMS))
	for _, b := range m.boundsMS {
		dst = protowire.AppendFixed64(dst, math.Float64bits(b))
	}
	for _, candidates := range s.exemplars {
		if candidates == nil {
			continue
		}
		if e := candidates.settle(m.kept); !e.none() {
			dst = appendExemplar(dst, e)
		}
	}
	dst = appendAttributes(dst, histogramPointAttrs, s.attributes)
	return closeAt(dst, point)
}

func appendExemplar(dst []byte, e *exemplar) []byte {
	dst, start := open(dst, histogramExemplars)
	dst = appendFixed64(dst, exemplarTime, e.time)
	dst = appendFixed64(dst, exemplarDouble, math.Float64bits(e.value))
	dst = appendBytes(dst, exemplarSpanID, e.span[:])
	dst = appendBytes(dst, exemplarTraceID, e.trace[:])
	return closeAt(dst, start)
}

// appendAttributes appends KeyValues, each stored after its length, under a field number.
func appendAttributes(dst []byte, field protowire.Number, attributes []byte) []byte {
	for len(attributes) > 0 {
		_, n := protowire.ConsumeBytes(attributes)
		dst = protowire.AppendTag(dst, field, protowire.BytesType)
		dst = append(dst, attributes[:n]...)
		attributes = attributes[n:]
	}
	return dst
}

// open begins a message field and returns where its payload begins.
func open(dst []byte, field protowire.Number) ([]byte, int) {
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	return dst, len(dst)
}

// closeAt ends the message whose payload begins at start: it puts the length before it.
func closeAt(dst []byte, start int) []byte {
	size := len(dst) - start
	var length [10]byte
	prefix := protowire.AppendVarint(length[:0], uint64(size))
	dst = append(dst, prefix...)
	copy(dst[start+len(prefix):], dst[start:start+size])
	copy(dst[start:], prefix)
	return dst
}

func appendPackedHead(dst []byte, field protowire.Number, n int) []byte {
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	return protowire.AppendVarint(dst, uint64(n*fixed64Size))
}

func appendBytes(dst []byte, field protowire.Number, b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(dst, field, protowire.BytesType), b)
}

func appendString(dst []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(dst, field, protowire.BytesType), s)
}

func appendVarint(dst []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(dst, field, protowire.VarintType), v)
}

func appendFixed64(dst []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(dst, field, protowire.Fixed64Type), v)
}
