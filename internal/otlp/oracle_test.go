package otlp

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// rule is a visitor whose verdict follows from the words in a text. Attributes
// with certain keys are dropped, or have their values replaced.
type rule struct {
	keep            bool // only replace
	items, restarts int
}

const planReplace = 7

func (*rule) Attribute(_ Place, key []byte, _ uint32) (uint32, Verdict) {
	return ruleKey(string(key))
}

func (r *rule) Text(t *Text, dst []byte) ([]byte, Verdict) {
	repl, v := ruleText(t.Kind, string(t.Value), t.Int, t.Double, t.Plan)
	if r.keep && v > Replace {
		v = Pass
	}
	return append(dst, repl...), v
}

func (r *rule) Item()    { r.items++ }
func (r *rule) Restart() { r.items = 0; r.restarts++ }

func ruleKey(key string) (uint32, Verdict) {
	switch key {
	case "a":
		return planReplace, Pass
	case "b":
		return 0, DropAttribute
	}
	return 0, Pass
}

func ruleText(kind TextKind, value string, n int64, d float64, plan uint32) (string, Verdict) {
	if plan == planReplace && kind != Key {
		return "planned", Replace
	}
	switch kind {
	case Int:
		return "int", []Verdict{Pass, Replace, DropAttribute, Pass}[n&3]
	case Double:
		return "double", []Verdict{Pass, Replace, DropAttribute, Pass}[int(d)&3]
	}
	switch {
	case strings.Contains(value, "ITEM"):
		return "", DropItem
	case strings.Contains(value, "ATTRIBUTE"):
		return "", DropAttribute
	case strings.Contains(value, "REPLACE"):
		return strings.ReplaceAll(value, "REPLACE", "[r]"), Replace
	case strings.Contains(value, "GROW"):
		return value + strings.Repeat("g", 130), Replace
	case strings.Contains(value, "EMPTY"):
		return "", Replace
	}
	return "", Pass
}

// oracle applies the rule to decoded messages, by reflection.
type oracle struct {
	rule   rule
	counts Counts
}

// message applies the rule to the fields of m in their order, and returns what is
// to become of what encloses it.
func (o *oracle) message(m protoreflect.Message, plan uint32) Verdict {
	name := m.Descriptor().FullName()
	if itemMessages()[name] {
		o.counts.Items++
	}
	if name == keyValueName {
		p, v := ruleKey(m.Get(m.Descriptor().Fields().ByNumber(1)).String())
		if v != Pass {
			return v
		}
		plan = p
	}
	fields := m.Descriptor().Fields()
	for _, f := range ordered(fields) {
		if !m.Has(f) && !(name == keyValueName && f.Number() == 1) {
			continue
		}
		if v := o.field(m, f, plan); v != Pass {
			return v
		}
	}
	return Pass
}

// ordered returns fields in the order in which protobuf-go writes them: by
// number, the members of oneofs last.
func ordered(fields protoreflect.FieldDescriptors) (list []protoreflect.FieldDescriptor) {
	for _, oneof := range []bool{false, true} {
		for number := range protoreflect.FieldNumber(maxFieldNumber) {
			f := fields.ByNumber(number)
			if f != nil && oneof == (f.ContainingOneof() != nil && !f.ContainingOneof().IsSynthetic()) {
				list = append(list, f)
			}
		}
	}
	return list
}

func (o *oracle) field(m protoreflect.Message, f protoreflect.FieldDescriptor, plan uint32) Verdict {
	if f.IsList() {
		return o.list(m, f, plan)
	}
	if f.Message() != nil {
		v := o.message(m.Get(f).Message(), plan)
		if v == DropAttribute && m.Descriptor().FullName() != keyValueName && m.Descriptor().FullName() != anyValueName {
			m.Clear(f) // a body
			return Pass
		}
		return v
	}
	made, v := o.scalar(m, f, m.Get(f), plan)
	switch {
	case v == Replace:
		m.Set(made.field, made.value)
	case v == DropAttribute && m.Descriptor().FullName() != keyValueName && m.Descriptor().FullName() != anyValueName:
		m.Clear(f)
	default:
		return v
	}
	return Pass
}

// list applies the rule to the elements of a repeated field.
func (o *oracle) list(m protoreflect.Message, f protoreflect.FieldDescriptor, plan uint32) Verdict {
	l := m.Get(f).List()
	kept := m.NewField(f).List()
	for i := range l.Len() {
		e := l.Get(i)
		if f.Message() == nil {
			made, v := o.scalar(m, f, e, plan)
			if v == Replace {
				e = made.value
			}
			if v != DropAttribute {
				kept.Append(e)
			}
			if v == DropItem {
				return v
			}
			continue
		}
		before, n := o.counts, countMessages(e.Message())
		v := o.message(e.Message(), plan)
		name := f.Message().FullName()
		switch {
		case v == DropItem && (itemMessages()[name] || groupMessages()[name]):
			o.counts = before
			o.counts.Items += n
			o.counts.Dropped += n
		case v == DropAttribute && name == keyValueName:
		case v != Pass:
			return v
		default:
			kept.Append(e)
		}
	}
	m.Set(f, protoreflect.ValueOfList(kept))
	return Pass
}

// countMessages counts the items in a decoded message.
func countMessages(m protoreflect.Message) (n int) {
	if itemMessages()[m.Descriptor().FullName()] {
		return 1
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				n += countMessages(v.List().Get(i).Message())
			}
		default:
			n += countMessages(v.Message())
		}
		return true
	})
	return n
}

type replacement struct {
	field protoreflect.FieldDescriptor
	value protoreflect.Value
}

// scalar applies the rule to one value that isn't a message.
func (o *oracle) scalar(m protoreflect.Message, f protoreflect.FieldDescriptor, v protoreflect.Value, plan uint32) (replacement, Verdict) {
	r := replacement{field: f}
	kind := String
	switch {
	case f.Kind() == protoreflect.StringKind:
		if f.Name() == "key" || keyFields()[f.FullName()] {
			kind = Key
		}
	case f.Kind() == protoreflect.BytesKind:
		kind = Bytes
		if _, exempt := exemptFields()[f.FullName()]; exempt {
			return r, Pass
		}
	case m.Descriptor().FullName() == anyValueName && f.Number() == 3:
		kind = Int
	case m.Descriptor().FullName() == anyValueName && f.Number() == 4:
		kind = Double
	default:
		return r, Pass
	}
	var text string
	var n int64
	var d float64
	switch kind {
	case Int:
		n = v.Int()
	case Double:
		d = v.Float()
	case Bytes:
		text = string(v.Bytes())
	default:
		text = v.String()
	}
	repl, verdict := ruleText(kind, text, n, d, plan)
	if o.rule.keep && verdict > Replace {
		verdict = Pass
	}
	switch kind {
	case Int, Double:
		r.field = m.Descriptor().Fields().ByNumber(1)
		r.value = protoreflect.ValueOfString(repl)
	case Bytes:
		r.value = protoreflect.ValueOfBytes([]byte(repl))
	default:
		r.value = protoreflect.ValueOfString(repl)
	}
	return r, verdict
}
