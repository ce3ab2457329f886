package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// maxConditionDepth bounds how deep conditions nest.
const maxConditionDepth = 32

func (r *reader) validateRules(path string, rules []Rule) {
	var names []string
	for i := range rules {
		names = append(names, rules[i].Name)
		r.validateRule(fmt.Sprintf("%s[%d]", path, i), &rules[i])
	}
	r.uniqueNames(path, "name", names)
}

func (r *reader) validateRule(path string, rule *Rule) {
	var set []string
	for name, on := range map[string]bool{
		"keep": rule.Keep != "", "ratio": rule.Ratio != nil, "rate": rule.Rate != nil, "rare": rule.Rare != nil,
	} {
		if on {
			set = append(set, name)
		}
	}
	if len(set) != 1 && !r.failedWithin(path) {
		r.report(path, "must have exactly one of keep, ratio, rate, rare, got %s", count(len(set)))
	}
	if rate := rule.Rate; rate != nil && (rate.TracesPerSecond > 0) == (rate.BytesPerSecond > 0) {
		r.report(path+".rate", "must have exactly one of traces_per_second, bytes_per_second, greater than 0")
	}
	if slices.Contains(reservedRules(), rule.Name) {
		r.report(path+".name", "must not be %s, which stands in metrics where no rule does", rule.Name)
	}
	if rule.Rare != nil {
		r.unique(path+".rare.by", rule.Rare.By)
	}
	if rule.When != nil {
		r.validateCondition(path+".when", rule.When, false, 1)
	}
}

// reservedRules are the words that stand in verdicts where none of the rules does:
// none has matched, one has failed, or pairs of them are counted together.
func reservedRules() []string { return []string{"none", "evaluation_error", "other"} }

func count(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

// validateCondition checks a condition; ofSpan: it is about one span.
func (r *reader) validateCondition(path string, c *Condition, ofSpan bool, depth int) {
	if depth > maxConditionDepth {
		r.report(path, "must not nest deeper than %d", maxConditionDepth)
		return
	}
	if reflect.ValueOf(*c).IsZero() && !r.failedWithin(path) {
		r.report(path, "must hold a condition; leave when out to match every trace")
	}
	if ofSpan {
		r.refuseFragmentConditions(path, c)
	}
	for i := range c.Attribute {
		r.validateAttributeTest(fmt.Sprintf("%s.attribute[%d]", path, i), &c.Attribute[i])
	}
	for i, m := range c.Tracestate {
		at := fmt.Sprintf("%s.tracestate[%d]", path, i)
		r.oneTest(at, "equals, in, regex, exists", m.Equals != "", m.In != nil, m.Regex != "", m.Exists != nil)
	}
	for i := range c.All {
		r.validateCondition(fmt.Sprintf("%s.all[%d]", path, i), &c.All[i], ofSpan, depth+1)
	}
	for i := range c.Any {
		r.validateCondition(fmt.Sprintf("%s.any[%d]", path, i), &c.Any[i], ofSpan, depth+1)
	}
	if c.Not != nil {
		r.validateCondition(path+".not", c.Not, ofSpan, depth+1)
	}
	if c.Span != nil {
		r.validateCondition(path+".span", c.Span, true, depth+1)
	}
}

// refuseFragmentConditions reports what one span doesn't have.
func (r *reader) refuseFragmentConditions(path string, c *Condition) {
	const advice = "is about the whole trace, not one span; move it out of span"
	if c.Duration != nil {
		r.report(path+".duration", "is that of the longest local root; use span_duration within span")
	}
	if c.FragmentDuration != nil {
		r.report(path+".fragment_duration", advice)
	}
	if c.SpanCount != nil {
		r.report(path+".span_count", advice)
	}
	if c.Span != nil {
		r.report(path+".span", "must not stand within another span")
	}
}

func (r *reader) validateAttributeTest(path string, a *AttributeTest) {
	r.oneTest(path, "equals, in, regex, exists, bool, min and max",
		a.Equals != nil, a.In != nil, a.Regex != "", a.Exists != nil, a.Bool != nil, a.Min != nil || a.Max != nil)
	if a.Min != nil && a.Max != nil && *a.Min > *a.Max {
		r.report(path+".min", "must not exceed max (%s), got %s", formatFloat(*a.Max), formatFloat(*a.Min))
	}
	if a.In != nil && len(a.In) == 0 {
		r.report(path+".in", "must hold a value")
	}
}

// oneTest reports a test that isn't exactly one.
func (r *reader) oneTest(path, names string, set ...bool) {
	n := 0
	for _, on := range set {
		if on {
			n++
		}
	}
	if n != 1 && !r.failedWithin(path) {
		r.report(path, "must have exactly one of %s, got %s", strings.TrimSpace(names), count(n))
	}
}
