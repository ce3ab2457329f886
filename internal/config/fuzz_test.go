package config

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// Any file is either refused with an ErrorList, each with a place or a path, or
// gives a configuration that Effective shows and that loads again. No value of a
// variable comes out by an error.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"*.good.yaml", "*.bad.yaml"} {
		entries, err := os.ReadDir("testdata")
		if err != nil {
			f.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), pattern[1:]) {
				data, err := os.ReadFile("testdata/" + e.Name())
				if err != nil {
					f.Fatal(err)
				}
				f.Add(data)
			}
		}
	}
	f.Add([]byte(`sample: {hold: "${CANARY}", logs: "${CANARY:-x}"}`))
	f.Add([]byte("a: &a [*a, *a]\nb: *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		env := []string{"CANARY=" + canary}
		c, err := load(Source{File: "agent.yaml", Env: env}, data, allDetectors())
		if err != nil {
			checkErrors(t, err)
			return
		}
		text, err := Effective(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := load(Source{File: "effective.yaml"}, text, allDetectors())
		if err != nil {
			if !strings.Contains(string(text), Masked) {
				t.Fatalf("%v\n%s", err, text)
			}
			return
		}
		if textAgain, err := Effective(again); err != nil || string(textAgain) != string(text) {
			t.Fatalf("%v\n%s\n%s", err, text, textAgain)
		}
	})
}

func checkErrors(t *testing.T, err error) {
	t.Helper()
	var list ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("not an ErrorList: %v", err)
	}
	for _, e := range list {
		if e.Line == 0 && e.Path == "" {
			t.Errorf("%v: names no place", e)
		}
		if strings.Contains(e.Message, canary) {
			t.Errorf("%v: shows a variable", e)
		}
	}
}
