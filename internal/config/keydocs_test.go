package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.yaml.in/yaml/v3"
)

// keyDoc documents one key.
type keyDoc struct {
	Path     string // sample.rules[].ratio
	Env      string // variable that sets it; "" within lists and for lists and sections
	Type     string // string, boolean, integer, number, duration, size, comparison, secret, list of …, mapping, section
	Default  string // as YAML; "" when there is none
	Example  string // as YAML
	Allowed  string // values or range; "" when the type says all
	Doc      string
	Required bool // in each item of its list
	Upstream bool // a setting of the Collector's component
}

// keyDocs documents every key, in the order of the file. Where a part of the
// file has the form of an earlier one, it refers to that.
func keyDocs() []keyDoc {
	d := documenter{seen: map[*section]string{}}
	schema := newSchema()
	d.defaults = d.allDefaults(schema)
	d.section(schema, "", false)
	return d.docs
}

type documenter struct {
	docs     []keyDoc
	seen     map[*section]string // first path of a section
	defaults map[string]string   // by path
}

func (d *documenter) section(s *section, path string, inList bool) {
	if _, again := d.seen[s]; !again {
		d.seen[s] = path
	}
	for _, f := range s.fields {
		if f.refused == "" {
			d.field(f, join(path, f.name), inList)
		}
	}
}

func (d *documenter) field(f *field, path string, inList bool) {
	doc := keyDoc{
		Path: path, Type: typeName(f), Default: d.defaults[path], Allowed: allowedText(f),
		Doc: f.doc, Required: f.required, Upstream: f.upstream,
	}
	for _, u := range notYet() {
		if u.path == withoutIndexes(path) {
			doc.Doc += " Not in this version."
		}
	}
	if f.kind == kindScalar && !inList {
		doc.Env = envName(path)
	}
	doc.Example = exampleText(f, doc.Default)
	inner, innerPath, innerList := f.section, path, inList
	if f.kind == kindList && f.elem.kind == kindSection {
		inner, innerPath, innerList = f.elem.section, path+"[]", true
		doc.Type = "list of sections"
	}
	first, again := d.seen[inner]
	again = again && innerList
	if again {
		doc.Doc += " As " + first + "."
	}
	d.docs = append(d.docs, doc)
	if inner != nil && !again {
		d.section(inner, innerPath, innerList)
	}
}

func typeName(f *field) string {
	switch f.kind {
	case kindSection:
		return "section"
	case kindMapping:
		return "mapping of names to secrets"
	case kindList:
		return "list of " + typeName(f.elem) + "s"
	}
	switch f.typ {
	case reflect.TypeFor[time.Duration]():
		return "duration"
	case reflect.TypeFor[Size]():
		return "size"
	case reflect.TypeFor[DurationBound](), reflect.TypeFor[NumberBound]():
		return "comparison"
	}
	switch {
	case f.secret:
		return "secret"
	case f.typ.Kind() == reflect.Bool:
		return "boolean"
	case f.typ.Kind() == reflect.Float64:
		return "number"
	case f.typ.Kind() == reflect.Interface:
		return "value"
	case f.typ.Kind() == reflect.String, f.typ.Kind() == reflect.Struct:
		return "string"
	default:
		return "integer"
	}
}

func allowedText(f *field) string {
	switch {
	case len(f.enum) > 0:
		return strings.Join(f.enum, ", ")
	case f.min != nil && f.max != nil:
		return fmt.Sprintf("%s to %s", boundText(f, *f.min), boundText(f, *f.max))
	case f.auto:
		return "auto, or at least " + boundText(f, *f.min)
	case f.typ == reflect.TypeFor[time.Duration]() && f.min != nil && *f.min == 1:
		return "greater than 0"
	case f.min != nil:
		return "at least " + boundText(f, *f.min)
	}
	switch f.format {
	case "hostport":
		return "host:port"
	case "regex":
		return "RE2"
	case "id":
		return "1 to 8 letters or digits"
	case "name":
		return "1 to 64 letters, digits, _ . -"
	case "word":
		return "1 to 32 letters, digits, _ -"
	}
	return ""
}

func boundText(f *field, v float64) string {
	if f.typ == reflect.TypeFor[Size]() {
		return Size(v).String()
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// exampleText returns the example of the tag, or one that the type suggests.
func exampleText(f *field, def string) string {
	switch {
	case f.example != "":
		return f.example
	case f.kind == kindSection, f.kind == kindList && f.elem.kind == kindSection:
		return ""
	case f.kind == kindScalar && f.typ.Kind() == reflect.Bool:
		return strconv.FormatBool(def != "true")
	case len(f.enum) > 0:
		other := f.enum[0]
		for _, e := range f.enum {
			if e != def {
				other = e
			}
		}
		if f.kind == kindList {
			return "[" + other + "]"
		}
		return other
	default:
		return def
	}
}

// allDefaults returns the default of every key as YAML, by path.
func (d *documenter) allDefaults(schema *section) map[string]string {
	out := map[string]string{}
	receiver := upstreamDefaults("receiver").(*otlpreceiver.Config)
	receiver.Protocols.GRPC.GetOrInsertDefault()
	receiver.Protocols.HTTP.GetOrInsertDefault()
	settingDefaults(out, "receive", receiver)
	settingDefaults(out, "export.jaeger", upstreamDefaults("grpc"))
	settingDefaults(out, "export.prometheus.otlp", upstreamDefaults("http"))
	leafDefaults(out, "", encodeSection(schema, reflect.ValueOf(Default()).Elem(), false))
	for _, item := range []struct {
		path  string
		fresh defaulter
	}{
		{"filter.attributes[]", new(FilterAttribute)},
		{"enrich.attributes[]", new(EnrichAttribute)},
		{"sample.rules[].rare", new(Rare)},
		{"export.otlp[]", new(OTLP)},
	} {
		item.fresh.setDefaults()
		v := reflect.ValueOf(item.fresh).Elem()
		s := (&schemaBuilder{sections: map[reflect.Type]*section{}, upstream: newUpstreamBuilder()}).section(v.Type())
		leafDefaults(out, item.path, encodeSection(s, v, true))
	}
	return out
}

// settingDefaults adds what the Collector's component has by itself.
func settingDefaults(out map[string]string, path string, cfg any) {
	conf := confmap.New()
	if err := conf.Marshal(cfg); err != nil {
		return // a default that can't be shown; the reference's test would miss it
	}
	var n yaml.Node
	if err := n.Encode(conf.ToStringMap()); err == nil {
		leafDefaults(out, path, &n)
	}
}

// leafDefaults adds the scalars and lists of a YAML tree.
func leafDefaults(out map[string]string, path string, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			leafDefaults(out, join(path, n.Content[i].Value), n.Content[i+1])
		}
	case yaml.SequenceNode:
		n.Style = yaml.FlowStyle
		if text, err := yaml.Marshal(n); err == nil {
			out[path] = strings.TrimSpace(string(text))
		}
	default:
		if n.Value != "null" && n.Value != "" {
			out[path] = n.Value
		}
	}
}
