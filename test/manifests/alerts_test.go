package manifests

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const prometheusFolder = root + "/deploy/prometheus"

// promtool accepts the rules and the configurations, and the rules pass their
// own tests.
func TestAlertRulesByPromtool(t *testing.T) {
	folder := strings.TrimSpace(run(t, exec.Command(root+"/scripts/build-prometheus.sh")))
	promtool := func(args ...string) {
		t.Helper()
		run(t, exec.Command(filepath.Join(folder, "promtool"), args...))
	}
	promtool(append([]string{"check", "rules", "--lint-fatal"}, files(t, prometheusFolder, ".rules.yml")...)...)
	promtool("check", "config", prometheusFolder+"/prometheus.yml")
	promtool("check", "config", prometheusFolder+"/kubernetes.yml")
	promtool("check", "config", prometheusFolder+"/drl-trading.yml")
	promtool(append([]string{"test", "rules"}, files(t, prometheusFolder+"/tests", ".test.yml")...)...)
}

// alert is an alerting rule.
type alert struct {
	Alert, Expr         string
	Labels, Annotations map[string]string
}

func alerts(t *testing.T) (out []alert) {
	t.Helper()
	for _, path := range files(t, prometheusFolder, ".rules.yml") {
		var f struct{ Groups []struct{ Rules []alert } }
		if err := yaml.Unmarshal(read(t, path), &f); err != nil {
			t.Fatalf("decode %s: %v", path, err)
		}
		for _, g := range f.Groups {
			out = append(out, g.Rules...)
		}
	}
	return out
}

// Every alert is shown to fire and to be silent.
func TestEachAlertIsTested(t *testing.T) {
	type check struct {
		AlertName string `json:"alertname"`
		Expected  []any  `json:"exp_alerts"`
	}
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, path := range files(t, prometheusFolder+"/tests", ".test.yml") {
		var f struct {
			Tests []struct {
				Checks []check `json:"alert_rule_test"`
			}
		}
		if err := yaml.Unmarshal(read(t, path), &f); err != nil {
			t.Fatalf("decode %s: %v", path, err)
		}
		for _, test := range f.Tests {
			for _, c := range test.Checks {
				fires[c.AlertName] = fires[c.AlertName] || len(c.Expected) > 0
				silent[c.AlertName] = silent[c.AlertName] || len(c.Expected) == 0
			}
		}
	}
	for _, a := range alerts(t) {
		if !fires[a.Alert] || !silent[a.Alert] {
			t.Errorf("%s: shown to fire: %t, to be silent: %t", a.Alert, fires[a.Alert], silent[a.Alert])
		}
	}
}

// Every alert says what it is and leads to its own heading in the guide.
func TestEachAlertHasARunbook(t *testing.T) {
	const guide = "https://github.com/drl-trading/telemetry-agent/blob/main/docs/monitoring.md#"
	headings := regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(string(read(t, root+"/docs/monitoring.md")), -1)
	for _, a := range alerts(t) {
		if !slices.ContainsFunc(headings, func(h []string) bool { return h[1] == a.Alert }) {
			t.Errorf("%s: docs/monitoring.md has no such heading", a.Alert)
		}
		if want := guide + strings.ToLower(a.Alert); a.Annotations["runbook_url"] != want {
			t.Errorf("%s: got runbook_url %q, want %q", a.Alert, a.Annotations["runbook_url"], want)
		}
		if a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
			t.Errorf("%s: summary or description is missing", a.Alert)
		}
		if !slices.Contains([]string{"critical", "warning", "info"}, a.Labels["severity"]) {
			t.Errorf("%s: severity is %q", a.Alert, a.Labels["severity"])
		}
	}
}

// The rules and the guides name metrics of the agent that exist: those in
// docs/metrics.md, which a test of the agent compares with its page.
func TestMetricNamesExist(t *testing.T) {
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(agent_[a-z_]+)` ").FindAllStringSubmatch(string(read(t, root+"/docs/metrics.md")), -1) {
		documented[m[1]] = true
	}
	if len(documented) == 0 {
		t.Fatal("docs/metrics.md names no metric")
	}
	name := regexp.MustCompile(`\bagent_[a-z]+(?:_[a-z]+)+\b|\bagent_(?:ready|durable)\b`)
	for _, path := range append(files(t, prometheusFolder, ".yml"), root+"/docs/monitoring.md", root+"/docs/sampling.md") {
		for _, got := range name.FindAllString(string(read(t, path)), -1) {
			if !documented[got] {
				t.Errorf("%s: names %s, which docs/metrics.md doesn't", path, got)
			}
		}
	}
}

// The rules and the guide name metrics of the trading services that their library
// records: those in its catalog.
func TestTradingMetricNamesExist(t *testing.T) {
	catalog := root + "/python/drl-trading-common/src/drl_trading_common/telemetry/catalog.py"
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`"(drl\.[a-z_.]+)"`).FindAllStringSubmatch(string(read(t, catalog)), -1) {
		names[strings.ReplaceAll(m[1], ".", "_")] = true
	}
	if len(names) == 0 {
		t.Fatalf("%s: has no metric", catalog)
	}
	// What Prometheus's naming adds to a metric's name: its unit and its type.
	suffix := regexp.MustCompile(`(_seconds(_bucket|_count|_sum)?|_ratio|_total)$`)
	name := regexp.MustCompile(`(?:^|[^/\w])(drl_[a-z_]+[a-z])`) // not in a path
	for _, path := range append(files(t, prometheusFolder, ".yml"), root+"/docs/monitoring.md") {
		for _, m := range name.FindAllStringSubmatch(string(read(t, path)), -1) {
			if !names[suffix.ReplaceAllString(m[1], "")] {
				t.Errorf("%s: names %s, which %s doesn't", path, m[1], catalog)
			}
		}
	}
}
