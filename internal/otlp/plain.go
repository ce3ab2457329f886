package otlp

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// plainAttribute is a KeyValue in the form that encoders write nearly always: a
// valid key, then a value that is a valid string, bytes, a number or a bool, and
// nothing else. It is walked without the general machinery; what differs in any
// way is left to that.
type plainAttribute struct {
	keyPrefix, keyFrom, keyTo int    // the key's length prefix and payload
	prefix, from              int    // the value's length prefix and payload, which ends the attribute
	tag                       uint64 // of the member of AnyValue
	textPrefix, textFrom      int    // tagString, tagBytes: its length prefix and payload, which ends the attribute
	bits                      uint64 // tagInt, tagDouble
}

// parse reads the KeyValue b[pos:], and says whether it is plain.
func (p *plainAttribute) parse(b []byte, pos int) bool {
	if pos >= len(b) || uint64(b[pos]) != tagKey {
		return false
	}
	p.keyPrefix = pos + 1
	if p.keyFrom, p.keyTo = payload(b, p.keyPrefix); p.keyFrom < 0 || p.keyTo >= len(b) || uint64(b[p.keyTo]) != tagValue {
		return false
	}
	p.prefix = p.keyTo + 1
	end := 0
	if p.from, end = payload(b, p.prefix); p.from < 0 || end != len(b) || p.from == end {
		return false
	}
	if !validUTF8(b[p.keyFrom:p.keyTo]) {
		return false
	}
	p.tag = uint64(b[p.from])
	at := p.from + 1
	switch p.tag {
	case tagString, tagBytes:
		p.textPrefix = at
		p.textFrom, at = payload(b, at)
		return p.textFrom >= 0 && at == len(b) && (p.tag == tagBytes || validUTF8(b[p.textFrom:]))
	case tagInt, tagBool:
		p.bits, at = varint(b, at)
		return at == len(b) && (p.tag == tagInt || p.bits <= 1)
	case tagDouble:
		bits, n := protowire.ConsumeFixed64(b[at:])
		p.bits = bits
		return n >= 0 && at+n == len(b)
	}
	return false
}

// plain walks a plain attribute at in[from:to].
func (w *Walker) plain(v *values, p *plainAttribute, start, prefix, from, to int) status {
	if w.visitor == nil {
		return ok
	}
	outerKey, outerPlan := w.text.Key, w.text.Plan
	key := w.in[p.keyFrom:p.keyTo:p.keyTo]
	plan, verdict := w.visitor.Attribute(v.value, key, outerPlan)
	if verdict > Replace {
		return w.dropped(verdictStatus(verdict), start, to)
	}
	w.text.Key, w.text.Plan = key, plan
	m := w.mark()
	w.enter(prefix, from, to)
	st := w.offer(v.key, Key, p.keyPrefix, p.keyFrom, p.keyTo, key, false)
	if st == ok {
		w.enter(p.prefix, p.from, to)
		if st = w.plainValue(v, p, to); st == ok {
			w.leave()
			w.leave()
		}
	}
	w.text.Key, w.text.Plan = outerKey, outerPlan
	if st == ok {
		return ok
	}
	w.rewind(m)
	return w.dropped(st, start, to)
}

// dropped removes the attribute in[start:to] if that is what st says.
func (w *Walker) dropped(st status, start, to int) status {
	if st == dropAttribute {
		w.remove(start, to)
		return ok
	}
	return st
}

func (w *Walker) plainValue(v *values, p *plainAttribute, to int) status {
	switch p.tag {
	case tagString:
		return w.offer(v.value, String, p.textPrefix, p.textFrom, to, w.in[p.textFrom:to:to], false)
	case tagBytes:
		return w.offer(v.value, Bytes, p.textPrefix, p.textFrom, to, w.in[p.textFrom:to:to], false)
	case tagInt:
		w.text.Kind, w.text.Int = Int, int64(p.bits)
		return w.offerNumber(v.value, p.from, to)
	case tagDouble:
		w.text.Kind, w.text.Double = Double, math.Float64frombits(p.bits)
		return w.offerNumber(v.value, p.from, to)
	}
	return ok
}
