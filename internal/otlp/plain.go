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

// plain walks a plain attribute at in[from:to]. Its messages are entered only if
// there is something to edit in them.
func (w *Walker) plain(v *values, p *plainAttribute, start, prefix, from, to int) status {
	if w.visitor == nil {
		w.count += 2 // the KeyValue and the AnyValue, which aren't entered
		return ok
	}
	t := &w.text
	key := w.in[p.keyFrom:p.keyTo:p.keyTo]
	plan, verdict := w.visitor.Attribute(v.value, key, t.Plan)
	if verdict > Replace {
		return w.dropped(removal(verdict), start, to)
	}
	m := w.mark()
	outerKey, outerPlan := t.Key, t.Plan
	t.Key, t.Plan = key, plan
	at, verdict := w.ask(v.key, Key, key)
	entered := verdict == Replace
	if entered {
		w.enter(prefix, from, to)
		w.replacePayload(p.keyPrefix, p.keyFrom, p.keyTo, at)
	}
	if verdict <= Replace {
		at, verdict = w.askPlain(v.value, p, to)
	}
	t.Key, t.Plan = outerKey, outerPlan
	switch verdict {
	case Pass:
	case Replace:
		if !entered {
			w.enter(prefix, from, to)
			entered = true
		}
		w.replacePlain(p, to, at)
	default:
		w.rewind(m)
		return w.dropped(removal(verdict), start, to)
	}
	if entered {
		w.leave()
	}
	return ok
}

// dropped removes the attribute in[start:to] if that is what st says.
func (w *Walker) dropped(st status, start, to int) status {
	if st == dropAttribute {
		w.remove(start, to)
		return ok
	}
	return st
}

// askPlain offers the value of a plain attribute that ends at to.
func (w *Walker) askPlain(place Place, p *plainAttribute, to int) (at int, v Verdict) {
	switch p.tag {
	case tagString:
		return w.ask(place, String, w.in[p.textFrom:to:to])
	case tagBytes:
		return w.ask(place, Bytes, w.in[p.textFrom:to:to])
	case tagInt:
		w.text.Int = int64(p.bits)
		return w.ask(place, Int, nil)
	case tagDouble:
		w.text.Double = math.Float64frombits(p.bits)
		return w.ask(place, Double, nil)
	}
	return 0, Pass
}

// replacePlain puts arena[at:] in the place of the value.
func (w *Walker) replacePlain(p *plainAttribute, to, at int) {
	w.enter(p.prefix, p.from, to)
	if p.tag == tagString || p.tag == tagBytes {
		w.replacePayload(p.textPrefix, p.textFrom, to, at)
	} else {
		w.replaceNumber(p.from, to, at)
	}
	w.leave()
}
