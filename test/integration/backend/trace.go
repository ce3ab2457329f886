package backend

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Trace is a trace as Jaeger's query API gives it.
type Trace struct {
	TraceID   string
	Spans     []Span
	Processes map[string]Process // by Span.ProcessID
}

// Process is the resource of a span.
type Process struct {
	ServiceName string
	Tags        []Tag
}

// Span is one span. Times are microseconds.
type Span struct {
	SpanID, OperationName string
	ProcessID             string
	StartTime, Duration   int64
	References            []Reference
	Tags                  []Tag
	Logs                  []struct{ Fields []Tag }
}

// Reference leads to a parent (CHILD_OF) or to a linked span.
type Reference struct{ RefType, TraceID, SpanID string }

// Tag is an attribute.
type Tag struct {
	Key   string
	Value any
}

// Tag returns the span's attribute as text, "" when it has none of that key.
func (s Span) Tag(key string) string { return find(s.Tags, key) }

// Tag returns the resource's attribute as text, "" when it has none of that key.
func (p Process) Tag(key string) string { return find(p.Tags, key) }

func find(tags []Tag, key string) string {
	for _, t := range tags {
		if t.Key == key {
			if text, ok := t.Value.(string); ok {
				return text
			}
			b, _ := json.Marshal(t.Value)
			return string(b)
		}
	}
	return ""
}

// Parent returns the id of the span's parent, "" for a root.
func (s Span) Parent() string {
	for _, r := range s.References {
		if r.RefType == "CHILD_OF" {
			return r.SpanID
		}
	}
	return ""
}

// Service returns the name of the span's service.
func (tr Trace) Service(s Span) string { return tr.Processes[s.ProcessID].ServiceName }

// Span returns the first span of the service with that name.
func (tr Trace) Span(service, name string) (Span, bool) {
	for _, s := range tr.Spans {
		if s.OperationName == name && tr.Service(s) == service {
			return s, true
		}
	}
	return Span{}, false
}

// Rule returns the rule that kept the trace.
func (tr Trace) Rule() string {
	for _, s := range tr.Spans {
		if r := s.Tag("sampling.rule"); r != "" {
			return r
		}
	}
	return ""
}

// Roots returns the spans without a parent.
func (tr Trace) Roots() (out []Span) {
	for _, s := range tr.Spans {
		if len(s.References) == 0 {
			out = append(out, s)
		}
	}
	return out
}

// Orphans returns the spans whose parent isn't in the trace.
func (tr Trace) Orphans() (out []Span) {
	ids := map[string]bool{"": true}
	for _, s := range tr.Spans {
		ids[s.SpanID] = true
	}
	for _, s := range tr.Spans {
		if !ids[s.Parent()] {
			out = append(out, s)
		}
	}
	return out
}

// Tree draws the trace, one line a span, children below their parent in the order of their start.
func (tr Trace) Tree() string {
	children := map[string][]Span{}
	for _, s := range tr.Spans {
		children[s.Parent()] = append(children[s.Parent()], s)
	}
	var b strings.Builder
	var draw func(s Span, depth int)
	draw = func(s Span, depth int) {
		name := strings.Repeat("  ", depth) + s.OperationName
		took := time.Duration(s.Duration) * time.Microsecond
		fmt.Fprintf(&b, "%-44s %-26s %-9s %10s\n", name, tr.Service(s), s.Tag("span.kind"), took.Round(10*time.Microsecond))
		below := children[s.SpanID]
		slices.SortFunc(below, func(a, b Span) int { return cmp.Compare(a.StartTime, b.StartTime) })
		for _, child := range below {
			draw(child, depth+1)
		}
	}
	for _, s := range append(tr.Roots(), tr.Orphans()...) {
		draw(s, 0)
	}
	return b.String()
}
