package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The files of docs/troubleshooting.md give the messages that stand below them, in
// which … is any text.
func TestTroubleshootingShowsRealMessages(t *testing.T) {
	doc, err := os.ReadFile("../../docs/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	cases := regexp.MustCompile("(?s)```yaml\n(.*?)```\n\n```text\n(.*?)```").FindAllStringSubmatch(string(doc), -1)
	if n := strings.Count(string(doc), "```yaml"); len(cases) != n || n == 0 {
		t.Fatalf("%d of %d files have messages below them", len(cases), n)
	}
	for _, c := range cases {
		file := writeFile(t, c[1])
		var out bytes.Buffer
		code := dispatch(t.Context(), []string{"validate", "--config", file}, environment{in: strings.NewReader(""), out: &out, err: &out})
		got := strings.ReplaceAll(out.String(), file, filepath.Base(file))
		want := strings.ReplaceAll(regexp.QuoteMeta(c[2]), "…", ".*")
		if !regexp.MustCompile("^"+want+"$").MatchString(got) || code != exitUsage {
			t.Errorf("exit code %d, messages (-documented +got):\n%s", code, cmp.Diff(c[2], got))
		}
	}
}
