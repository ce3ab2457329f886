package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWarnings(t *testing.T) {
	const file = `receive:
  protocols:
    grpc: {endpoint: "0.0.0.0:4317"}
    http: {endpoint: "localhost:4318"}
filter:
  attributes:
    - {key: "http.request.header.*", action: drop, except: [http.request.header.host]}
    - {key: enduser.id, action: scan}
    - {key: "*", action: mask}
span_metrics:
  dimensions: [http.request.header.host, enduser.id]
sample:
  rules:
    - {name: a, when: {any: [{not: {attribute: {key: http.request.header.accept, exists: true}}}]}, keep: always}
    - {name: b, when: {span: {attribute: {key: enduser.id, equals: x}}}, keep: always}
    - {name: c, rare: {by: [span.name, a]}}
    - {name: d, ratio: 0.5}
    - {name: e, keep: always}
`
	c, err := load(Source{File: "a.yaml"}, []byte(file), Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range c.Warnings() {
		got = append(got, w.Error())
	}
	want := []string{
		"a.yaml:3: receive.protocols.grpc.endpoint: is open to the network without tls or receive.auth.bearer_token_file",
		"a.yaml:11: span_metrics.dimensions[0]: filter.attributes[2] has action mask for it, so its value isn't there as a label",
		"a.yaml:14: sample.rules[0].when.any[0].not.attribute[0].key: filter.attributes[0] has action drop for it, so its value isn't there here",
		"a.yaml:16: sample.rules[2].rare.by[1]: filter.attributes[2] has action mask for it, so its value isn't there to tell traces apart",
		"a.yaml:18: sample.rules[4]: is never reached: sample.rules[3] takes every trace",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if w := Default().Warnings(); len(w) > 0 {
		t.Errorf("the defaults warn: %v", w)
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
