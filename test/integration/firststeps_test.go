package integration

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// TestFirstSteps runs the commands of docs/first-steps.md against a stack with
// the configuration of `make stack`, until each answers what stands under it.
func TestFirstSteps(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/first-steps.md")
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("../../deploy/compose/agent.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := up(t, string(config), "")
	ports := strings.NewReplacer(
		"http://localhost:8080", r.service, "http://localhost:9464", r.scrape, "http://localhost:8888", r.metrics,
		"http://localhost:16686", r.jaeger, "http://localhost:9090", r.prometheus)
	steps := regexp.MustCompile("(?s)```sh\n(.*?)\n```\n\nExpect: `([^`]+)`").FindAllStringSubmatch(string(doc), -1)
	if blocks := strings.Count(string(doc), "```sh"); len(steps) != blocks || blocks == 0 {
		t.Fatalf("%d of %d commands say what to expect", len(steps), blocks)
	}
	for _, step := range steps {
		var out []byte
		stacktest.Eventually(t, step[1]+"\nanswers "+step[2], func() bool {
			out, _ = exec.CommandContext(t.Context(), "bash", "-c", ports.Replace(step[1])).CombinedOutput()
			return strings.Contains(string(out), step[2])
		})
	}
}
