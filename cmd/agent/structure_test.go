package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/drl-trading/telemetry-agent"

// rooms returns which rooms each room knows, as docs/architecture.md has it.
func rooms(t *testing.T) map[string][]string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	knows := map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\| [^|]+ \\| ([a-z, ]+) \\|$").FindAllStringSubmatch(string(doc), -1) {
		knows[m[1]] = strings.Split(m[2], ", ")
	}
	return knows
}

// roomOf returns the room of a package of this module: a room may have rooms of
// its own below it.
func roomOf(name string) string {
	parts := strings.Split(name, "/")
	return path.Join(parts[:min(2, len(parts))]...)
}

// online are the rooms that may import gRPC, net/http and the Collector's modules;
// config checks the Collector's own settings by its structs.
func online() []string {
	return strings.Fields("cmd/agent internal/config internal/receive internal/export internal/admin internal/bridge internal/demo")
}

// listed is what `go list` says of a package.
type listed struct {
	ImportPath, Dir, Doc string
	Imports              []string
	GoFiles              []string
}

func goList(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,Imports,GoFiles", module+"/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestImportMap(t *testing.T) {
	seen := map[string][]string{}
	for _, p := range goList(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		if len(p.GoFiles) == 0 || strings.HasPrefix(name, "test/") {
			continue
		}
		room := roomOf(name)
		knows := seen[room]
		for _, imp := range p.Imports {
			if own, ok := strings.CutPrefix(imp, module+"/"); ok && roomOf(own) != room {
				knows = append(knows, path.Base(roomOf(own)))
			} else if !ok && speaks(imp) && !slices.Contains(online(), room) {
				t.Errorf("%s imports %s: a stage of the data path speaks no protocol", name, imp)
			}
		}
		seen[room] = knows
	}
	documented := rooms(t)
	for room, knows := range seen {
		slices.Sort(knows)
		knows = slices.Compact(knows)
		want := slices.Sorted(slices.Values(documented[room]))
		switch {
		case slices.Equal(want, []string{"all"}):
		case slices.Equal(want, []string{"nothing"}) && len(knows) == 0:
		case !slices.Equal(want, knows):
			t.Errorf("%s imports %q of the other rooms, docs/architecture.md says %q", room, knows, want)
		}
	}
	for room := range documented {
		if _, ok := seen[room]; !ok {
			t.Errorf("docs/architecture.md has the room %s, which isn't there", room)
		}
	}
}

// speaks says whether a package serves or asks by network.
func speaks(imp string) bool {
	return imp == "net/http" || strings.HasPrefix(imp, "google.golang.org/grpc") || strings.HasPrefix(imp, "go.opentelemetry.io/collector")
}

func TestEveryPackageSaysWhatItDoes(t *testing.T) {
	for _, p := range goList(t) {
		if len(p.GoFiles) > 0 && len(p.Doc) == 0 {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

func TestNoPackageStartsByItself(t *testing.T) {
	for _, p := range goList(t) {
		for _, f := range p.GoFiles {
			b, err := os.ReadFile(path.Join(p.Dir, f))
			if err != nil {
				t.Fatal(err)
			}
			if regexp.MustCompile(`(?m)^func init\(\)`).Match(b) {
				t.Errorf("%s/%s has an init function", p.ImportPath, f)
			}
		}
	}
}

// TestDependencies holds docs/dependencies.md against go.mod: each direct module
// has a reason, and no reason stands for a module that isn't used. The tests of
// the Python library hold the part about Python.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := strings.Fields(string(out))
	var reasons []string
	goPart, _, _ := strings.Cut(string(doc), "\n## Python\n")
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]{10,} \\|").FindAllStringSubmatch(goPart, -1) {
		reasons = append(reasons, m[1])
	}
	for _, m := range direct {
		if !slices.Contains(reasons, m) {
			t.Errorf("%s is a direct dependency without a reason in docs/dependencies.md", m)
		}
	}
	for _, m := range reasons {
		if !slices.Contains(direct, m) {
			t.Errorf("docs/dependencies.md gives a reason for %s, which go.mod doesn't require directly", m)
		}
	}
}
