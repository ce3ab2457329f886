package config

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/configuration.md and the wants of testdata/*.bad.yaml")

const referenceFile = "../../docs/configuration.md"

// The reference's tables are those of the code; -update rewrites them.
func TestReferenceMatchesCode(t *testing.T) {
	old, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	got := replaceTables(t, string(old))
	if *update {
		if err := os.WriteFile(referenceFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(old), got); diff != "" {
		t.Errorf("docs/configuration.md is behind the code; go test ./internal/config -run Reference -update\n%s", diff)
	}
}

// replaceTables puts each section's table between its markers.
func replaceTables(t *testing.T, text string) string {
	t.Helper()
	for _, f := range newSchema().fields {
		begin, end := fmt.Sprintf("<!-- keys: %s -->\n", f.name), "<!-- end of keys -->"
		head, rest, ok := strings.Cut(text, begin)
		if !ok {
			t.Fatalf("docs/configuration.md has no marker %q", begin)
		}
		_, tail, ok := strings.Cut(rest, end)
		if !ok {
			t.Fatalf("docs/configuration.md has no %q after %q", end, begin)
		}
		text = head + begin + table(f.name) + end + tail
	}
	return text
}

func table(section string) string {
	var out strings.Builder
	out.WriteString("| Key and variable | Type | Default | Example | Meaning |\n|---|---|---|---|---|\n")
	for _, d := range keyDocs() {
		if !within(d.Path, section) {
			continue
		}
		key := "`" + d.Path + "`"
		if d.Env != "" {
			key += "<br>`" + d.Env + "`"
		}
		kind := d.Type
		if d.Allowed != "" {
			kind += ": " + d.Allowed
		}
		def := code(d.Default)
		if d.Required && def == "" {
			def = "required"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", key, cell(kind), def, code(d.Example), cell(d.Doc))
	}
	return out.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + cell(s) + "`"
}

// Each key is explained and shown; an example of a key is valid for it.
func TestKeyDocsAreComplete(t *testing.T) {
	seen := map[string]string{}
	for _, d := range keyDocs() {
		if d.Doc == "" {
			t.Errorf("%s: has no text", d.Path)
		}
		if d.Example == "" && d.Type != "section" && d.Type != "list of sections" {
			t.Errorf("%s: has no example", d.Path)
		}
		if other, ok := seen[d.Env]; ok && d.Env != "" {
			t.Errorf("%s and %s have one variable %s", d.Path, other, d.Env)
		}
		seen[d.Env] = d.Path
	}
}
