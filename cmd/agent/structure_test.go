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

// rooms says which rooms each room may import, and whether it may import gRPC,
// net/http and the Collector's modules. docs/architecture.md shows the same.
func rooms() map[string]struct {
	may     string
	network bool
} {
	type room = struct {
		may     string
		network bool
	}
	return map[string]room{
		"cmd/agent":              {"internal/config internal/receive internal/pipeline internal/otlp internal/filter internal/enrich internal/spanmetrics internal/sample internal/store internal/export internal/export/scrape internal/admin internal/bridge internal/demo", true},
		"internal/config":        {"", true}, // it checks the Collector's own settings by the Collector's own structs
		"internal/receive":       {"internal/otlp internal/bridge", true},
		"internal/pipeline":      {"internal/otlp", false},
		"internal/otlp":          {"", false},
		"internal/filter":        {"internal/otlp internal/filter/*", false},
		"internal/enrich":        {"internal/otlp", false},
		"internal/spanmetrics":   {"internal/otlp", false},
		"internal/sample":        {"internal/otlp internal/store", false},
		"internal/store":         {"internal/otlp", false},
		"internal/export":        {"internal/otlp internal/bridge", true},
		"internal/export/scrape": {"internal/otlp", true},
		"internal/admin":         {"", true},
		"internal/bridge":        {"", true},
		"internal/demo":          {"", true},
		"internal/testkit":       {"", false},
		"test/figures":           {"", true},
	}
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
	table := rooms()
	for _, p := range goList(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		room, known := table[name]
		if !known {
			// A room may have sub-rooms of its own; they know only what the room may know.
			parent := path.Dir(name)
			if room, known = table[parent]; !known || len(p.GoFiles) == 0 {
				if len(p.GoFiles) > 0 {
					t.Errorf("%s is not in the import map: add it here and in docs/architecture.md", name)
				}
				continue
			}
		}
		for _, imp := range p.Imports {
			checkImport(t, name, room.may, room.network, imp)
		}
	}
}

func checkImport(t *testing.T, name, may string, network bool, imp string) {
	t.Helper()
	if own, ok := strings.CutPrefix(imp, module+"/"); ok {
		allowed := slices.ContainsFunc(strings.Fields(may), func(pattern string) bool {
			ok, _ := path.Match(pattern, own)
			return ok
		})
		if !allowed {
			t.Errorf("%s imports %s: it may import only %q", name, own, may)
		}
		return
	}
	if !network && (imp == "net/http" || strings.HasPrefix(imp, "google.golang.org/grpc") || strings.HasPrefix(imp, "go.opentelemetry.io/collector")) {
		t.Errorf("%s imports %s: a stage of the data path speaks no protocol", name, imp)
	}
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
