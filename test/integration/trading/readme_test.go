package trading_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme: the example's README names a test of this package for each row of the epic's lists, and no other test.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../../examples/drl-trading/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(b)
	}
	counts := map[string]int{}
	for _, row := range regexp.MustCompile("(?m)^\\| (service|acceptance|metric|consideration) \\| .* \\| `(.*)` \\|$").FindAllStringSubmatch(string(readme), -1) {
		counts[row[1]]++
		for _, name := range strings.SplitN(row[2], "/", 2) {
			if !strings.Contains(source.String(), `"`+name+`"`) {
				t.Errorf("the README names %q, of which no test has %q", row[2], name)
			}
		}
	}
	for list, want := range map[string]int{"service": 6, "acceptance": 7, "metric": 8} {
		if counts[list] != want {
			t.Errorf("the README has %d rows of the list %q, want %d", counts[list], list, want)
		}
	}
}
