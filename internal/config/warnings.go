package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Warnings returns what is valid but can't be meant: rules that are never
// reached, conditions on values that the filter takes away, receivers that are
// open to the network without TLS or token, TLS settings of a plain connection.
// aliases returns the other names of an attribute.
func (c *Config) Warnings(aliases func(key string) []string) []*Error {
	w := &warner{config: c, aliases: aliases}
	w.rules("sample.rules", c.Sample.Rules)
	if len(c.Sample.Shadow) > 0 {
		w.rules("sample.shadow", c.Sample.Shadow)
	}
	if c.Sample.Grace > c.Sample.Hold {
		w.add("sample.grace", "is longer than sample.hold (%s), which ends the wait before", formatDuration(c.Sample.Hold))
	}
	for i, key := range c.SpanMetrics.Dimensions {
		w.filtered(fmt.Sprintf("span_metrics.dimensions[%d]", i), key, "as a label")
	}
	for _, protocol := range []string{"grpc", "http"} {
		w.receiver(protocol)
	}
	w.plainText("export.jaeger", "grpc", c.Export.Jaeger.Settings)
	w.plainText("export.prometheus.otlp", "http", c.Export.Prometheus.OTLP.Settings)
	for i, o := range c.Export.OTLP {
		w.plainText(fmt.Sprintf("export.otlp[%d]", i), o.Protocol, o.Settings)
	}
	if c.Filter.Keys == "listed" && len(c.Filter.Attributes) == 0 {
		w.add("filter.keys", "listed lets no attribute pass: filter.attributes is empty")
	}
	return w.list.sorted()
}

type warner struct {
	config  *Config
	aliases func(key string) []string
	list    ErrorList
}

func (w *warner) add(path, format string, args ...any) {
	w.list = append(w.list, w.config.origins.at(path).error(path, fmt.Sprintf(format, args...)))
}

func (w *warner) receiver(protocol string) {
	endpoint, path := w.config.receiveEndpoint(protocol)
	section, _ := w.config.Receive.Protocols[protocol].(map[string]any)
	tls, _ := section["tls"].(map[string]any)
	if path != "" && !isLoopback(endpoint) && len(tls) == 0 && w.config.Receive.Auth.BearerTokenFile == "" {
		w.add(path, "is open to the network without tls or receive.auth.bearer_token_file")
	}
}

// plainText warns of TLS settings that nothing reads, since the address or
// insecure says that there is no TLS: the opposite may be meant.
func (w *warner) plainText(path, protocol string, s Settings) {
	tls, _ := s["tls"].(map[string]any)
	insecure, _ := tls["insecure"].(bool)
	authority := tls["ca_file"] != nil || tls["ca_pem"] != nil
	plain := insecure && !authority && !strings.HasPrefix(s.text("endpoint"), "https://")
	if protocol == "http" {
		plain = strings.HasPrefix(s.text("endpoint"), "http://")
	}
	for _, key := range slices.Sorted(maps.Keys(tls)) {
		if plain && key != "insecure" {
			w.add(join(path, "tls."+key), "has no effect: the connection is in plain text")
		}
	}
}

func (w *warner) rules(path string, rules []Rule) {
	last := ""
	for i := range rules {
		at, r := fmt.Sprintf("%s[%d]", path, i), &rules[i]
		if last != "" {
			w.add(at, "is never reached: %s takes every trace", last)
		}
		if r.When == nil && r.Rare == nil && last == "" {
			last = at
		}
		if r.When != nil {
			w.condition(at+".when", r.When)
		}
		if r.Rare != nil {
			for j, key := range r.Rare.By {
				if slices.Contains(spanFields(), key) {
					continue
				}
				w.filtered(fmt.Sprintf("%s.rare.by[%d]", at, j), key, "to tell traces apart")
			}
		}
	}
	switch {
	case len(rules) == 0:
		w.add(path, "has no rule: every trace is dropped")
	case last == "":
		w.add(path, "has no rule for the remaining traces: they are dropped")
	}
}

func (w *warner) condition(path string, c *Condition) {
	for i, a := range c.Attribute {
		w.tested(fmt.Sprintf("%s.attribute[%d].key", path, i), a.Key, a.Exists != nil)
	}
	for _, field := range []struct {
		set            bool
		key, attribute string
	}{
		{len(c.Service) > 0, "service", "service.name"},
		{len(c.HTTPRoute) > 0, "http_route", "http.route"},
		{len(c.ExceptionType) > 0, "exception_type", "exception.type"},
		{c.Priority != nil, "priority", "sampling.priority"},
	} {
		if field.set {
			w.tested(path+"."+field.key, field.attribute, false)
		}
	}
	for i := range c.All {
		w.condition(fmt.Sprintf("%s.all[%d]", path, i), &c.All[i])
	}
	for i := range c.Any {
		w.condition(fmt.Sprintf("%s.any[%d]", path, i), &c.Any[i])
	}
	if c.Not != nil {
		w.condition(path+".not", c.Not)
	}
	if c.Span != nil {
		w.condition(path+".span", c.Span)
	}
}

// tested warns when a condition is about a value that the filter takes away,
// under the key or one of its other names. A test whether the attribute is there
// is only spoilt by its removal.
func (w *warner) tested(path, key string, presence bool) {
	for _, name := range append([]string{key}, w.aliases(key)...) {
		action, by := w.taken(name)
		if by == "" || (presence && action != "drop") {
			continue
		}
		subject := "it"
		if name != key {
			subject = name + ", another name of it"
		}
		w.add(path, "%s for %s, so its value isn't there here", by, subject)
		return
	}
}

// filtered warns when the filter takes an attribute's value away before anything
// reads it.
func (w *warner) filtered(path, key, use string) {
	if _, by := w.taken(key); by != "" {
		w.add(path, "%s for it, so its value isn't there %s", by, use)
	}
}

// taken returns the action of the filter that takes an attribute's value away, and
// what has it; by is "" when the value stays.
func (w *warner) taken(key string) (action, by string) {
	f := &w.config.Filter
	if f.Mode != "enforce" {
		return "", ""
	}
	for i, a := range f.Attributes {
		if !matches(a.Key, key) || slices.ContainsFunc(a.Except, func(e string) bool { return matches(e, key) }) {
			continue
		}
		if a.Action == "scan" {
			return "", ""
		}
		return a.Action, fmt.Sprintf("filter.attributes[%d] has action %s", i, a.Action)
	}
	if f.Keys == "listed" {
		return "drop", "filter.keys is listed and filter.attributes has no entry"
	}
	return "", ""
}

// matches tells whether a name matches a pattern in which * stands for any
// characters, upper and lower case being one, as in the filter's rules.
func matches(pattern, name string) bool {
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
