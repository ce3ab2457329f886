package sample

import (
	"errors"
	"fmt"
	"time"
)

// Rule is one sampling rule. Exactly one of Keep, Ratio, Rate and Rare is set.
type Rule struct {
	Name  string
	When  *Condition // nil: every fragment
	Keep  string     // "always" or "never"
	Ratio *float64   // of all traces, consistently
	Rate  *Rate
	Rare  *Rare
}

// Rare keeps the first traces of each signature in a period; for the others the
// next rules are asked.
type Rare struct {
	By    []string // service.name, span.name, span.kind, status.code or any attribute
	First int
	Every time.Duration
}

// rule is a Rule ready to be asked.
type rule struct {
	name      string
	when      test // nil: every fragment
	never     bool
	ratio     bool
	threshold uint64 // of ratio
	rate      *Rate
	rare      *Rare
}

func (r *rule) matches(v *view) bool { return r.when == nil || r.when(v, wholeFragment) }

// ruleError is a bad rule with its place below the section `sample`.
type ruleError struct {
	path string
	err  error
}

func (e *ruleError) Error() string      { return e.path + ": " + e.err.Error() }
func (e *ruleError) Unwrap() error      { return e.err }
func (e *ruleError) ConfigPath() string { return e.path }

func compileRules(rules []Rule, list string) (out []rule, err error) {
	var errs []error
	for i, r := range rules {
		path := fmt.Sprintf("%s[%d]", list, i)
		c, err := compileRule(r, path)
		if err != nil {
			errs = append(errs, err)
		}
		out = append(out, c)
	}
	return out, errors.Join(errs...)
}

func compileRule(r Rule, path string) (rule, error) {
	c := rule{name: r.Name, never: r.Keep == "never", rate: r.Rate, rare: r.Rare}
	switch {
	case r.Keep != "" && r.Keep != "always" && r.Keep != "never":
		return c, &ruleError{path + ".keep", fmt.Errorf("must be always or never, got %q", r.Keep)}
	case countSet(r.Keep != "", r.Ratio != nil, r.Rate != nil, r.Rare != nil) != 1:
		return c, &ruleError{path, errors.New("must have exactly one of keep, ratio, rate and rare")}
	case r.Rate != nil && (r.Rate.TracesPerSecond > 0) == (r.Rate.BytesPerSecond > 0):
		return c, &ruleError{path + ".rate", errors.New("must have exactly one of traces_per_second and bytes_per_second, greater than 0")}
	case r.Ratio != nil && (*r.Ratio < 0 || *r.Ratio > 1):
		return c, &ruleError{path + ".ratio", fmt.Errorf("must be in [0,1], got %v", *r.Ratio)}
	}
	if r.Ratio != nil {
		c.ratio, c.threshold = true, thresholdOf(*r.Ratio)
	}
	if r.When != nil {
		var err error
		if c.when, err = compileCondition(r.When, path+".when"); err != nil {
			return c, err
		}
	}
	return c, nil
}

func countSet(set ...bool) (n int) {
	for _, on := range set {
		if on {
			n++
		}
	}
	return n
}
