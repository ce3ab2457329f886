package demo

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// node is one span of a tree.
type node struct {
	service  string
	span     ptrace.Span
	children []*node
}

// tree is what arrived of one trace.
type tree struct {
	id    pcommon.TraceID
	roots []*node
	spans int
}

// trees groups the spans of a request by trace and parent, in order of start.
func trees(traces ptrace.Traces) []*tree {
	byTrace := map[pcommon.TraceID]map[pcommon.SpanID]*node{}
	var order []pcommon.TraceID
	for _, rs := range traces.ResourceSpans().All() {
		name, _ := rs.Resource().Attributes().Get("service.name")
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				id := span.TraceID()
				if byTrace[id] == nil {
					byTrace[id] = map[pcommon.SpanID]*node{}
					order = append(order, id)
				}
				byTrace[id][span.SpanID()] = &node{service: name.AsString(), span: span}
			}
		}
	}
	out := make([]*tree, 0, len(order))
	for _, id := range order {
		out = append(out, link(id, byTrace[id]))
	}
	return out
}

func link(id pcommon.TraceID, nodes map[pcommon.SpanID]*node) *tree {
	t := &tree{id: id, spans: len(nodes)}
	byStart := func(a, b *node) int { return cmp.Compare(a.span.StartTimestamp(), b.span.StartTimestamp()) }
	for _, n := range nodes {
		if parent := nodes[n.span.ParentSpanID()]; parent != nil {
			parent.children = append(parent.children, n)
		} else {
			t.roots = append(t.roots, n)
		}
	}
	for _, n := range nodes {
		slices.SortFunc(n.children, byStart)
	}
	slices.SortFunc(t.roots, byStart)
	return t
}

// write prints the tree with the rule that kept it and, below each span, what
// was masked in it.
func (t *tree) write(w io.Writer, s style) {
	rule := "-"
	if len(t.roots) > 0 {
		if v, ok := t.roots[0].span.Attributes().Get("sampling.rule"); ok {
			rule = v.AsString()
		}
	}
	fmt.Fprintf(w, "%s kept by %s, %d spans\n", s.bold("trace "+t.id.String()), s.bold(rule), t.spans)
	for i, n := range t.roots {
		n.write(w, s, "", i == len(t.roots)-1)
	}
	fmt.Fprintln(w)
}

func (n *node) write(w io.Writer, s style, indent string, last bool) {
	branch, below := "├─ ", "│  "
	if last {
		branch, below = "└─ ", "   "
	}
	took := n.span.EndTimestamp().AsTime().Sub(n.span.StartTimestamp().AsTime()).Round(time.Millisecond)
	line := fmt.Sprintf("%s  %s  %s", s.dim(strings.TrimPrefix(n.service, "drl-trading-")), n.span.Name(), s.dim(took.String()))
	if n.span.Status().Code() == ptrace.StatusCodeError {
		line += s.red("  ERROR " + n.span.Status().Message())
	}
	fmt.Fprintf(w, "%s%s%s\n", indent, branch, line)
	for _, m := range masked(n.span) {
		fmt.Fprintf(w, "%s%s     %s\n", indent, below, s.dim(m))
	}
	for i, c := range n.children {
		c.write(w, s, indent+below, i == len(n.children)-1)
	}
}

// masked returns the attributes in which the filter left a mark: [card], a hash,
// or a placeholder in a statement.
func masked(span ptrace.Span) []string {
	mark := regexp.MustCompile(`\[[a-z_]+\]|hk[0-9a-z]+:|REDACTED`)
	var out []string
	for key, v := range span.Attributes().All() {
		if text := v.AsString(); mark.MatchString(text) || key == "db.query.text" {
			out = append(out, key+" = "+text)
		}
	}
	for _, e := range span.Events().All() {
		if v, ok := e.Attributes().Get("exception.message"); ok {
			out = append(out, "exception.message = "+v.AsString())
		}
	}
	slices.Sort(out)
	return out
}

// style colours text for a terminal.
type style struct{ colour bool }

func (s style) wrap(code, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(t string) string { return s.wrap("1", t) }
func (s style) dim(t string) string  { return s.wrap("2", t) }
func (s style) red(t string) string  { return s.wrap("31", t) }
