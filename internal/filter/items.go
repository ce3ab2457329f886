package filter

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// redactedKey is the attribute that says how many values of a span or a log record
// were changed or removed.
const redactedKey = "agent.redacted"

// itemCounts counts what is redacted in each span or log record of a request.
type itemCounts struct {
	counts  []int // by item that is left, in the order of the request
	unknown bool  // items are gone that can't be told: the order is lost
}

func (c *itemCounts) reset() { c.counts, c.unknown = c.counts[:0], false }

// begin notes that an item begins.
func (c *itemCounts) begin() { c.counts = append(c.counts, 0) }

// redacted counts one value of the present item.
func (c *itemCounts) redacted(inItem bool) {
	if n := len(c.counts); inItem && n > 0 {
		c.counts[n-1]++
	}
}

// dropped notes what a rule removes: an attribute, the present item, or with
// something that items share all of these.
func (c *itemCounts) dropped(v otlp.Verdict, inItem bool) {
	switch {
	case v != otlp.DropItem:
		c.redacted(inItem)
	case inItem && len(c.counts) > 0:
		c.counts = c.counts[:len(c.counts)-1]
	default:
		c.unknown = true
	}
}

// The fields that lead to the items of a request: resource, scope, item. They have
// the same numbers in TracesData and LogsData.
const (
	fieldResource       = 1
	fieldScope          = 2
	fieldItem           = 2
	fieldSpanAttributes = 9
	fieldLogAttributes  = 6
)

// write returns the request with the count in each item in which something was
// redacted.
func (c *itemCounts) write(sig otlp.Signal, request []byte) []byte {
	total := 0
	for _, n := range c.counts {
		total += n
	}
	if total == 0 || c.unknown {
		return request
	}
	w := countWriter{counts: c.counts, attribute: fieldSpanAttributes}
	if sig == otlp.Logs {
		w.attribute = fieldLogAttributes
	}
	return w.message(nil, request, fieldResource, fieldScope, fieldItem)
}

type countWriter struct {
	counts    []int
	attribute protowire.Number
}

// message appends the message b. path are the fields that lead from it to the
// items.
func (w *countWriter) message(dst, b []byte, path ...protowire.Number) []byte {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeField(b)
		if n < 0 {
			return append(dst, b...) // can't be: the walker wrote it
		}
		field := b[:n]
		b = b[n:]
		if num != path[0] || typ != protowire.BytesType {
			dst = append(dst, field...)
			continue
		}
		_, _, tag := protowire.ConsumeTag(field)
		inner, _ := protowire.ConsumeBytes(field[tag:])
		if len(path) > 1 {
			inner = w.message(nil, inner, path[1:]...)
		} else {
			inner = w.item(inner)
		}
		dst = append(dst, field[:tag]...)
		dst = protowire.AppendBytes(dst, inner)
	}
	return dst
}

// item returns an item with its count.
func (w *countWriter) item(b []byte) []byte {
	if len(w.counts) == 0 {
		return b
	}
	n := w.counts[0]
	w.counts = w.counts[1:]
	if n == 0 {
		return b
	}
	out := make([]byte, 0, len(b)+len(redactedKey)+16)
	for key, v := range otlp.Attributes(b, w.attribute) {
		if string(key) == redactedKey {
			n += int(v.Int) // an agent before this one has counted, too
		}
	}
	out = appendWithout(out, b, w.attribute, redactedKey)
	return otlp.AppendIntAttribute(out, w.attribute, redactedKey, int64(n))
}

// appendWithout appends the message b without its attribute of that key.
func appendWithout(dst, b []byte, field protowire.Number, key string) []byte {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeField(b)
		if n < 0 {
			return append(dst, b...)
		}
		drop := false
		if num == field && typ == protowire.BytesType {
			_, _, tag := protowire.ConsumeTag(b)
			inner, _ := protowire.ConsumeBytes(b[tag:n])
			k, _ := otlp.ParseAttribute(inner)
			drop = string(k) == key
		}
		if !drop {
			dst = append(dst, b[:n]...)
		}
		b = b[n:]
	}
	return dst
}
