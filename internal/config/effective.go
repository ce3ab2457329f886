package config

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Effective returns the configuration as YAML, in the order of the reference,
// with secrets replaced by Masked and variables put in. Read again it is the same
// configuration, but for the secrets. Of the Collector's settings only those are
// there that were set or have a default of the agent's own.
func Effective(c *Config) ([]byte, error) {
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(encodeSection(newSchema(), reflect.ValueOf(c).Elem(), false)); err != nil {
		return nil, fmt.Errorf("encode configuration: %w", err)
	}
	return out.Bytes(), nil
}

// encodeSection writes a mapping. Within an item of a list, what is unset stays
// out: there it means something else than a zero value.
func encodeSection(s *section, v reflect.Value, inItem bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	fresh := reflect.New(s.typ)
	setDefaults(fresh)
	for _, f := range s.fields {
		if f.index == nil {
			continue
		}
		fv := v.FieldByIndex(f.index)
		unset := fv.IsZero() && fresh.Elem().FieldByIndex(f.index).IsZero()
		if !inItem || !unset {
			put(n, f.name, encodeField(f, fv, inItem))
		}
	}
	if s.settings != nil {
		encodeSettings(n, s.withVariant(v), v.FieldByIndex(s.settings).Interface().(Settings))
	}
	return n
}

// withVariant returns the section that knows the Collector's keys of v.
func (s *section) withVariant(v reflect.Value) *section {
	if protocol, ok := s.byName["protocol"]; ok && s.variants != nil {
		return s.variants[v.FieldByIndex(protocol.index).String()]
	}
	return s
}

func encodeField(f *field, v reflect.Value, inItem bool) *yaml.Node {
	if v.Kind() == reflect.Pointer {
		v, inItem = v.Elem(), true
	}
	switch f.kind {
	case kindSection:
		if f.section.typ == nil {
			n := &yaml.Node{Kind: yaml.MappingNode}
			encodeSettings(n, f.section, v.Interface().(Settings))
			return n
		}
		return encodeSection(f.section, v, inItem)
	case kindList:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		if f.elem.kind == kindScalar || v.Len() == 0 {
			n.Style = yaml.FlowStyle
		}
		for i := range v.Len() {
			n.Content = append(n.Content, encodeField(f.elem, v.Index(i), true))
		}
		return n
	default:
		return encodeScalar(f, v.Interface())
	}
}

// encodeSettings writes the Collector's settings that are set, in schema order.
func encodeSettings(n *yaml.Node, s *section, settings map[string]any) {
	for _, f := range s.fields {
		if value, ok := settings[f.name]; ok && f.upstream {
			put(n, f.name, encodeSetting(f, value))
		}
	}
}

func encodeSetting(f *field, value any) *yaml.Node {
	switch value := value.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode}
		if f.kind == kindSection {
			encodeSettings(n, f.section, value)
			return n
		}
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			put(n, name, encodeScalar(f.elem, value[name]))
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, item := range value {
			n.Content = append(n.Content, encodeSetting(f.elem, item))
		}
		return n
	default:
		return encodeScalar(f, value)
	}
}

func put(n *yaml.Node, name string, value *yaml.Node) {
	n.Content = append(n.Content, text(name), value)
}

func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func encodeScalar(f *field, v any) *yaml.Node {
	if f.secret {
		if reflect.ValueOf(v).IsZero() {
			return text("")
		}
		return text(Masked)
	}
	switch v := v.(type) {
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v)}
	case int, int64, uint64:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(v)}
	case float64:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: floatText(v)}
	case time.Duration:
		return text(formatDuration(v))
	case fmt.Stringer:
		return text(v.String())
	default:
		return text(escapeDollar(fmt.Sprint(v)))
	}
}

// floatText keeps a float a float when it is read again.
func floatText(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// escapeDollar keeps a text from being expanded when it is read again.
func escapeDollar(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if s[i] == '$' && i+1 < len(s) && (s[i+1] == '$' || s[i+1] == '{') {
			out.WriteByte('$')
		}
		out.WriteByte(s[i])
	}
	return out.String()
}
