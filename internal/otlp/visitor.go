package otlp

// TextKind is the form of what is offered to a Visitor.
type TextKind uint8

// The kinds of text.
const (
	String TextKind = iota // a string field or string_value
	Bytes                  // a bytes field or bytes_value
	Int                    // int_value; replaced, it becomes a string_value
	Double                 // double_value; replaced, it becomes a string_value
	Key                    // the key of an attribute, or a field that names keys
	Any                    // in PlaceInfo only: String, Bytes, Int or Double
)

// Text is one value offered to a Visitor. It is valid, with its slices, until the
// visitor returns.
type Text struct {
	Place  Place
	Kind   TextKind
	Value  []byte  // String, Bytes, Key; strings are valid UTF-8, mended if they weren't
	Int    int64   // Int
	Double float64 // Double
	Plan   uint32  // what Attribute returned for the innermost attribute; 0 outside attributes
	Key    []byte  // the key of the innermost attribute; nil outside attributes
}

// Verdict says what to do with a value.
type Verdict uint8

// The verdicts. A value that isn't listed counts as DropAttribute.
const (
	Pass Verdict = iota
	// Replace puts the replacement in the place of the value.
	Replace
	// DropAttribute removes the innermost attribute, key and value. Outside
	// attributes it removes the field, a log record's body as a whole.
	DropAttribute
	// DropItem removes the span, datapoint or log record. For a text that belongs
	// to several items it removes all of them: the metric, or everything of the
	// scope or the resource.
	DropItem
)

// Visitor is offered every text of a request that isn't exempt, each once, in
// the order of the wire. It runs on the caller's goroutine, and must not keep the
// slices it is given.
type Visitor interface {
	// Attribute is called for each attribute before its key and its value are
	// offered, at any depth. p is the place of the value, as
	// "span.attribute.value". outer is the plan of the enclosing attribute, 0 at
	// the top. The plan it returns comes back in each Text of this attribute.
	// Replace means Pass here.
	Attribute(p Place, key []byte, outer uint32) (plan uint32, v Verdict)

	// Text is called for each text. A replacement is appended to dst; with any
	// verdict but Replace the returned slice is ignored.
	Text(t *Text, dst []byte) (repl []byte, v Verdict)
}

// ItemVisitor is a Visitor that wants to know where items begin.
type ItemVisitor interface {
	Visitor
	// Item is called before the texts of a span, a datapoint or a log record.
	Item()
}

// RestartVisitor is a Visitor that counts what it was offered.
type RestartVisitor interface {
	Visitor
	// Restart is called when the walk begins again: the encoding was unusual, and
	// the canonical form of the same request is offered from its start. What the
	// visitor noted in this request before no longer counts.
	Restart()
}
