package config

import (
	"path/filepath"
	"strings"
	"testing"
)

// The examples are valid, with nothing in the environment but what they name.
func TestExamplesLoad(t *testing.T) {
	env := map[string][]string{"production.yaml": {
		"AGENT_HASH_KEY=" + strings.Repeat("k", minHashKey),
		"ARCHIVE_TOKEN=t0ken",
	}}
	files, err := filepath.Glob("../../configs/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("find examples: %v, %v", files, err)
	}
	for _, file := range files {
		c, err := Load(Source{File: file, Env: env[filepath.Base(file)]}, Allowed{Detectors: Default().Filter.Detectors})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if !c.Export.Jaeger.Active() {
			t.Errorf("%s: has no Jaeger", file)
		}
	}
}
