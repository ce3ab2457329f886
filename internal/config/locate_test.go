package config

import (
	"errors"
	"fmt"
	"testing"
)

type roomError struct{ path, text string }

func (e roomError) Error() string      { return e.path + ": " + e.text }
func (e roomError) ConfigPath() string { return e.path }

// What a room refuses is named by file and line, or by variable or flag.
func TestLocate(t *testing.T) {
	const file = `sample:
  rules:
    - name: a
      when:
        attribute: {key: b, exists: true}
      keep: always
receive:
  protocols: {grpc: {endpoint: "127.0.0.1:1"}}
`
	src := Source{
		File: "agent.yaml",
		Env:  []string{"AGENT_SAMPLE_HOLD=5s", "AGENT_RECEIVE_PROTOCOLS_HTTP_CORS_MAX_AGE=5"},
		Sets: []string{"sample.grace=1s"},
	}
	c, err := load(src, []byte(file), Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		section string
		err     error
		want    string
	}{
		{"sample", nil, ""},
		{"sample", roomError{"rules[0].keep", "is wrong"}, "agent.yaml:6: sample.rules[0].keep: is wrong"},
		{"sample", roomError{"rules[0].when.duration", "is wrong"}, "agent.yaml:4: sample.rules[0].when.duration: is wrong"},
		{"sample.rules", roomError{"[0].name", "is wrong"}, "agent.yaml:3: sample.rules[0].name: is wrong"},
		{"sample", fmt.Errorf("make sampler: %w", roomError{"hold", "is wrong"}), "AGENT_SAMPLE_HOLD: sample.hold: is wrong"},
		{"sample", roomError{"grace", "is wrong"}, "--set: sample.grace: is wrong"},
		{"sample", errors.New("is all wrong"), "agent.yaml:1: sample: is all wrong"},
		{"receive", roomError{"protocols.http.cors", "is wrong"}, "AGENT_RECEIVE_PROTOCOLS_HTTP_CORS_MAX_AGE: receive.protocols.http.cors: is wrong"},
		{"storage", roomError{"max_bytes", "is wrong"}, "agent.yaml: storage.max_bytes: is wrong"},
		{
			"sample",
			errors.Join(roomError{"rules[0].when", "is wrong"}, errors.Join(roomError{"rules[0].name", "is bad"})),
			"agent.yaml:3: sample.rules[0].name: is bad\nagent.yaml:4: sample.rules[0].when: is wrong",
		},
	} {
		got := ""
		if err := c.Locate(test.section, test.err); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("Locate(%q, %v):\n got %s\nwant %s", test.section, test.err, got, test.want)
		}
	}
	if got := Default().Locate("sample", roomError{"hold", "is wrong"}).Error(); got != "sample.hold: is wrong" {
		t.Errorf("Locate of a configuration that wasn't loaded: %s", got)
	}
}
