package otlp

import "google.golang.org/protobuf/encoding/protowire"

// Field numbers below Metric, and of Exemplar (metrics.proto).
const (
	numberMetrics   = 2 // of ScopeMetrics
	numberPoints    = 1 // of Gauge, Sum, Histogram and ExponentialHistogram
	exemplarTraceID = 5
)

// metricKind is a oneof member of Metric whose points have exemplars.
type metricKind struct{ field, exemplars uint64 }

// metricKinds lists them: the field in Metric, and that of the exemplars in its
// points. Summaries have none.
func metricKinds() [4]metricKind {
	return [4]metricKind{{5, 5}, {7, 5}, {9, 8}, {10, 11}} // gauge, sum, histogram, exponential histogram
}

// RemoveTraceExemplars returns an encoded MetricsData without the exemplars that
// name a trace: in itself if there is none, else a copy in dst[:0], grown as
// needed. The request is to be what a Walker returned; where it can't be read it
// is copied as it is.
func RemoveTraceExemplars(in, dst []byte) []byte {
	if !anyTraceExemplar(in) {
		return in
	}
	return appendEach(dst[:0], in, numberGroup, func(dst, group []byte) []byte {
		return appendEach(dst, group, numberScopes, func(dst, scope []byte) []byte {
			return appendEach(dst, scope, numberMetrics, appendMetricWithout)
		})
	})
}

func appendMetricWithout(dst, metric []byte) []byte {
	for _, kind := range metricKinds() {
		if hasField(metric, kind.field) {
			return appendEach(dst, metric, kind.field, func(dst, data []byte) []byte {
				return appendEach(dst, data, numberPoints, func(dst, point []byte) []byte {
					return appendPointWithout(dst, point, kind.exemplars)
				})
			})
		}
	}
	return append(dst, metric...)
}

func appendPointWithout(dst, point []byte, exemplars uint64) []byte {
	r := reader{b: point}
	for r.next() {
		if !r.embeds(exemplars) || !namesTrace(r.data) {
			dst = append(dst, point[r.at:r.pos]...)
		}
	}
	return append(dst, point[r.at:]...)
}

// appendEach appends message with each of its fields of that number written by
// rewrite, which appends the new payload.
func appendEach(dst, message []byte, number uint64, rewrite func(dst, payload []byte) []byte) []byte {
	r := reader{b: message}
	for r.next() {
		if !r.embeds(number) {
			dst = append(dst, message[r.at:r.pos]...)
			continue
		}
		dst = appendMessage(dst, protowire.Number(number), func(dst []byte) []byte { return rewrite(dst, r.data) })
	}
	return append(dst, message[r.at:]...)
}

// namesTrace says whether an Exemplar has a trace id; some encoders write an empty one.
func namesTrace(exemplar []byte) bool {
	return eachField(exemplar, exemplarTraceID, func(id []byte) bool { return len(id) > 0 })
}

func hasField(b []byte, number uint64) bool {
	for r := (reader{b: b}); r.next(); {
		if r.num == number {
			return true
		}
	}
	return false
}

func anyTraceExemplar(in []byte) bool {
	return eachField(in, numberGroup, func(group []byte) bool {
		return eachField(group, numberScopes, func(scope []byte) bool {
			return eachField(scope, numberMetrics, metricHasTraceExemplar)
		})
	})
}

func metricHasTraceExemplar(metric []byte) bool {
	for _, kind := range metricKinds() {
		found := eachField(metric, kind.field, func(data []byte) bool {
			return eachField(data, numberPoints, func(point []byte) bool {
				return eachField(point, kind.exemplars, namesTrace)
			})
		})
		if found {
			return true
		}
	}
	return false
}

// eachField calls fn with each message of that number until fn says true, and
// returns whether it did.
func eachField(b []byte, number uint64, fn func(payload []byte) bool) bool {
	for r := (reader{b: b}); r.next(); {
		if r.embeds(number) && fn(r.data) {
			return true
		}
	}
	return false
}
