package stack

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestSettings: each deployed stack says what it is ready by and where to look, and names only services that it has.
func TestSettings(t *testing.T) {
	for _, name := range []string{"compose.yaml", "drl-trading.yaml"} {
		file := filepath.Join("../../../deploy/compose", name)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var compose struct{ Services map[string]any }
		if err := yaml.Unmarshal(b, &compose); err != nil {
			t.Fatal(err)
		}
		s, err := readSettings([]string{file})
		if err != nil {
			t.Fatal(err)
		}
		if s.Name == "" || len(s.Stack.Ready) == 0 || len(s.Stack.Tour) == 0 {
			t.Errorf("%s: %+v", name, s)
		}
		ends := s.Stack.Ready
		for _, step := range s.Stack.Tour {
			if step.Title == "" || (step.Run == "") == (step.Service == "") {
				t.Errorf("%s: want a title, and an address or a command: %+v", name, step)
			}
			if step.Run == "" {
				ends = append(ends, step.Endpoint)
			}
		}
		for _, e := range ends {
			if _, there := compose.Services[e.Service]; !there || e.Port == "" || e.Path == "" {
				t.Errorf("%s: x-stack names %+v", name, e)
			}
		}
	}
}

func TestSettingsOfSeveralFiles(t *testing.T) {
	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	first := write("a.yaml", "name: first\nx-stack: {ready: [{service: a, port: 1, path: /}]}")
	second := write("b.yaml", "x-stack: {ready: [{service: b, port: 2, path: /}], tour: [{title: t, run: ls}]}")
	s, err := readSettings([]string{first, second})
	if err != nil || s.Name != "first" || len(s.Stack.Ready) != 2 || s.Stack.Ready[1].Service != "b" || s.Stack.Tour[0].Run != "ls" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := readSettings([]string{write("c.yaml", "x-stack: [")}); err == nil {
		t.Error("no error for what is no YAML")
	}
}
