package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// validate checks what one scalar alone can't show.
func (r *reader) validate(c *Config, allowed Allowed) {
	r.required(c)
	r.notYet(c)
	r.validateReceive(c)
	r.validateFilter(&c.Filter, allowed)
	r.validateEnrich(c)
	r.validateRules("sample.rules", c.Sample.Rules)
	r.validateRules("sample.shadow", c.Sample.Shadow)
	r.validateExport(&c.Export)
	r.validateAdmin(&c.Admin)
	r.validateListeners(c)
	r.validateLoops(c)
	r.validateSizes(c)
}

// required reports keys that must hold something, unless the mapping around them
// has failed: a mistyped key would be reported twice.
func (r *reader) required(c *Config) {
	walkTyped(r.schema, reflect.ValueOf(c).Elem(), "", func(path string, f *field, v reflect.Value) {
		if f.required && empty(v) && !r.failedWithin(parent(path)) {
			r.report(path, "is required%s", exampleOf(f))
		}
	})
}

func empty(v reflect.Value) bool { return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0 }

func exampleOf(f *field) string {
	if f.example == "" {
		return ""
	}
	return ", such as " + f.example
}

func (r *reader) failedWithin(path string) bool {
	for p := range r.failed {
		if within(p, path) {
			return true
		}
	}
	return false
}

func (r *reader) notYet(c *Config) {
	defaults := map[string]any{}
	walkTyped(r.schema, reflect.ValueOf(Default()).Elem(), "", func(path string, _ *field, v reflect.Value) {
		defaults[path] = v.Interface()
	})
	walkTyped(r.schema, reflect.ValueOf(c).Elem(), "", func(path string, _ *field, v reflect.Value) {
		for _, u := range notYet() {
			if u.path == withoutIndexes(path) && !empty(v) && !reflect.DeepEqual(v.Interface(), defaults[path]) {
				r.report(path, "%s", u.message)
			}
		}
	})
}

// withoutIndexes turns sample.rules[2].rate into sample.rules.rate.
func withoutIndexes(path string) string {
	var b strings.Builder
	inside := false
	for _, c := range path {
		switch {
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case !inside:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (r *reader) validateEnrich(c *Config) {
	for i, a := range c.Enrich.Attributes {
		path := fmt.Sprintf("enrich.attributes[%d].value", i)
		switch {
		case a.Action == "delete" && a.Value != "":
			r.report(path, "must be left out with action delete")
		case a.Action != "delete" && a.Value == "":
			r.report(path, "is required with action %s", a.Action)
		}
	}
	r.unique("enrich.labels", c.Enrich.Labels)
	r.unique("enrich.annotations", c.Enrich.Annotations)
	r.unique("span_metrics.dimensions", c.SpanMetrics.Dimensions)
	for i, d := range c.SpanMetrics.Dimensions {
		if slices.Contains(spanFields(), d) {
			r.report(fmt.Sprintf("span_metrics.dimensions[%d]", i), "is a label already: %s always are", strings.Join(spanFields(), ", "))
		}
	}
}

// spanFields are the names that stand for parts of a span that aren't attributes,
// and for the service; every span metric has them as labels.
func spanFields() []string { return []string{"service.name", "span.name", "span.kind", "status.code"} }

// unique reports empty and repeated items of a list of names.
func (r *reader) unique(path string, names []string) {
	first := map[string]int{}
	for i, name := range names {
		at := fmt.Sprintf("%s[%d]", path, i)
		if name == "" {
			r.report(at, "must not be empty")
		} else if f, twice := first[name]; twice {
			r.report(at, "is listed twice, first as %s[%d]", path, f)
		} else {
			first[name] = i
		}
	}
}

// uniqueNames reports a name that an earlier item of the list has.
func (r *reader) uniqueNames(path, key string, names []string) {
	first := map[string]int{}
	for i, name := range names {
		if f, twice := first[name]; twice && name != "" {
			r.report(fmt.Sprintf("%s[%d].%s", path, i, key), "must be unique: %s[%d] has the same", path, f)
		} else {
			first[name] = i
		}
	}
}

func (r *reader) validateSizes(c *Config) {
	if c.Shutdown.Linger > c.Shutdown.Deadline {
		path := "shutdown.linger"
		if _, ok := r.origins[path]; !ok {
			path = "shutdown.deadline"
		}
		r.report(path, "shutdown.linger (%s) must not exceed shutdown.deadline (%s)", formatDuration(c.Shutdown.Linger), formatDuration(c.Shutdown.Deadline))
	}
}
