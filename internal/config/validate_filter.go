package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// minHashKey is the least length of a key of HMAC-SHA256: that of its output
// (RFC 2104, section 3).
const minHashKey = 32

func (r *reader) validateFilter(f *Filter, allowed Allowed) {
	r.unique("filter.detectors", f.Detectors)
	for i, d := range f.Detectors {
		if len(allowed.Detectors) > 0 && d != "" && !slices.Contains(allowed.Detectors, d) {
			hint := didYouMean(d, allowed.Detectors)
			r.report(fmt.Sprintf("filter.detectors[%d]", i), "unknown detector%s (there are %s)", hint, strings.Join(allowed.Detectors, ", "))
		}
	}
	r.unique("filter.query_parameters", f.QueryParameters)
	r.unique("filter.allow", f.Allow)
	r.validateHashKeys(f)
	var names []string
	for i, p := range f.Patterns {
		at := fmt.Sprintf("filter.patterns[%d]", i)
		names = append(names, p.Name)
		if re, err := regexp.Compile(p.Regex); err == nil && p.Regex != "" && re.MatchString("") {
			r.report(at+".regex", "must not match the empty text: it would match everywhere")
		}
	}
	r.uniqueNames("filter.patterns", "name", names)
}

// validateHashKeys holds keys to their length, and demands one where a finding
// is to be hashed: without, pseudonyms would change at every start.
func (r *reader) validateHashKeys(f *Filter) {
	var ids []string
	usable := 0
	for i, k := range f.HashKeys {
		ids = append(ids, k.ID)
		switch {
		case k.Key == "":
		case len(k.Key) < minHashKey:
			r.report(fmt.Sprintf("filter.hash_keys[%d].key", i), "must be at least %d bytes, got %d", minHashKey, len(k.Key))
		default:
			usable++
		}
	}
	r.uniqueNames("filter.hash_keys", "id", ids)
	if usable > 0 || r.failedWithin("filter.hash_keys") {
		return
	}
	const missing = "hash needs a key in filter.hash_keys: none is given, or all are empty"
	if f.Action == "hash" {
		r.report("filter.action", missing)
	}
	for i, a := range f.Attributes {
		if a.Action == "hash" {
			r.report(fmt.Sprintf("filter.attributes[%d].action", i), missing)
		}
	}
	for i, p := range f.Patterns {
		if p.Action == "hash" {
			r.report(fmt.Sprintf("filter.patterns[%d].action", i), missing)
		}
	}
}
