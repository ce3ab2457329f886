package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What Effective shows is a valid file of the same configuration.
func TestEffectiveLoadsAgain(t *testing.T) {
	for _, name := range testFiles(t, "*.good.yaml") {
		t.Run(name, func(t *testing.T) {
			first, err := Load(readTestFile(t, name).src, allDetectors())
			if err != nil {
				t.Fatal(err)
			}
			text, err := Effective(first)
			if err != nil {
				t.Fatal(err)
			}
			filled := bytes.ReplaceAll(text, []byte(Masked), []byte(canary)) // a key has a least length
			again, err := load(Source{File: "effective.yaml"}, filled, allDetectors())
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if !bytes.Contains(text, []byte(Masked)) {
				if diff := cmp.Diff(first, again, cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("-first +again:\n%s\n%s", diff, text)
				}
			}
			textAgain, err := Effective(again)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(text), string(textAgain)); diff != "" {
				t.Errorf("-first +again:\n%s", diff)
			}
		})
	}
}

const canary = "c4n4ry-that-is-long-enough-to-be-a-key-of-hmac"

// No way of showing a configuration shows a secret.
func TestSecretsAreNotShown(t *testing.T) {
	const file = `
receive: {protocols: {http: {response_headers: {x-a: "${CANARY}"}}}}
filter: {hash_keys: [{id: "1", key: "${CANARY}"}]}
export:
  jaeger:
    endpoint: jaeger:4317
    headers: {authorization: "Bearer ${CANARY}"}
    tls: {ca_pem: "${CANARY}", tpm: {auth: "${CANARY}", owner_auth: "${CANARY}"}}
  otlp:
    - {name: a, endpoint: "a:1", headers: {x-token: "${CANARY}"}}
`
	src := Source{File: "agent.yaml", Env: []string{
		"CANARY=" + canary,
		"AGENT_EXPORT_PROMETHEUS_OTLP_TLS_KEY_PEM=" + canary,
	}}
	c, err := load(src, []byte(file), Allowed{})
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Filter.HashKeys[0].Key) != canary {
		t.Fatal("the key isn't there")
	}
	effective, err := Effective(c)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(effective), Masked); n != 8 {
		t.Errorf("Effective masks %d values, want 8:\n%s", n, effective)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("loaded", "config", c, "key", c.Filter.HashKeys[0].Key, "jaeger", c.Export.Jaeger.Settings)
	encoded, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{
		"Effective": string(effective), "slog": logged.String(), "json": string(encoded),
		"%v": fmt.Sprintf("%v", *c), "%+v": fmt.Sprintf("%+v", *c), "%#v": fmt.Sprintf("%#v", *c),
	}
	for how, text := range shown {
		if strings.Contains(text, canary) {
			t.Errorf("%s shows a secret", how)
		}
	}
}

// No error shows a secret, nor the value of a variable that the file names.
func TestErrorsHideSecrets(t *testing.T) {
	for _, file := range []string{
		`filter: {hash_keys: [{id: "${CANARY}", key: x}]}`,
		`sample: {hold: "${CANARY}"}`,
		`sample: {logs: "a ${CANARY}"}`,
		`limits: {memory: "${CANARY}"}`,
		`log: {level: "${CANARY}"}`,
		`filter: {patterns: [{name: a, regex: "(${CANARY}"}]}`,
		`sample: {rules: [{name: a, keep: "${CANARY}"}, {name: b, when: {duration: ">${CANARY}"}, keep: never}]}`,
		`receive: {protocols: {grpc: {transport: "${CANARY}", endpoint: "${CANARY}"}}}`,
		`receive: {protocols: {grpc: {tls: {cert_pem: "${CANARY}", key_pem: "${CANARY}", min_version: "${CANARY}"}}}}`,
		`export: {jaeger: {endpoint: "${CANARY}", headers: "${CANARY}"}}`,
		`export: {jaeger: {endpoint: "${CANARY}:${CANARY}"}}`,
		`export: {prometheus: {otlp: {endpoint: "http://${CANARY}:x"}}}`,
		`export: {prometheus: {otlp: {endpoint: "http://a", proxy_url: "http://u:${CANARY}@h"}}}`,
		`export: {jaeger: {endpoint: "dns://${CANARY}", balancer_name: "${CANARY}", tls: {min_version: "${CANARY}"}}}`,
		`export: {jaeger: {endpoint: "a:1", compression: "${CANARY}"}}`,
		`admin: {endpoint: "${CANARY}:1"}`,
	} {
		_, err := load(Source{File: "agent.yaml", Env: []string{"CANARY=" + canary}}, []byte(file), Allowed{})
		if err == nil {
			t.Errorf("%s: is valid", file)
		} else if strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", file, err)
		}
	}
	_, err := load(Source{Env: []string{"AGENT_RECEIVE_PROTOCOLS_GRPC_TLS_KEY_PEM=" + canary}}, nil, Allowed{})
	if err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a secret in a variable: %v", err)
	}
}
