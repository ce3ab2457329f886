package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/filter"
)

// Every configuration in these documents is one that an agent starts with, without
// a warning.
func TestDocumentedConfigurations(t *testing.T) {
	for _, name := range []string{"sampling.md"} {
		doc, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(doc, -1)
		if len(blocks) == 0 {
			t.Errorf("%s has no configuration", name)
		}
		for i, b := range blocks {
			file := filepath.Join(t.TempDir(), "agent.yaml")
			if err := os.WriteFile(file, b[1], 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := config.Load(config.Source{File: file}, config.Allowed{Detectors: filter.DetectorNames()})
			if err != nil {
				t.Errorf("%s, block %d: %v", name, i+1, err)
				continue
			}
			a, err := newAgent(cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Errorf("%s, block %d: %v", name, i+1, err)
				continue
			}
			for _, w := range a.warnings() {
				t.Errorf("%s, block %d: %s", name, i+1, w)
			}
			a.discard()
		}
	}
}
