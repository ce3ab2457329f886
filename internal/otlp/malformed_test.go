package otlp

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func TestMalformedRequestsAreRefused(t *testing.T) {
	tag := protowire.AppendTag
	truncated := []byte{0x0a, 0x7f}
	tests := []struct {
		name  string
		in    []byte
		place string
		want  string
		at    int
	}{
		{"not protobuf", []byte("GET / HTTP/1.1"), "traces", reasonWire, 0},
		{"length beyond the end", truncated, "traces", reasonTruncated, 0},
		{"length of 2^64-1", append([]byte{0x0a}, bytes.Repeat([]byte{0xff}, 9)...), "traces", reasonTruncated, 0},
		{"tag without end", []byte{0x80}, "traces", reasonVarint, 0},
		{"field number 0", []byte{0x02, 0x00}, "traces", reasonNumber, 0},
		{"field number of 2^29", append(protowire.AppendVarint(nil, 1<<32|2), 0), "traces", reasonNumber, 0},
		{"group", tag(tag(nil, 1000, protowire.StartGroupType), 1000, protowire.EndGroupType), "traces", reasonGroup, 0},
		{"group in a known field", tag(nil, 1, protowire.StartGroupType), "traces", reasonGroup, 0},
		{"reserved wire type", []byte{0x3e}, "traces", reasonWire, 0},
		{"unknown field cut off", []byte{0x2a, 0x05, 1}, "traces", reasonTruncated, 0},
		{"unknown fixed32 cut off", []byte{0x2d, 1, 2}, "traces", reasonTruncated, 0},
		{"unknown fixed64 cut off", []byte{0x29, 1, 2}, "traces", reasonTruncated, 0},
		{"unknown varint cut off", []byte{0x28, 0x80}, "traces", reasonVarint, 0},
		{"varint of 11 bytes", append([]byte{0x28}, bytes.Repeat([]byte{0x80}, 10)...), "traces", reasonVarint, 0},
		{"message as number", nest([]byte{0x08, 1}, 1), "resource", reasonWire, 2},
		{"string as number", nest([]byte{0x28, 1}, 1, 2, 2), "span", reasonWire, 6},
		{"number as string", nest([]byte{0x32, 1, 'x'}, 1, 2, 2), "span", reasonWire, 6},
		{"fixed32 as fixed64", nest([]byte{0x81, 0x01}, 1, 2, 2), "span", reasonWire, 6},
		{"fixed64 cut off", nest([]byte{0x39, 1, 2}, 1, 2, 2), "span", reasonTruncated, 6},
		{"child cut off", nest([]byte{0x12, 0x7f}, 1, 2, 2, 11), "span.event", reasonTruncated, 8},
		{"key cut off", nest([]byte{0x0a, 5, 'x'}, 1, 2, 2, 9), "span.attribute", reasonTruncated, 8},
		{"key as number", nest([]byte{0x08, 5}, 1, 2, 2, 9), "span.attribute", reasonWire, 8},
		{"tag of attribute cut off", nest([]byte{0xff}, 1, 2, 2, 9), "span.attribute", reasonVarint, 8},
		{"number 0 in attribute", nest([]byte{0x00}, 1, 2, 2, 9), "span.attribute", reasonNumber, 8},
		{"string value cut off", nest([]byte{0x0a, 5, 'x'}, 1, 2, 2, 9, 2), "span.attribute", reasonTruncated, 10},
		{"string beyond its value", nest([]byte{0x0a, 0, 0x12, 2, 0x0a, 3, 0x1a, 1, 'x'}, 1, 2, 2, 9), "span.attribute", reasonTruncated, 12},
		{"int value cut off", nest([]byte{0x18, 0x80}, 1, 2, 2, 9, 2), "span.attribute", reasonVarint, 10},
		{"double value cut off", nest([]byte{0x21, 1}, 1, 2, 2, 9, 2), "span.attribute", reasonTruncated, 10},
		{"string value as number", nest([]byte{0x08, 1}, 1, 2, 2, 9, 2), "span.attribute", reasonWire, 10},
		{"group in a value", nest([]byte{0x0b}, 1, 2, 2, 9, 2), "span.attribute", reasonGroup, 10},
		{"tag of value cut off", nest([]byte{0xff}, 1, 2, 2, 9, 2), "span.attribute", reasonVarint, 10},
		{"tag in array cut off", nest([]byte{0xff}, 1, 2, 2, 9, 2, 5), "span.attribute", reasonVarint, 12},
		{"element cut off", nest([]byte{0x0a, 5}, 1, 2, 2, 9, 2, 5), "span.attribute", reasonTruncated, 12},
		{"element as number", nest([]byte{0x08, 5}, 1, 2, 2, 9, 2, 6), "span.attribute", reasonWire, 12},
	}
	w := NewWalker(NewSchema(), Limits{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := Error{Place: tt.place, Offset: tt.at, Reason: tt.want}
			_, _, err := w.Rewrite(Traces, tt.in, nil, upper{})
			checkTyped(t, err, want)
			_, err = w.Check(Traces, tt.in)
			checkTyped(t, err, want)
		})
	}
}

func TestMalformedPackedFieldsAreRefused(t *testing.T) {
	w := NewWalker(NewSchema(), Limits{})
	tests := []struct {
		name string
		in   []byte
		at   int
	}{
		{"fixed64 of 7 bytes", nest(make([]byte, 7), 1, 2, 2, 9, 1, 6), 10}, // histogram bucket_counts
		{"double of 9 bytes", nest(make([]byte, 9), 1, 2, 2, 9, 1, 7), 10},  // explicit_bounds
		{"varint cut off", nest([]byte{1, 0x80}, 1, 2, 2, 10, 1, 8, 2), 12}, // exponential bucket_counts
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.Check(Metrics, tt.in)
			checkTyped(t, err, Error{Place: "datapoint", Offset: tt.at, Reason: reasonPacked})
		})
	}
}

// TestChangesAreBounded: a hostile request of a few bytes for each change would
// take many times its size. One of which every attribute is replaced passes.
func TestChangesAreBounded(t *testing.T) {
	const size = 4 << 20
	fill := func(item []byte, numbers ...protowire.Number) []byte {
		return nest(bytes.Repeat(item, size/len(item)), numbers...)
	}
	attribute := encode(t, stringAttr("user.email", "someone@example.org"))
	for name, tt := range map[string]struct {
		in      []byte
		refused bool
	}{
		"attributes that are mended":   {fill(nest([]byte("\xff"), 6, 2, 1), 1, 2, 2), true},
		"attributes of nothing known":  {fill(nest(nil, 6, 9), 1, 2, 2), true},
		"elements of nothing known":    {fill(nest(nil, 1, 9), 1, 2, 2, 5, 5), true},
		"attributes in a map":          {fill(nest([]byte("\xff"), 1, 1), 1, 2, 2, 5, 6), true},
		"attributes as they are usual": {fill(nest(attribute, 6), 1, 2, 2), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWalker(NewSchema(), Limits{})
			_, _, err := w.Rewrite(Logs, tt.in, nil, upper{})
			var typed *Error
			if refused := errors.As(err, &typed) && typed.Reason == reasonChanges; refused != tt.refused {
				t.Errorf("error %v", err)
			}
		})
	}
}

func checkTyped(t *testing.T, err error, want Error) {
	t.Helper()
	got, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("error %v, want %v", err, &want)
	}
	if *got != want {
		t.Errorf("error %v, want %v", got, &want)
	}
}

func TestUnknownSignalIsRefused(t *testing.T) {
	_, err := NewWalker(NewSchema(), Limits{}).Check(NumSignals, nil)
	checkTyped(t, err, Error{Place: "signal(3)", Reason: reasonSignal})
}

// nestedValue is an AnyValue with levels of arrays or maps in each other, built
// from the inside without copying.
func nestedValue(levels int, kvlist bool) []byte {
	const head = 4 * (1 + 5)
	b := make([]byte, head*levels+8)
	at := len(b)
	wrap := func(number protowire.Number) {
		var h [head]byte
		p := protowire.AppendVarint(protowire.AppendTag(h[:0], number, protowire.BytesType), uint64(len(b)-at))
		at -= len(p)
		copy(b[at:], p)
	}
	for range levels - 1 {
		if kvlist {
			wrap(2) // value
			wrap(1) // values
			wrap(6) // kvlist_value
		} else {
			wrap(1) // values
			wrap(5) // array_value
		}
	}
	return b[at:]
}

func TestNestingIsBounded(t *testing.T) {
	w := NewWalker(NewSchema(), Limits{})
	shallow := NewWalker(NewSchema(), Limits{Depth: 2})
	tests := []struct {
		name   string
		w      *Walker
		levels int
		ok     bool
	}{
		{"64 of 64", w, 64, true},
		{"65 of 64", w, 65, false},
		{"2,000,000 of 64", w, 2_000_000, false},
		{"2 of 2", shallow, 2, true},
		{"3 of 2", shallow, 3, false},
	}
	for _, tt := range tests {
		for _, kvlist := range []bool{false, true} {
			value := nestedValue(tt.levels, kvlist)
			attribute := nest(nest(value, 2), 1, 1, 1)
			body := nest(value, 1, 2, 2, 5)
			eventName := []byte{0x62, 0}
			twice := append(nest(append(eventName, eventName...), 1, 2, 2), body...) // to be decoded
			for _, in := range [][]byte{attribute, body, twice} {
				_, _, err := tt.w.Rewrite(Logs, in, nil, upper{})
				switch {
				case tt.ok && err != nil:
					t.Errorf("%s: %v", tt.name, err)
				case !tt.ok:
					got, is := errors.AsType[*Error](err)
					if !is || got.Reason != reasonNesting {
						t.Errorf("%s: error %v", tt.name, err)
					}
				}
			}
		}
	}
}

// TestErrorsHoldNoInput: an error is shown to clients and logged.
func TestErrorsHoldNoInput(t *testing.T) {
	_, err := NewWalker(NewSchema(), Limits{}).Check(Traces, []byte("\x0a\x7f"+canary))
	if err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("error %v", err)
	}
	if want := "read traces at byte 0: truncated field"; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}
