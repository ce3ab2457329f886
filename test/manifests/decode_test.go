package manifests

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/types"
)

// Every manifest decodes into the API's type, and belongs to a kustomization.
func TestManifestsAreStrictlyDecoded(t *testing.T) {
	used := map[string]bool{}
	for _, path := range files(t, k8sFolder, "kustomization.yaml") {
		for _, name := range readKustomization(t, path) {
			used[filepath.Join(filepath.Dir(path), name)] = true
		}
	}
	decoder := strictDecoder(t)
	for _, path := range files(t, k8sFolder, ".yaml") {
		switch filepath.Base(path) {
		case "kustomization.yaml":
			continue
		case "agent.yaml": // the agent's own: TestMountedConfigurationIsValid
		default:
			if _, _, err := decoder.Decode(read(t, path), nil, nil); err != nil {
				t.Errorf("decode %s: %v", path, err)
			}
		}
		if !used[path] {
			t.Errorf("%s: no kustomization names it", path)
		}
	}
}

// readKustomization returns the files that the kustomization at path names. That
// they exist, building shows.
func readKustomization(t *testing.T, path string) []string {
	t.Helper()
	var k types.Kustomization
	if err := k.Unmarshal(read(t, path)); err != nil {
		t.Fatalf("decode %s: %v", path, err)
	}
	out := slices.Concat(k.Resources, k.Components)
	for _, p := range k.Patches {
		out = append(out, p.Path)
	}
	for _, c := range k.ConfigMapGenerator {
		out = append(out, c.FileSources...)
	}
	return out
}

// The check above can fail: what a strict API server refuses is refused here.
func TestDecoderIsStrict(t *testing.T) {
	good := string(read(t, k8sFolder+"/deployment.yaml"))
	for name, edit := range map[string][2]string{
		"unknown field":   {"replicas: 1", "replicsa: 1"},
		"duplicate field": {"replicas: 1", "replicas: 1\n  replicas: 2"},
		"wrong type":      {"replicas: 1", "replicas: one"},
		"unknown kind":    {"kind: Deployment", "kind: Deploymnet"},
		"wrong version":   {"apiVersion: apps/v1", "apiVersion: apps/v1beta9"},
	} {
		bad := strings.Replace(good, edit[0], edit[1], 1)
		if bad == good {
			t.Fatalf("%s: %q is not in the manifest", name, edit[0])
		}
		if _, _, err := strictDecoder(t).Decode([]byte(bad), nil, nil); err == nil {
			t.Errorf("%s: was decoded", name)
		}
	}
}
