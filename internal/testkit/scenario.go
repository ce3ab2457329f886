package testkit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// Scenario is one file of testdata.
type Scenario struct {
	*txtar.Archive
	update bool
}

// Scenarios runs each of testdata/*.txtar as a subtest. With update, what the
// scenarios expect is written anew instead of compared.
func Scenarios(t *testing.T, update bool, run func(t *testing.T, s Scenario)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			run(t, Scenario{archive, update})
			if update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// Section returns the text of the first section of that name, "" where there is none.
func (s Scenario) Section(name string) string {
	for _, f := range s.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// Expect holds what a scenario gives against section i.
func (s Scenario) Expect(t *testing.T, i int, got string) {
	t.Helper()
	f := &s.Files[i]
	if s.update {
		f.Data = []byte(got)
		return
	}
	if diff := cmp.Diff(string(f.Data), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", f.Name, diff)
	}
}
