package otlp

// Field numbers of LogRecord.
const (
	logSeverity = 2
	logTraceID  = 9
)

// Log is one log record of a request. Its slices are parts of the request.
type Log struct {
	Raw      []byte // encoded LogRecord
	Offset   int    // of Raw in the request
	TraceID  [16]byte
	HasTrace bool  // TraceID isn't all zero
	Severity int32 // SeverityNumber: 17 and above are errors
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
		case logSeverity:
			l.Severity = int32(r.n)
		case logTraceID:
			copy(l.TraceID[:], r.data)
			l.HasTrace = l.TraceID != [16]byte{}
		}
	}
}
