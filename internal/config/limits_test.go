package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A few lines of nested aliases, and a file of nothing but mistakes, end soon.
func TestBoundedReading(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("sample:\n  rules:\n    - {name: r0, keep: always, when: &w0 {status: error}}\n")
	for i := range 9 {
		inner := strings.Repeat(fmt.Sprintf("*w%d, ", i), 10)
		fmt.Fprintf(&bomb, "    - {name: r%d, keep: always, when: &w%d {all: [%s]}}\n", i+1, i+1, inner)
	}
	var mistakes strings.Builder
	for i := range 2 * maxErrors {
		fmt.Fprintf(&mistakes, "mistake_%d: 1\n", i)
	}
	for name, test := range map[string]struct {
		file string
		want string
		most int
	}{
		"aliases":  {bomb.String(), "must hold at most 100000 values", 20},
		"itself":   {"sample: {rules: [{name: a, keep: always, when: &w {all: [*w, *w]}}]}", "must not nest deeper than 100", maxErrors + 1},
		"mistakes": {mistakes.String(), "further errors are left out", maxErrors + 1},
	} {
		_, err := load(Source{File: "a.yaml"}, []byte(test.file), Allowed{})
		var list ErrorList
		if !errors.As(err, &list) || len(list) > test.most || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %d errors, want at most %d with %q:\n%.3000s", name, len(list), test.most, test.want, err)
		}
	}
}
