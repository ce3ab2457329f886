package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxNodes bounds what a file may hold, aliases counted each time they are
// used: a few lines of nested aliases stand for billions of nodes.
const maxNodes = 100_000

// maxDepth bounds how deep a file nests: an alias may stand within what it names.
const maxDepth = 100

// readFile returns the settings of a YAML file as nested maps of typed values.
func (r *reader) readFile(data []byte) map[string]any {
	if line, ok := invalidUTF8(data); ok {
		r.partial = true
		r.fail(origin{file: r.file, line: line}, "", "isn't YAML: must be UTF-8")
		return nil
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		r.syntax(data, err)
		return nil
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		r.fail(origin{file: r.file, line: second.Line}, "", "must be one YAML document, got a second one")
	} else if !errors.Is(err, io.EOF) {
		r.syntax(data, err)
	}
	return r.mapping(doc.Content[0], r.schema, "")
}

func (r *reader) at(n *yaml.Node) origin { return origin{file: r.file, line: n.Line} }

// visit follows an alias and spends one node of the budget.
func (r *reader) visit(n *yaml.Node) *yaml.Node {
	r.nodes--
	if r.nodes == 0 {
		r.partial = true
		r.fail(r.at(n), "", "must hold at most %d values, aliases counted each time", maxNodes)
	}
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// mapping reads a mapping with known keys; nil when it is empty or unset.
func (r *reader) mapping(n *yaml.Node, s *section, path string) map[string]any {
	n = r.visit(n)
	if r.nodes <= 0 || isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(r.at(n), path, "must be a mapping of keys, got %s", describe(n))
		return nil
	}
	protocol := r.protocol(n, s)
	out, lines := map[string]any{}, map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name, ok := r.key(key, lines, path)
		if !ok {
			continue
		}
		f, p := s.find(name, protocol), join(path, name)
		switch {
		case f == nil:
			r.fail(r.at(key), p, "unknown key%s", r.suggestKey(name, s.names(protocol)))
			continue
		case f.refused != "":
			r.fail(r.at(key), p, "%s", f.refused)
			continue
		}
		r.origins[p] = r.at(key)
		if v := r.value(f, value, p); v != nil {
			out[name] = v
		}
	}
	return out
}

// key checks one key of a mapping and reports duplicates with both lines.
func (r *reader) key(n *yaml.Node, lines map[string]int, path string) (string, bool) {
	switch {
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!merge":
		r.fail(r.at(n), path, "merge keys (<<) aren't taken; write the keys out, or use an alias for a whole value")
		return "", false
	case n.Kind != yaml.ScalarNode:
		r.fail(r.at(n), path, "a key must be a word, got %s", describe(n))
		return "", false
	}
	if first, ok := lines[n.Value]; ok {
		r.fail(r.at(n), join(path, n.Value), "duplicate key, first set in line %d", first)
		return "", false
	}
	lines[n.Value] = n.Line
	return n.Value, true
}

// protocol returns the value that chooses among a section's variants.
func (r *reader) protocol(n *yaml.Node, s *section) string {
	if s.variants == nil {
		return ""
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "protocol" && n.Content[i+1].Kind == yaml.ScalarNode {
			if e, err := expand(n.Content[i+1].Value, r.lookup); err == nil && s.variants[e.text] != nil {
				return e.text
			}
		}
	}
	return "grpc"
}

func (s *section) names(protocol string) []string {
	var names []string
	for _, f := range s.fields {
		names = append(names, f.name)
	}
	if v := s.variants[protocol]; v != nil {
		names = append(names, v.names("")...)
	}
	return names
}

func (r *reader) value(f *field, n *yaml.Node, path string) any {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxDepth {
		r.fail(r.at(n), path, "must not nest deeper than %d", maxDepth)
	}
	if r.nodes <= 0 || r.depth > maxDepth {
		return nil
	}
	switch f.kind {
	case kindSection:
		m := r.mapping(n, f.section, path)
		if m == nil {
			return nil
		}
		if len(m) == 0 && f.optional && !r.failed[path] {
			m["enabled"] = true
		}
		return m
	case kindList:
		return r.list(f, n, path)
	case kindMapping:
		return r.names(f, n, path)
	default:
		return r.scalar(f, n, path)
	}
}

func (r *reader) list(f *field, n *yaml.Node, path string) any {
	n = r.visit(n)
	items := n.Content
	switch {
	case isNull(n):
		return nil
	case n.Kind != yaml.SequenceNode && f.loose:
		items = []*yaml.Node{n}
	case n.Kind != yaml.SequenceNode:
		r.fail(r.at(n), path, "must be a list, got %s", describe(n))
		return nil
	}
	out := make([]any, 0, len(items))
	for i, item := range items {
		p := fmt.Sprintf("%s[%d]", path, i)
		r.origins[p] = r.at(item)
		v := r.value(f.elem, item, p)
		if v == nil && !r.failed[p] && r.nodes > 0 {
			if isNull(item) {
				r.fail(r.at(item), p, "must not be empty")
			} else {
				v = map[string]any{}
			}
		}
		out = append(out, v)
	}
	return out
}

// names reads a mapping whose keys are the user's: HTTP headers. The Collector
// takes them as a list of {name, value}, too. Names fold case, as HTTP's do.
func (r *reader) names(f *field, n *yaml.Node, path string) any {
	n = r.visit(n)
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(r.at(n), path, "must be a mapping of names to values, got %s", describe(n))
		return nil
	}
	out, lines := map[string]any{}, map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, ok := r.key(n.Content[i], lines, path)
		if !ok {
			continue
		}
		p := join(path, name)
		r.origins[p] = r.at(n.Content[i])
		if err := checkFormat(&field{format: "header_name"}, name); err != nil {
			r.fail(r.at(n.Content[i]), p, "%v", err)
			continue
		}
		folded := strings.ToLower(name)
		if _, twice := out[folded]; twice {
			r.fail(r.at(n.Content[i]), p, "duplicate name: upper and lower case are one")
			continue
		}
		if v := r.scalar(f.elem, n.Content[i+1], p); v != nil {
			out[folded] = v
		}
	}
	return out
}

func (r *reader) scalar(f *field, n *yaml.Node, path string) any {
	n = r.visit(n)
	if isNull(n) || r.nodes <= 0 {
		return nil
	}
	if n.Kind != yaml.ScalarNode {
		r.fail(r.at(n), path, "must be one value, got %s", describe(n))
		return nil
	}
	e, err := expand(n.Value, r.lookup)
	if err != nil {
		r.fail(r.at(n), path, "%v", err)
		return nil
	}
	r.set[path] = true
	if f.secret {
		r.secrets[e.text] = true
	}
	for _, name := range e.vars {
		r.vars[name] = true
		value, _ := r.lookup(name)
		r.secrets[value] = true
	}
	v, err := parseScalar(f, scalar{e.text, resolvedTag(n, e)})
	if err != nil {
		r.fail(r.at(n), path, "%v%s", err, got(f, e.text, e.vars))
		return nil
	}
	return v
}

// resolvedTag returns the YAML type of a scalar; a plain one that was expanded
// is resolved again, so that ${PORT} may be a number.
func resolvedTag(n *yaml.Node, e expansion) string {
	if len(e.vars) == 0 || n.Style != 0 {
		return n.ShortTag()
	}
	again := yaml.Node{Kind: yaml.ScalarNode, Value: e.text}
	return again.ShortTag()
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "a single value"
	}
}
