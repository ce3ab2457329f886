package manifests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
)

// The component gives the agent to any workload with the label, before the init
// containers that it has, and leaves others alone.
func TestComponentSelectsByLabel(t *testing.T) {
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(k8sFolder)); err != nil {
		t.Fatal(err)
	}
	example := string(read(t, k8sFolder+"/deployment.yaml"))
	write := func(name string, replacements ...string) {
		t.Helper()
		text := strings.NewReplacer(replacements...).Replace(example)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("statefulset.yaml", "kind: Deployment", "kind: StatefulSet", "    spec:\n", `    spec:
      initContainers:
        - name: migrate
          image: migrate:1
          securityContext:
            runAsUser: 10001
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
`)
	write("job.yaml", "apps/v1", "batch/v1", "kind: Deployment", "kind: Job", "  replicas: 1\n", "",
		"  selector:\n    matchLabels:\n      app.kubernetes.io/name: example\n", "", "    spec:\n", "    spec:\n      restartPolicy: Never\n")
	write("deployment.yaml", "    telemetry-agent: sidecar\n", "")
	kustomization := filepath.Join(folder, "kustomization.yaml")
	text := strings.Replace(string(read(t, kustomization)), "  - deployment.yaml\n", "  - deployment.yaml\n  - statefulset.yaml\n  - job.yaml\n", 1)
	if err := os.WriteFile(kustomization, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}

	objects := build(t, folder)
	for _, problem := range podProblems(&only[*appsv1.StatefulSet](t, objects).Spec.Template) {
		t.Errorf("labelled StatefulSet: %s", problem)
	}
	for _, problem := range podProblems(&only[*batchv1.Job](t, objects).Spec.Template) {
		t.Errorf("labelled Job: %s", problem)
	}
	if got := only[*appsv1.Deployment](t, objects).Spec.Template.Spec.InitContainers; len(got) != 0 {
		t.Errorf("Deployment without the label: got init containers %v", got)
	}
}
