package sample

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Condition is true when all of its fields that are set are true. Where a field
// takes several values one of them has to match; in names * stands for any
// characters. Outside of Span, each field may be met by another span.
type Condition struct {
	Status           string // unset, ok or error
	Duration         *Bound // of the longest local root, nanoseconds; false without one
	FragmentDuration *Bound // earliest start to latest end, nanoseconds
	SpanDuration     *Bound // of a span, nanoseconds
	SpanCount        *Bound
	Service          []string
	Scope            []string
	SpanName         []string
	Kind             []string // internal, server, client, producer, consumer
	HTTPRoute        []string
	Attribute        []AttributeTest
	Event            []string
	ExceptionType    []string
	Tracestate       []MemberTest
	Priority         *Bound // attribute sampling.priority
	All, Any         []Condition
	Not, Span        *Condition
}

// Bound compares a number: Op is one of > >= < <=.
type Bound struct {
	Op    string
	Value float64
}

func (b *Bound) holds(v float64) bool {
	switch b.Op {
	case ">":
		return v > b.Value
	case ">=":
		return v >= b.Value
	case "<":
		return v < b.Value
	}
	return v <= b.Value
}

// test is a compiled condition. i is the span that it is about, or wholeFragment.
type test func(v *view, i int) bool

// wholeFragment says that a test may be met by any span.
const wholeFragment = -1

// ofSpan makes a test of one that looks at a single span.
func ofSpan(one func(s *viewSpan) bool) test {
	return func(v *view, i int) bool {
		if i != wholeFragment {
			return one(&v.spans[i])
		}
		for i := range v.spans {
			if one(&v.spans[i]) {
				return true
			}
		}
		return false
	}
}

// and is true when all tests are.
func and(tests []test) test {
	return func(v *view, i int) bool {
		for _, t := range tests {
			if !t(v, i) {
				return false
			}
		}
		return true
	}
}

// conditionError is a bad condition with its place below the section `sample`.
func conditionError(path, format string, args ...any) error {
	return &ruleError{path, fmt.Errorf(format, args...)}
}

func compileCondition(c *Condition, path string) (test, error) {
	b := &conditionBuilder{path: path}
	b.fragment(c)
	b.spans(c)
	b.attributes(c)
	b.logic(c)
	if err := errors.Join(b.errs...); err != nil {
		return nil, err
	}
	return and(b.tests), nil
}

// conditionBuilder collects the tests of one condition.
type conditionBuilder struct {
	path  string
	tests []test
	errs  []error
}

func (b *conditionBuilder) add(t test) { b.tests = append(b.tests, t) }

func (b *conditionBuilder) fail(key, format string, args ...any) {
	b.errs = append(b.errs, conditionError(b.path+"."+key, format, args...))
}

// fragment adds the tests of the fragment as a whole.
func (b *conditionBuilder) fragment(c *Condition) {
	if c.Duration != nil {
		b.add(func(v *view, _ int) bool {
			d, ok := v.rootDuration()
			return ok && c.Duration.holds(d)
		})
	}
	if c.FragmentDuration != nil {
		b.add(func(v *view, _ int) bool { return c.FragmentDuration.holds(v.duration()) })
	}
	if c.SpanCount != nil {
		b.add(func(v *view, _ int) bool { return c.SpanCount.holds(float64(len(v.spans))) })
	}
}

// spans adds the tests of a span's own fields.
func (b *conditionBuilder) spans(c *Condition) {
	if c.Status != "" {
		code := slices.Index([]string{"unset", "ok", "error"}, c.Status)
		if code < 0 {
			b.fail("status", "must be unset, ok or error, got %q", c.Status)
		}
		b.add(ofSpan(func(s *viewSpan) bool { return s.Status == otlp.StatusCode(code) }))
	}
	if c.SpanDuration != nil {
		b.add(ofSpan(func(s *viewSpan) bool { return c.SpanDuration.holds(spanDuration(s)) }))
	}
	b.globs(c.SpanName, func(s *viewSpan, match func([]byte) bool) bool { return match(s.Name) })
	b.globs(c.Service, func(s *viewSpan, match func([]byte) bool) bool {
		v, ok := find(otlp.ResourceAttributes(s.group.Resource), serviceName)
		return ok && v.Kind == otlp.ValueString && match(v.Bytes)
	})
	b.globs(c.Scope, func(s *viewSpan, match func([]byte) bool) bool { return match(otlp.ScopeName(s.group.Scope)) })
	b.globs(c.HTTPRoute, func(s *viewSpan, match func([]byte) bool) bool {
		v, ok := find(s.Attributes(), "http.route")
		return ok && v.Kind == otlp.ValueString && match(v.Bytes)
	})
	b.globs(c.Event, anyEvent)
	b.globs(c.ExceptionType, anyException)
	if len(c.Kind) > 0 {
		kinds := make([]otlp.SpanKind, len(c.Kind))
		for i, name := range c.Kind {
			k := slices.Index(kindNames(), name)
			if k < 0 {
				b.fail(fmt.Sprintf("kind[%d]", i), "must be one of %s, got %q", strings.Join(kindNames()[1:], ", "), name)
			}
			kinds[i] = otlp.SpanKind(k)
		}
		b.add(ofSpan(func(s *viewSpan) bool { return slices.Contains(kinds, s.Kind) }))
	}
}

// kindNames are the names of OTLP's span kinds, by number.
func kindNames() []string {
	return []string{"unspecified", "internal", "server", "client", "producer", "consumer"}
}

func anyEvent(s *viewSpan, match func([]byte) bool) bool {
	for e := range s.Events() {
		if match(e.Name) {
			return true
		}
	}
	return false
}

func anyException(s *viewSpan, match func([]byte) bool) bool {
	for e := range s.Events() {
		if v, ok := find(e.Attributes(), "exception.type"); ok && v.Kind == otlp.ValueString && match(v.Bytes) {
			return true
		}
	}
	return false
}

// globs adds a test whether a text of a span matches one of the patterns.
func (b *conditionBuilder) globs(patterns []string, of func(s *viewSpan, match func([]byte) bool) bool) {
	if len(patterns) == 0 {
		return
	}
	var parts []string
	for _, p := range patterns {
		parts = append(parts, strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, `.*`))
	}
	re := regexp.MustCompile(`^(?s:` + strings.Join(parts, "|") + `)$`) // quoted, so it compiles
	b.add(ofSpan(func(s *viewSpan) bool { return of(s, re.Match) }))
}

// logic adds the conditions inside the condition.
func (b *conditionBuilder) logic(c *Condition) {
	compile := func(c *Condition, key string) test {
		t, err := compileCondition(c, b.path+"."+key)
		if err != nil {
			b.errs = append(b.errs, err)
		}
		return t
	}
	for i := range c.All {
		b.add(compile(&c.All[i], fmt.Sprintf("all[%d]", i)))
	}
	if len(c.Any) > 0 {
		var alternatives []test
		for i := range c.Any {
			alternatives = append(alternatives, compile(&c.Any[i], fmt.Sprintf("any[%d]", i)))
		}
		b.add(func(v *view, i int) bool {
			return slices.ContainsFunc(alternatives, func(t test) bool { return t(v, i) })
		})
	}
	if c.Not != nil {
		inner := compile(c.Not, "not")
		b.add(func(v *view, i int) bool { return !inner(v, i) })
	}
	if c.Span != nil {
		inner := compile(c.Span, "span")
		b.add(func(v *view, _ int) bool {
			for i := range v.spans {
				if inner(v, i) {
					return true
				}
			}
			return false
		})
	}
}
