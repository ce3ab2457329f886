package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// A file under testdata begins with comments: "# want:" what is to come out,
// "# env:" a variable, "# set:" a flag. Of a bad file the wants are all errors, in
// order; of a good one they are keys of the effective configuration.
type testFile struct {
	src   Source
	wants []string
}

func readTestFile(t *testing.T, name string) testFile {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f := testFile{src: Source{File: name}}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if want, ok := strings.CutPrefix(line, "# want: "); ok {
			f.wants = append(f.wants, want)
		} else if env, ok := strings.CutPrefix(line, "# env: "); ok {
			f.src.Env = append(f.src.Env, env)
		} else if set, ok := strings.CutPrefix(line, "# set: "); ok {
			f.src.Sets = append(f.src.Sets, set)
		} else {
			break
		}
	}
	return f
}

func testFiles(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("find testdata/%s: %v, %v", pattern, files, err)
	}
	return files
}

func allDetectors() Allowed {
	return Allowed{Detectors: append(Default().Filter.Detectors, "ip", "mac", "high_entropy")}
}

func TestBadFiles(t *testing.T) {
	for _, name := range testFiles(t, "*.bad.yaml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f := readTestFile(t, name)
			got := loadErrors(t, f.src)
			if *update {
				rewriteWants(t, name, got)
				return
			}
			if diff := cmp.Diff(f.wants, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func loadErrors(t *testing.T, src Source) []string {
	t.Helper()
	_, err := Load(src, allDetectors())
	var list ErrorList
	if err == nil || !errors.As(err, &list) {
		t.Fatalf("Load: want an ErrorList, got %v", err)
	}
	return strings.Split(strings.ReplaceAll(err.Error(), filepath.Dir(src.File)+string(filepath.Separator), ""), "\n")
}

// rewriteWants replaces the wants until their own lines no longer move others.
func rewriteWants(t *testing.T, name string, got []string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var body strings.Builder
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "# want: ") {
			body.WriteString(line)
		}
	}
	for range 3 {
		text := "# want: " + strings.Join(got, "\n# want: ") + "\n" + body.String()
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		got = loadErrors(t, readTestFile(t, name).src)
	}
}

func TestGoodFiles(t *testing.T) {
	for _, name := range testFiles(t, "*.good.yaml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f := readTestFile(t, name)
			c, err := Load(f.src, allDetectors())
			if err != nil {
				t.Fatal(err)
			}
			got := effectiveLeaves(t, c)
			for _, want := range f.wants {
				path, value, _ := strings.Cut(want, " = ")
				if got[path] != value {
					t.Errorf("%s: want %s, got %s", path, value, got[path])
				}
			}
		})
	}
}

// effectiveLeaves returns the scalars of the effective configuration by path.
func effectiveLeaves(t *testing.T, c *Config) map[string]string {
	t.Helper()
	data, err := Effective(c)
	if err != nil {
		t.Fatal(err)
	}
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var flatten func(path string, n *yaml.Node)
	flatten = func(path string, n *yaml.Node) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				flatten(join(path, n.Content[i].Value), n.Content[i+1])
			}
		case yaml.SequenceNode:
			for i, item := range n.Content {
				flatten(fmt.Sprintf("%s[%d]", path, i), item)
			}
		default:
			out[path] = n.Value
		}
	}
	flatten("", n.Content[0])
	return out
}
