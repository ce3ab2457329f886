package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A file without a key, and no file at all, are the defaults.
func TestLoadEmpty(t *testing.T) {
	for _, data := range []string{"", "\n# nothing\n", "---\n", "receive:\nsample: {}\n"} {
		got, err := load(Source{File: "agent.yaml"}, []byte(data), Allowed{})
		if err != nil {
			t.Fatalf("load %q: %v", data, err)
		}
		if diff := cmp.Diff(Default(), got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
			t.Errorf("load %q: not the defaults (-want +got):\n%s", data, diff)
		}
	}
}
