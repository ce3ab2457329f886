package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// unusableFiles is a configuration of files that are absent, empty, of another kind, or
// don't fit each other.
const unusableFiles = `receive:
  auth:
    bearer_token_file: DIR/empty
  protocols:
    grpc:
      tls: {cert_file: DIR/one.crt, key_file: DIR/two.key}
    http:
      tls:
        cert_file: DIR/absent.crt
        key_file: DIR/one.crt
        client_ca_file: DIR/garbage
admin:
  auth: {bearer_token_file: DIR/absent}
  tls:
    cert_file: DIR
    key_file: DIR/garbage
export:
  jaeger:
    endpoint: jaeger:4317
    tls: {ca_file: DIR/garbage}
  prometheus:
    otlp:
      endpoint: https://prometheus:9090/api/v1/otlp
      tls: {ca_file: DIR/absent}
  otlp:
    - name: other
      endpoint: other:4317
      tls:
        cert_file: DIR/one.crt
        key_file: DIR/absent.key
    - {name: off, enabled: false, endpoint: "other:4317", tls: {ca_file: DIR/absent}}
`

// writeUnusable writes that configuration, and the files that there are.
func writeUnusable(t *testing.T) (file, dir string) {
	t.Helper()
	dir = t.TempDir()
	testkit.NewIdentity(t, dir, "one")
	testkit.NewIdentity(t, dir, "two")
	for name, content := range map[string]string{"garbage": "no PEM\n", "empty": " \n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return writeFile(t, strings.ReplaceAll(unusableFiles, "DIR", dir)), dir
}

// Certificates and tokens that can't be used are found before anything starts:
// all at once, each with its line, its key and its file, by validate and by run.
func TestFilesThatCannotBeUsed(t *testing.T) {
	file, dir := writeUnusable(t)
	want := []string{
		"3: receive.auth.bearer_token_file: DIR/empty is empty",
		"6: receive.protocols.grpc.tls.key_file: DIR/two.key doesn't go with DIR/one.crt: private key does not match public key",
		"9: receive.protocols.http.tls.cert_file: can't read DIR/absent.crt: no such file or directory",
		"10: receive.protocols.http.tls.key_file: DIR/one.crt holds no private key in PEM",
		"11: receive.protocols.http.tls.client_ca_file: DIR/garbage holds no certificate in PEM",
		"13: admin.auth.bearer_token_file: can't read DIR/absent: no such file or directory",
		"15: admin.tls.cert_file: can't read DIR: is a directory",
		"16: admin.tls.key_file: DIR/garbage holds no private key in PEM",
		"20: export.jaeger.tls.ca_file: DIR/garbage holds no certificate in PEM",
		"24: export.prometheus.otlp.tls.ca_file: can't read DIR/absent: no such file or directory",
		"30: export.otlp[0].tls.key_file: can't read DIR/absent.key: no such file or directory",
	}
	for _, command := range []string{"validate", "run"} {
		var out bytes.Buffer
		code := dispatch(t.Context(), []string{command, "--config", file}, environment{in: strings.NewReader(""), out: &out, err: &out})
		got := map[string]bool{}
		for line := range strings.Lines(strings.ReplaceAll(out.String(), dir, "DIR")) {
			_, place, _ := strings.Cut(strings.TrimSpace(line), "agent.yaml:")
			got[place] = true
		}
		expected := map[string]bool{}
		for _, w := range want {
			expected[w] = true
		}
		if diff := cmp.Diff(expected, got); diff != "" || code != exitUsage {
			t.Errorf("%s: exit code %d, messages (-want +got):\n%s", command, code, diff)
		}
	}
}

// Where the files can't be had, all else is still checked.
func TestWithoutFiles(t *testing.T) {
	file, dir := writeUnusable(t)
	var out bytes.Buffer
	code := dispatch(t.Context(), []string{"validate", "--without-files", "--config", file}, environment{in: strings.NewReader(""), out: &out, err: &out})
	if code != exitOK || strings.Contains(out.String(), dir) {
		t.Errorf("without files: exit code %d:\n%s", code, out.String())
	}
	out.Reset()
	code = dispatch(t.Context(), []string{"validate", "--without-files", "--set", "export.jaeger.endpoint=j:1", "--set", "export.jaeger.tls.ca_file=absent", "--set", "export.jaeger.tls.max_version=1.9"}, environment{in: strings.NewReader(""), out: &out, err: &out})
	if code != exitUsage || !strings.Contains(out.String(), "export.jaeger.tls") {
		t.Errorf("without files, another mistake: exit code %d:\n%s", code, out.String())
	}
}
