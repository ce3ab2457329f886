package otlp

import "iter"

// SpanKind is Span.SpanKind of OTLP.
type SpanKind int32

// The span kinds.
const (
	SpanKindUnspecified SpanKind = iota
	SpanKindInternal
	SpanKindServer
	SpanKindClient
	SpanKindProducer
	SpanKindConsumer
)

// StatusCode is Status.StatusCode of OTLP.
type StatusCode int32

// The status codes.
const (
	StatusUnset StatusCode = iota
	StatusOK
	StatusError
)

// Bits of Span.Flags that OTLP defines (trace.proto, SpanFlags).
const (
	FlagHasIsRemote uint32 = 0x100 // it is known whether the parent is remote
	FlagIsRemote    uint32 = 0x200 // the parent is remote
)

// Field numbers of Span, Event and Status.
const (
	spanTraceID    = 1
	spanSpanID     = 2
	spanTraceState = 3
	spanParentID   = 4
	spanName       = 5
	spanKind       = 6
	spanStart      = 7
	spanEnd        = 8
	spanAttributes = 9
	spanEvents     = 11
	spanStatus     = 15
	spanFlags      = 16

	eventName       = 2
	eventAttributes = 3

	statusCode = 3
)

// Span is one span of a request. Its slices are parts of the request.
type Span struct {
	Raw        []byte // encoded Span
	Offset     int    // of Raw in the request
	TraceID    [16]byte
	SpanID     [8]byte
	ParentID   [8]byte
	HasParent  bool // ParentID isn't all zero
	Flags      uint32
	Kind       SpanKind
	Start, End uint64 // nanoseconds since the Unix epoch
	Name       []byte
	TraceState []byte
	Status     StatusCode

	attributes int // where the first attribute begins in Raw, to skip what stands before
}

// RangeSpans calls fn with each span of an encoded TracesData and what it shares
// with others, until fn says no. Both arguments are used again for the next span.
// The request is to be what a Walker returned; other input is an *Error or makes
// no sense, but never panics.
func RangeSpans(traces []byte, fn func(g *Group, s *Span) bool) error {
	var g Group
	var s Span
	return rangeItems(traces, &g, func(item []byte, offset int) bool {
		s.parse(item, offset)
		return fn(&g, &s)
	})
}

// ParseSpan reads one encoded span, as found at a remembered offset.
func ParseSpan(raw []byte) (s Span) {
	s.parse(raw, 0)
	return s
}

func (s *Span) parse(raw []byte, offset int) {
	*s = Span{Raw: raw, Offset: offset}
	attributes := false
	for r := (reader{b: raw}); r.next(); {
		switch r.num {
		case spanTraceID:
			copy(s.TraceID[:], r.data)
		case spanSpanID:
			copy(s.SpanID[:], r.data)
		case spanTraceState:
			s.TraceState = r.data
		case spanParentID:
			copy(s.ParentID[:], r.data)
			s.HasParent = s.ParentID != [8]byte{}
		case spanName:
			s.Name = r.data
		case spanKind:
			s.Kind = SpanKind(r.n)
		case spanStart:
			s.Start = r.n
		case spanEnd:
			s.End = r.n
		case spanStatus:
			s.Status = parseStatus(r.data)
		case spanAttributes:
			if !attributes {
				s.attributes, attributes = r.at, true
			}
			r.skipAlike()
		case spanFlags:
			s.Flags = uint32(r.n)
		}
	}
}

func parseStatus(b []byte) (code StatusCode) {
	for r := (reader{b: b}); r.next(); {
		if r.num == statusCode {
			code = StatusCode(r.n)
		}
	}
	return code
}

// Attributes yields the span's attributes.
func (s *Span) Attributes() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) { rangeAttributes(s.Raw[s.attributes:], spanAttributes, yield) }
}

// Event is an event of a span.
type Event struct {
	Raw  []byte // encoded Event
	Name []byte
}

// Events yields the span's events.
func (s *Span) Events() iter.Seq[Event] {
	return func(yield func(Event) bool) { s.rangeEvents(yield) }
}

func (s *Span) rangeEvents(yield func(Event) bool) {
	for r := (reader{b: s.Raw}); r.next(); {
		if !r.embeds(spanEvents) {
			continue
		}
		e := Event{Raw: r.data}
		for f := (reader{b: r.data}); f.next(); {
			if f.num == eventName {
				e.Name = f.data
			}
		}
		if !yield(e) {
			return
		}
	}
}

// Attributes yields the event's attributes.
func (e *Event) Attributes() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) { rangeAttributes(e.Raw, eventAttributes, yield) }
}
