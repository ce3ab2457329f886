package otlp

import "iter"

// Field numbers of LogRecord.
const (
	logTime       = 1
	logSeverity   = 2
	logBody       = 5
	logAttributes = 6
	logTraceID    = 9
	logSpanID     = 10
	logObserved   = 11
)

// Log is one log record of a request. Its slices are parts of the request.
type Log struct {
	Raw      []byte // encoded LogRecord
	Offset   int    // of Raw in the request
	TraceID  [16]byte
	SpanID   [8]byte
	HasTrace bool   // TraceID isn't all zero
	Severity int32  // SeverityNumber: 17 and above are errors
	Time     uint64 // nanoseconds since the Unix epoch; 0 if unknown
	Observed uint64 // likewise
	Body     []byte // encoded AnyValue, nil if absent
}

// RangeLogs calls fn with each record of an encoded LogsData, as RangeSpans does
// with spans.
func RangeLogs(logs []byte, fn func(g *Group, l *Log) bool) error {
	var g Group
	var l Log
	return rangeItems(logs, &g, func(item []byte, offset int) bool {
		l.parse(item, offset)
		return fn(&g, &l)
	})
}

func (l *Log) parse(raw []byte, offset int) {
	*l = Log{Raw: raw, Offset: offset}
	for r := (reader{b: raw}); r.next(); {
		switch r.num {
		case logTime:
			l.Time = r.n
		case logObserved:
			l.Observed = r.n
		case logSeverity:
			l.Severity = int32(r.n)
		case logBody:
			l.Body = r.data
		case logTraceID:
			copy(l.TraceID[:], r.data)
			l.HasTrace = l.TraceID != [16]byte{}
		case logSpanID:
			copy(l.SpanID[:], r.data)
		}
	}
}

// Attributes yields the record's attributes.
func (l *Log) Attributes() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) { rangeAttributes(l.Raw, logAttributes, yield) }
}
