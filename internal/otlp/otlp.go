// Package otlp reads and rewrites encoded OTLP requests (the protobuf messages
// TracesData, MetricsData and LogsData, which are wire-identical to the export
// requests) without decoding them into objects.
//
// A Schema holds what the linked OTLP descriptors say about every field. A
// Walker goes over the bytes of a request by these tables, validates all of it,
// offers each text field to a Visitor, and writes the request once more only if
// something changes. The Range functions read what a Walker has passed.
//
// The package knows no rule about what is private, kept or added: that is the
// business of the Visitor and of the callers. It holds no data between calls
// apart from the scratch memory of a Walker, starts no goroutine, and logs
// nothing. Input is borrowed and never written to. Returned bytes are either the
// input itself or the caller's dst, grown as needed.
package otlp

import "fmt"

// Signal is one of the three kinds of telemetry that OTLP requests carry here.
type Signal uint8

// The signals. Their values index arrays of length NumSignals.
const (
	Traces Signal = iota
	Metrics
	Logs
)

// NumSignals is the number of signals.
const NumSignals = 3

// String returns "traces", "metrics" or "logs".
func (s Signal) String() string {
	switch s {
	case Traces:
		return "traces"
	case Metrics:
		return "metrics"
	case Logs:
		return "logs"
	}
	return fmt.Sprintf("signal(%d)", uint8(s))
}

// Counts says what became of the items of one request. Items are spans,
// datapoints and log records.
type Counts struct {
	Items    int // items in the request as it came in
	Rejected int // items removed because an id in them is invalid
	Dropped  int // items removed because the visitor said so
}

// Error tells why a request can't be read. It never holds bytes of the input.
type Error struct {
	Place  string // the message in which it was found, as "span.event"
	Offset int    // bytes from the start of the request
	Reason string // one of a fixed set of phrases
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("read %s at byte %d: %s", e.Place, e.Offset, e.Reason)
}

// The reasons of an Error.
const (
	reasonTruncated = "truncated field"
	reasonVarint    = "malformed varint"
	reasonNumber    = "invalid field number"
	reasonWire      = "wrong wire type"
	reasonGroup     = "groups are not supported"
	reasonPacked    = "malformed packed field"
	reasonNesting   = "nesting of values is too deep"
	reasonSize      = "request is too large"
	reasonChanges   = "too many changes for its size"
	reasonDecoded   = "too many messages for an encoding that has to be decoded"
	reasonSignal    = "unknown signal"
	reasonCanonical = "encoding can't be brought into canonical form"
)
