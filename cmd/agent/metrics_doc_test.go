package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

var updateDocs = flag.Bool("update", false, "rewrite the tables of docs/metrics.md")

const metricsFile = "../../docs/metrics.md"

// docs/metrics.md has every metric of a running agent, by name, type and labels,
// and no other; -update rewrites its tables.
func TestMetricsAreDocumented(t *testing.T) {
	old, err := os.ReadFile(metricsFile)
	if err != nil {
		t.Fatal(err)
	}
	families := ownMetrics(t)
	// The marker says by their first words which metrics a table has.
	marked := regexp.MustCompile(`(?s)(<!-- metrics: ([a-z_ ]+) -->\n).*?(<!-- end of metrics -->)`)
	sections := map[string]string{} // by prefix
	for _, m := range marked.FindAllStringSubmatch(string(old), -1) {
		for prefix := range strings.FieldsSeq(m[2]) {
			sections[prefix] = m[2]
		}
	}
	tables := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(families)) {
		section := sections[strings.Join(strings.SplitN(name, "_", 3)[:2], "_")]
		if section == "" {
			section = sections["agent"]
		}
		tables[section] += metricRow(families[name])
	}
	got := marked.ReplaceAllStringFunc(string(old), func(s string) string {
		m := marked.FindStringSubmatch(s)
		return m[1] + "| Name | Type | Labels | Meaning |\n|---|---|---|---|\n" + tables[m[2]] + m[3]
	})
	if *updateDocs {
		if err := os.WriteFile(metricsFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(old), got); diff != "" {
		t.Errorf("docs/metrics.md is not what the agent shows; go test ./cmd/agent -run MetricsAreDocumented -update\n%s", diff)
	}
}

// ownMetrics returns the agent_ metrics of an agent to which all has happened
// that makes a metric appear: a loss, a failed attempt and a delivery.
func ownMetrics(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	b := newBackend(t, "")
	failures := 0
	b.mu.Lock()
	b.fail = func() error {
		if failures++; failures == 1 {
			return status.Error(codes.Unavailable, "not yet")
		}
		return nil
	}
	b.mu.Unlock()
	a := start(t, `
sample: {grace: 1ms, rules: [{name: all, keep: always}], shadow: [{name: none-of-it, keep: never}]}
export: {jaeger: {endpoint: "`+b.addr+`", tls: {insecure: true}, retry: {initial: 10ms}}}
`)
	a.sendTraces(t, makeSpans(1, func(_ int, s ptrace.Span) { s.Attributes().PutStr("user", seeds()[0]) }))
	sendAll(t, a, "metrics and logs, which have no destination")
	testkit.Eventually(t, "a span at the backend", func() bool { return b.spans() == 1 })

	families := map[string]*dto.MetricFamily{}
	testkit.Eventually(t, "the delivery is accounted", func() bool {
		parser := expfmt.NewTextParser(model.LegacyValidation)
		all, err := parser.TextToMetricFamilies(strings.NewReader(a.get(t, "metrics", "/metrics")))
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(families, all)
		return families["agent_export_sent_items_total"].GetMetric()[0].GetCounter().GetValue() == 1
	})
	maps.DeleteFunc(families, func(name string, _ *dto.MetricFamily) bool { return !strings.HasPrefix(name, "agent_") })
	return families
}

func metricRow(f *dto.MetricFamily) string {
	labels := map[string]bool{}
	for _, m := range f.GetMetric() {
		for _, l := range m.GetLabel() {
			labels["`"+l.GetName()+"`"] = true
		}
	}
	return fmt.Sprintf("| `%s` | %s | %s | %s |\n", f.GetName(), strings.ToLower(f.GetType().String()),
		strings.Join(slices.Sorted(maps.Keys(labels)), ", "), f.GetHelp())
}
