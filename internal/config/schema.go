package config

import (
	"reflect"
	"strconv"
	"strings"
)

type kind uint8

const (
	kindScalar  kind = iota
	kindSection      // a mapping with known keys
	kindList         // items of one form
	kindMapping      // a mapping with names of the user's own (HTTP headers)
)

// field describes one key.
type field struct {
	name     string
	kind     kind
	typ      reflect.Type // of a scalar: what its text is parsed into
	index    []int        // of the Go field in its struct; nil for a Collector setting
	section  *section     // of kindSection
	elem     *field       // of kindList and kindMapping
	doc      string
	example  string
	enum     []string
	format   string
	min, max *float64
	auto     bool   // the word auto is allowed
	secret   bool   // never shown
	loose    bool   // one item may stand for a list of one
	required bool   // must not be empty
	optional bool   // a Collector section that an empty mapping switches on
	upstream bool   // a Collector setting
	refused  string // why the key can't be set, "" if it can
}

// section is the set of keys of one mapping. Sections may contain themselves.
type section struct {
	typ      reflect.Type // the Go struct; nil for a Collector section
	fields   []*field     // in the order of documentation
	byName   map[string]*field
	settings []int               // of the Settings field that takes the Collector's keys; nil: none
	variants map[string]*section // by the value of the key protocol: further keys
	squashed []string            // Go names, lower case, of embedded Collector structs
}

func (s *section) add(f *field) {
	s.fields = append(s.fields, f)
	s.byName[f.name] = f
}

// find returns the key, looking into the variant chosen by protocol.
func (s *section) find(name, protocol string) *field {
	if f, ok := s.byName[name]; ok {
		return f
	}
	if v, ok := s.variants[protocol]; ok {
		return v.byName[name]
	}
	return nil
}

// schemaBuilder holds the sections built so far, so that a recursive type ends.
type schemaBuilder struct {
	sections map[reflect.Type]*section
	upstream *upstreamBuilder
}

// newSchema returns the section of the whole file.
func newSchema() *section {
	b := schemaBuilder{sections: map[reflect.Type]*section{}, upstream: newUpstreamBuilder()}
	return b.section(reflect.TypeFor[Config]())
}

func (b *schemaBuilder) section(t reflect.Type) *section {
	if s, ok := b.sections[t]; ok {
		return s
	}
	s := &section{typ: t, byName: map[string]*field{}}
	b.sections[t] = s
	b.fill(s, t, nil)
	return s
}

func (b *schemaBuilder) fill(s *section, t reflect.Type, index []int) {
	for sf := range t.Fields() {
		if !sf.IsExported() {
			continue
		}
		at := append(append([]int(nil), index...), sf.Index...)
		name, _ := parseTag(sf.Tag.Get("yaml"))
		upstream := sf.Tag.Get("upstream")
		switch {
		case name == "" && upstream != "":
			b.inlineUpstream(s, upstream, at)
		case name == "":
			b.fill(s, sf.Type, at)
		default:
			f := b.field(name, sf)
			f.index = at
			if upstream != "" {
				f.kind, f.section = kindSection, b.upstream.protocols()
			}
			s.add(f)
		}
	}
}

// inlineUpstream puts a Collector exporter's keys beside ours.
func (b *schemaBuilder) inlineUpstream(s *section, which string, index []int) {
	s.settings = index
	switch which {
	case "grpc_exporter":
		b.upstream.addAll(s, b.upstream.grpcExporter())
	case "http_exporter":
		b.upstream.addAll(s, b.upstream.httpExporter())
	default:
		s.variants = map[string]*section{"grpc": b.upstream.grpcExporter(), "http": b.upstream.httpExporter()}
	}
}

func (b *schemaBuilder) field(name string, sf reflect.StructField) *field {
	tag := sf.Tag
	f := &field{
		name: name, doc: tag.Get("doc"), example: tag.Get("example"), format: tag.Get("format"),
		min: parseBound(tag.Get("min")), max: parseBound(tag.Get("max")),
		auto: tag.Get("auto") != "", loose: tag.Get("loose") != "", required: tag.Get("required") != "",
	}
	if e := tag.Get("enum"); e != "" {
		f.enum = strings.Split(e, "|")
	}
	t := sf.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case isScalar(t):
		f.typ, f.secret = t, t == reflect.TypeFor[Secret]()
	case t.Kind() == reflect.Slice:
		f.kind = kindList
		f.elem = &field{kind: kindScalar, typ: t.Elem(), enum: f.enum, format: f.format}
		if !isScalar(t.Elem()) {
			f.elem = &field{kind: kindSection, section: b.section(t.Elem())}
		}
	case t.Kind() == reflect.Struct:
		f.kind, f.section = kindSection, b.section(t)
	}
	return f
}

func parseTag(tag string) (name, options string) {
	name, options, _ = strings.Cut(tag, ",")
	return name, options
}

// parseBound reads a tag written by us: the schema test parses all of them.
func parseBound(tag string) *float64 {
	v, err := strconv.ParseFloat(tag, 64)
	if err != nil {
		return nil
	}
	return &v
}
