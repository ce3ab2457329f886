package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// aliases knows one attribute with two names.
func aliases(key string) []string {
	return map[string][]string{"url.full": {"http.url"}, "http.url": {"url.full"}}[key]
}

func TestWarnings(t *testing.T) {
	const file = `receive:
  protocols:
    grpc: {endpoint: "0.0.0.0:4317"}
    http: {endpoint: "localhost:4318"}
filter:
  attributes:
    - {key: "http.request.header.*", action: drop, except: [http.request.header.host]}
    - {key: enduser.id, action: scan}
    - {key: url.full, action: scan}
    - {key: "*", action: mask}
span_metrics:
  dimensions: [http.request.header.host, enduser.id]
sample:
  rules:
    - {name: a, when: {any: [{not: {attribute: {key: http.request.header.accept, exists: true}}}]}, keep: always}
    - {name: b, when: {span: {attribute: {key: enduser.id, equals: x}}}, keep: always}
    - {name: c, rare: {by: [span.name, a]}}
    - {name: urls, when: {attribute: [{key: url.full, regex: x}, {key: a, exists: true}]}, keep: always}
    - {name: fields, when: {service: x, http_route: x, exception_type: x, priority: ">0", event: x, span_name: x}, keep: always}
    - {name: d, rate: {traces_per_second: 1}}
    - {name: e, keep: always}
`
	got := warningsOf(t, file)
	want := []string{
		"a.yaml:3: receive.protocols.grpc.endpoint: is open to the network without tls or receive.auth.bearer_token_file",
		"a.yaml:12: span_metrics.dimensions[0]: filter.attributes[3] has action mask for it, so its value isn't there as a label",
		"a.yaml:15: sample.rules[0].when.any[0].not.attribute[0].key: filter.attributes[0] has action drop for it, so its value isn't there here",
		"a.yaml:17: sample.rules[2].rare.by[1]: filter.attributes[3] has action mask for it, so its value isn't there to tell traces apart",
		"a.yaml:18: sample.rules[3].when.attribute[0].key: filter.attributes[3] has action mask for http.url, another name of it, so its value isn't there here",
		"a.yaml:19: sample.rules[4].when.service: filter.attributes[3] has action mask for it, so its value isn't there here",
		"a.yaml:19: sample.rules[4].when.http_route: filter.attributes[3] has action mask for it, so its value isn't there here",
		"a.yaml:19: sample.rules[4].when.exception_type: filter.attributes[3] has action mask for it, so its value isn't there here",
		"a.yaml:19: sample.rules[4].when.priority: filter.attributes[3] has action mask for it, so its value isn't there here",
		"a.yaml:21: sample.rules[6]: is never reached: sample.rules[5] takes every trace",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if w := Default().Warnings(aliases); len(w) > 0 {
		t.Errorf("the defaults warn: %v", w)
	}
}

// What can't be meant of sampling as a whole.
func TestWarningsOfSampling(t *testing.T) {
	for text, want := range map[string]string{
		"sample: {rules: []}\n": "a.yaml:1: sample.rules: has no rule: every trace is dropped",
		"sample: {rules: [{name: a, when: {status: error}, keep: always}]}\n":  "a.yaml:1: sample.rules: has no rule for the remaining traces: they are dropped",
		"sample: {shadow: [{name: a, when: {status: error}, keep: always}]}\n": "a.yaml:1: sample.shadow: has no rule for the remaining traces: they are dropped",
		"sample: {hold: 1s, grace: 90s}\n":                                     "a.yaml:1: sample.grace: is longer than sample.hold (1s), which ends the wait before",
		"sample: {hold: 1s, grace: 1s, rules: [{name: a, ratio: 0}]}\n":        "",
	} {
		if got := strings.Join(warningsOf(t, text), "\n"); got != want {
			t.Errorf("%s: warns %q, want %q", text, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"*", "a.b", true}, {"a.*", "a.b.c", true}, {"a.*", "a", false},
		{"*.c", "a.b.c", true}, {"a*c", "abc", true}, {"a*c", "ac", true}, {"ab*bc", "abc", false}, {"a*b*c", "a1b2c", true},
		{"a*b*b", "ab", false}, {"**", "x", true}, {"", "", true}, {"", "a", false}, {"A.*", "a.B", true},
	} {
		if got := matches(test.pattern, test.name); got != test.want {
			t.Errorf("matches(%q, %q) = %v", test.pattern, test.name, got)
		}
	}
}

// TLS settings of a connection in plain text do nothing; those of any other do.
func TestWarningsOfPlainText(t *testing.T) {
	const file = `export:
  jaeger: {endpoint: "j:1", tls: {insecure: true, cert_file: a, key_file: b}}
  prometheus: {otlp: {endpoint: "http://p:1", tls: {ca_file: a}}}
  otlp:
    - {name: a, endpoint: "a:1", tls: {insecure: true, ca_file: a, min_version: "1.3"}}
    - {name: b, endpoint: "https://b:1", tls: {insecure: true, server_name_override: b}}
    - {name: c, endpoint: "http://c:1", protocol: http, tls: {insecure: true}}
    - {name: d, endpoint: "https://d:1", protocol: http, tls: {ca_file: a}}
    - {name: e, endpoint: "e:1", tls: {insecure: false, cert_file: a, key_file: b}}
`
	got := warningsOf(t, file)
	want := []string{
		"a.yaml:2: export.jaeger.tls.cert_file: has no effect: the connection is in plain text",
		"a.yaml:2: export.jaeger.tls.key_file: has no effect: the connection is in plain text",
		"a.yaml:3: export.prometheus.otlp.tls.ca_file: has no effect: the connection is in plain text",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// warningsOf returns the warnings of a file called a.yaml.
func warningsOf(t *testing.T, file string) (texts []string) {
	t.Helper()
	c, err := load(Source{File: "a.yaml"}, []byte(file), Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range c.Warnings(aliases) {
		texts = append(texts, w.Error())
	}
	return texts
}
