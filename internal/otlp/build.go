package otlp

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	keyValueName protoreflect.FullName = "opentelemetry.proto.common.v1.KeyValue"
	anyValueName protoreflect.FullName = "opentelemetry.proto.common.v1.AnyValue"
)

// builder makes the nodes of one signal.
type builder struct {
	schema *Schema
	signal Signal
	nodes  map[protoreflect.FullName]*node
	open   map[protoreflect.FullName]bool // being built: meeting one again is recursion
	byName map[string]Place

	prefixes map[protoreflect.FullName]string
	fields   map[protoreflect.Name]string
	keys     map[protoreflect.FullName]bool
	items    map[protoreflect.FullName]bool
	groups   map[protoreflect.FullName]bool
	exempt   map[protoreflect.FullName]exemption
	deleted  map[protoreflect.FullName]string
}

// buildSchema makes the tables of the three root messages, in the order of the
// signals.
func buildSchema(roots ...protoreflect.MessageDescriptor) (*Schema, error) {
	s := &Schema{}
	for i, root := range roots {
		b := &builder{
			schema: s, signal: Signal(i),
			nodes:    make(map[protoreflect.FullName]*node),
			open:     make(map[protoreflect.FullName]bool),
			byName:   make(map[string]Place),
			prefixes: placePrefixes(), fields: placeFields(), keys: keyFields(),
			items: itemMessages(), groups: groupMessages(),
			exempt: exemptFields(), deleted: deletedFields(),
		}
		n, err := b.message(root)
		if err != nil {
			return nil, err
		}
		s.roots[i] = n
	}
	return s, nil
}

// message returns the node of m, building it at the first call.
func (b *builder) message(m protoreflect.MessageDescriptor) (*node, error) {
	if b.open[m.FullName()] {
		return nil, fmt.Errorf("build schema: message %s is recursive", m.FullName())
	}
	if n, ok := b.nodes[m.FullName()]; ok {
		return n, nil
	}
	prefix, ok := b.prefixes[m.FullName()]
	if !ok {
		return nil, fmt.Errorf("build schema: message %s has no place name", m.FullName())
	}
	n := &node{name: prefix}
	switch {
	case b.items[m.FullName()]:
		n.role, n.holds = roleItem, true
	case b.groups[m.FullName()]:
		n.role = roleGroup
	}
	b.open[m.FullName()] = true
	for i := range m.Fields().Len() {
		if err := b.field(n, m.Fields().Get(i)); err != nil {
			return nil, err
		}
	}
	delete(b.open, m.FullName())
	b.nodes[m.FullName()] = n
	return n, nil
}

// field enters fd into the table of n.
func (b *builder) field(n *node, fd protoreflect.FieldDescriptor) error {
	if fd.Number() > maxFieldNumber {
		return fmt.Errorf("build schema: number %d of %s is above %d", fd.Number(), fd.FullName(), maxFieldNumber)
	}
	f, err := b.classify(n, fd)
	if err != nil {
		return err
	}
	if !fd.IsList() || fd.IsPacked() {
		f.conflict = 1 << fd.Number()
		if o := fd.ContainingOneof(); o != nil {
			for i := range o.Fields().Len() {
				f.conflict |= 1 << o.Fields().Get(i).Number()
			}
		}
	}
	if f.nonZero {
		n.required |= 1 << fd.Number()
	}
	for len(n.fields) <= int(fd.Number()) {
		n.fields = append(n.fields, field{})
	}
	n.fields[fd.Number()] = f
	return nil
}

// classify decides by kind how a field is treated. What isn't known here is an
// error, not a default: a new kind of field may carry text.
func (b *builder) classify(n *node, fd protoreflect.FieldDescriptor) (field, error) {
	unknown := fmt.Errorf("build schema: field %s of kind %s is not classified", fd.FullName(), fd.Kind())
	if fd.IsMap() || fd.Cardinality() == protoreflect.Required {
		return field{}, unknown
	}
	if _, ok := b.deleted[fd.FullName()]; ok {
		return field{kind: kindDeleted}, nil
	}
	if strings.HasSuffix(string(fd.Name()), "_strindex") {
		return field{}, unknown // text at one remove
	}
	switch fd.Kind() {
	case protoreflect.StringKind, protoreflect.BytesKind:
		return b.text(n, fd), nil
	case protoreflect.MessageKind:
		return b.child(n, fd)
	}
	return number(fd, unknown)
}

// number classifies a field of a numeric kind.
func number(fd protoreflect.FieldDescriptor, unknown error) (field, error) {
	var f, packed field
	switch fd.Kind() {
	case protoreflect.Int64Kind, protoreflect.Uint64Kind, protoreflect.Sint64Kind:
		f, packed = field{kind: kindVarint, wire: protowire.VarintType}, field{kind: kindPackedVarint}
	case protoreflect.Uint32Kind, protoreflect.Sint32Kind:
		f = field{kind: kindVarintUint32, wire: protowire.VarintType}
	case protoreflect.Int32Kind, protoreflect.EnumKind:
		f = field{kind: kindVarintInt32, wire: protowire.VarintType}
	case protoreflect.BoolKind:
		f = field{kind: kindVarintBool, wire: protowire.VarintType}
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		f, packed = field{kind: kindFixed, wire: protowire.Fixed32Type}, field{kind: kindPackedFixed32}
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		f, packed = field{kind: kindFixed, wire: protowire.Fixed64Type}, field{kind: kindPackedFixed64}
	default:
		return field{}, unknown
	}
	if !fd.IsList() {
		return f, nil
	}
	if !fd.IsPacked() || packed.kind == kindDeleted {
		return field{}, unknown
	}
	packed.wire = protowire.BytesType
	return packed, nil
}

// text classifies a string or bytes field.
func (b *builder) text(n *node, fd protoreflect.FieldDescriptor) field {
	f := field{kind: kindText, wire: protowire.BytesType, text: String}
	switch {
	case fd.Kind() == protoreflect.BytesKind:
		f.text = Bytes
	case b.keys[fd.FullName()]:
		f.text = Key
	}
	e, exempt := b.exempt[fd.FullName()]
	f.place = b.place(n.name+"."+b.fieldName(fd), f.text, e.reason)
	if exempt {
		f.kind, f.idLength, f.nonZero = kindID, uint8(e.length), e.required
	}
	return f
}

// child classifies a field that is a message.
func (b *builder) child(n *node, fd protoreflect.FieldDescriptor) (field, error) {
	f := field{wire: protowire.BytesType}
	name := n.name + "." + b.fieldName(fd)
	switch fd.Message().FullName() {
	case keyValueName:
		f.kind = kindAttribute
		f.values = &values{name: name, key: b.place(name+".key", Key, ""), value: b.place(name+".value", Any, "")}
		return f, checkForms(fd.Message().ParentFile())
	case anyValueName:
		f.kind = kindValue
		f.values = &values{name: name, key: b.place(name+".key", Key, ""), value: b.place(name, Any, "")}
		return f, checkForms(fd.Message().ParentFile())
	}
	child, err := b.message(fd.Message())
	if err != nil {
		return field{}, err
	}
	n.holds = n.holds || child.holds
	f.kind, f.child = kindMessage, child
	return f, nil
}

func (b *builder) fieldName(fd protoreflect.FieldDescriptor) string {
	if name, ok := b.fields[fd.Name()]; ok {
		return name
	}
	return string(fd.Name())
}

// place returns the place of that name in this signal, making it at the first call.
func (b *builder) place(name string, kind TextKind, exempt string) Place {
	if p, ok := b.byName[name]; ok {
		return p
	}
	p := Place(len(b.schema.places))
	b.schema.places = append(b.schema.places, PlaceInfo{Place: p, Signal: b.signal, Name: name, Kind: kind, Exempt: exempt})
	b.byName[name] = p
	return p
}
