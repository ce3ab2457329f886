package sample

import (
	"fmt"
	"iter"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// serviceName is the resource attribute that names a service.
const serviceName = "service.name"

// AttributeTest tests an attribute of a span, its resource or its scope; exactly
// one kind of test is set, Min and Max being one. An attribute of another type
// doesn't match. Key may be the old or the new name of a semantic convention.
type AttributeTest struct {
	Key      string
	Equals   any   // string, bool, int64 or float64
	In       []any // likewise
	Regex    string
	Exists   *bool
	Min, Max *float64
	Bool     *bool
}

// MemberTest tests a member of the tracestate; exactly one kind of test is set.
type MemberTest struct {
	Key    string
	Equals string
	In     []string
	Regex  string
	Exists *bool
}

// find returns the value of an attribute.
func find(attributes iter.Seq2[[]byte, otlp.Value], key string) (otlp.Value, bool) {
	for k, v := range attributes {
		if string(k) == key {
			return v, true
		}
	}
	return otlp.Value{}, false
}

// lookUp returns an attribute of the span, else of its scope, else of its
// resource, under the first of its names that is there.
func lookUp(s *viewSpan, names []string) (otlp.Value, bool) {
	for _, name := range names {
		if v, ok := find(s.Attributes(), name); ok {
			return v, true
		}
	}
	for _, name := range names {
		if v, ok := find(otlp.ScopeAttributes(s.group.Scope), name); ok {
			return v, true
		}
	}
	for _, name := range names {
		if v, ok := find(otlp.ResourceAttributes(s.group.Resource), name); ok {
			return v, true
		}
	}
	return otlp.Value{}, false
}

// namesOf returns key and its other names.
func namesOf(key string) []string { return append([]string{key}, otlp.Aliases(key)...) }

// attributes adds the tests of attributes and of the tracestate.
func (b *conditionBuilder) attributes(c *Condition) {
	for i := range c.Attribute {
		t := &c.Attribute[i]
		key := fmt.Sprintf("attribute[%d]", i)
		is, err := t.compile()
		if err != nil {
			b.fail(key+".regex", "%w", err)
			continue
		}
		names := namesOf(t.Key)
		b.add(ofSpan(func(s *viewSpan) bool { return is(lookUp(s, names)) }))
	}
	for i := range c.Tracestate {
		t := &c.Tracestate[i]
		is, err := t.compile()
		if err != nil {
			b.fail(fmt.Sprintf("tracestate[%d].regex", i), "%w", err)
			continue
		}
		b.add(ofSpan(func(s *viewSpan) bool { return is(member(string(s.TraceState), t.Key)) }))
	}
	if c.Priority != nil {
		b.add(ofSpan(func(s *viewSpan) bool {
			v, ok := find(s.Attributes(), "sampling.priority")
			n, number := numberOf(v)
			return ok && number && c.Priority.holds(n)
		}))
	}
}

func (t *AttributeTest) compile() (func(v otlp.Value, ok bool) bool, error) {
	switch {
	case t.Exists != nil:
		return func(_ otlp.Value, ok bool) bool { return ok == *t.Exists }, nil
	case t.Bool != nil:
		return func(v otlp.Value, ok bool) bool { return ok && v.Kind == otlp.ValueBool && v.Bool == *t.Bool }, nil
	case t.Regex != "":
		re, err := regexp.Compile(t.Regex)
		if err != nil {
			return nil, err
		}
		return func(v otlp.Value, ok bool) bool { return ok && v.Kind == otlp.ValueString && re.Match(v.Bytes) }, nil
	case t.Min != nil || t.Max != nil:
		return t.between, nil
	}
	values := t.In
	if t.Equals != nil {
		values = []any{t.Equals}
	}
	return func(v otlp.Value, ok bool) bool {
		return ok && slices.ContainsFunc(values, func(want any) bool { return equal(v, want) })
	}, nil
}

func (t *AttributeTest) between(v otlp.Value, ok bool) bool {
	n, number := numberOf(v)
	return ok && number && (t.Min == nil || n >= *t.Min) && (t.Max == nil || n <= *t.Max)
}

func numberOf(v otlp.Value) (float64, bool) {
	switch v.Kind {
	case otlp.ValueInt:
		return float64(v.Int), true
	case otlp.ValueDouble:
		return v.Double, true
	}
	return 0, false
}

func equal(v otlp.Value, want any) bool {
	switch want := want.(type) {
	case string:
		return v.Kind == otlp.ValueString && string(v.Bytes) == want
	case bool:
		return v.Kind == otlp.ValueBool && v.Bool == want
	case int:
		return equalInt(v, int64(want))
	case int64:
		return equalInt(v, want)
	case uint64:
		return want <= math.MaxInt64 && equalInt(v, int64(want))
	case float64:
		n, ok := numberOf(v)
		return ok && n == want
	}
	return false
}

// equalInt compares integers exactly: ids are often too long for a float.
func equalInt(v otlp.Value, want int64) bool {
	if v.Kind == otlp.ValueInt {
		return v.Int == want
	}
	return v.Kind == otlp.ValueDouble && v.Double == float64(want)
}

func (t *MemberTest) compile() (func(value string, ok bool) bool, error) {
	switch {
	case t.Exists != nil:
		return func(_ string, ok bool) bool { return ok == *t.Exists }, nil
	case t.Regex != "":
		re, err := regexp.Compile(t.Regex)
		if err != nil {
			return nil, err
		}
		return func(v string, ok bool) bool { return ok && re.MatchString(v) }, nil
	case t.Equals != "":
		return func(v string, ok bool) bool { return ok && v == t.Equals }, nil
	}
	return func(v string, ok bool) bool { return ok && slices.Contains(t.In, v) }, nil
}

// member returns the value of a member of a W3C tracestate.
func member(state, key string) (string, bool) {
	for m := range strings.SplitSeq(state, ",") {
		if k, v, ok := strings.Cut(strings.TrimSpace(m), "="); ok && k == key {
			return v, true
		}
	}
	return "", false
}
