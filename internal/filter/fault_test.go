package filter

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// broken returns a filter with a rule that panics at every text that holds "x".
func broken(t *testing.T) *Filter {
	f := newFilter(t, Options{Patterns: []Pattern{{Name: "own", Regex: "x+"}}})
	f.patterns[0].re = nil
	return f
}

func TestPanicMasks(t *testing.T) {
	f := broken(t)
	f.patterns[0].literal = "secret"
	s := filterSpan(t, f, &tracev1.Span{Name: "secret", Attributes: []*commonv1.KeyValue{attribute("a", "secret"), attribute("secret", "b"), attribute("c", "clean")}})
	if s.Name != doubtMask || len(s.Attributes) != 2 || text(s.Attributes[0].Value) != doubtMask || text(s.Attributes[1].Value) != "clean" {
		t.Errorf("span became %v", s)
	}
	if n := gather(t, f)["agent_filter_panics_total"]; n != 3 {
		t.Errorf("%v panics counted", n)
	}
}

func TestPanicDropsDatapoints(t *testing.T) {
	f := broken(t)
	f.patterns[0].literal = "secret"
	point := func(v string) *metricsv1.NumberDataPoint {
		return &metricsv1.NumberDataPoint{Attributes: []*commonv1.KeyValue{attribute("a", v)}}
	}
	in, err := proto.Marshal(&metricsv1.MetricsData{ResourceMetrics: []*metricsv1.ResourceMetrics{{ScopeMetrics: []*metricsv1.ScopeMetrics{{Metrics: []*metricsv1.Metric{{
		Name: "m", Data: &metricsv1.Metric_Gauge{Gauge: &metricsv1.Gauge{DataPoints: []*metricsv1.NumberDataPoint{point("secret"), point("b")}}},
	}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	out, c, err := f.Filter(otlp.Metrics, in, nil)
	if err != nil || c.Dropped != 1 || bytes.Contains(out, []byte("secret")) {
		t.Errorf("counts %+v, error %v, %q", c, err, out)
	}
}

// gather returns the values of the filter's metrics: of findings_total by its
// labels, of others by their name.
func gather(t *testing.T, f *Filter) map[string]float64 {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	if err := r.Register(f); err != nil {
		t.Fatal(err)
	}
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, family := range families {
		for _, m := range family.Metric {
			name := family.GetName()
			for _, l := range m.Label {
				name += " " + l.GetName() + "=" + l.GetValue()
			}
			values[name] += m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return values
}

func TestMetrics(t *testing.T) {
	f := newFilter(t, Options{})
	before := gather(t, f)
	for _, series := range []string{
		"agent_filter_findings_total action=mask detector=card location=span.attribute.value signal=traces",
		"agent_filter_findings_total action=hash detector=card location=datapoint.attribute.value signal=metrics",
		"agent_filter_findings_total action=mask detector=email location=log.body signal=logs",
		"agent_filter_masked_in_doubt_total reason=budget", "agent_filter_masked_in_doubt_total reason=depth",
		"agent_filter_scanned_bytes_total", "agent_filter_panics_total", "agent_filter_seconds_total", "agent_filter_merged_points_total",
		"agent_filter_drop_hashed_points_total reason=kind",
	} {
		if v, ok := before[series]; !ok || v != 0 {
			t.Errorf("%s is %v, %v before anything was filtered", series, v, ok)
		}
	}
	if before["agent_filter_enforcing"] != 1 {
		t.Error("not enforcing")
	}
	filterSpan(t, f, &tracev1.Span{Name: "a@example.com", Attributes: []*commonv1.KeyValue{attribute("n", 4111111111111111), attribute("m", strings.Repeat("\\", 1<<10)+"\"")}})
	after := gather(t, f)
	for series, want := range map[string]float64{
		"agent_filter_findings_total action=mask detector=card location=span.attribute.value signal=traces":  1,
		"agent_filter_findings_total action=mask detector=email location=span.name signal=traces":            1,
		"agent_filter_findings_total action=mask detector=doubt location=span.attribute.value signal=traces": 1,
		"agent_filter_masked_in_doubt_total reason=depth":                                                    1,
	} {
		if after[series] != want {
			t.Errorf("%s is %v, want %v", series, after[series], want)
		}
	}
	if after["agent_filter_scanned_bytes_total"] < 1000 || after["agent_filter_seconds_total"] == 0 {
		t.Errorf("bytes %v, seconds %v", after["agent_filter_scanned_bytes_total"], after["agent_filter_seconds_total"])
	}
}

func TestPatternWithTheNameOfADetector(t *testing.T) {
	f := newFilter(t, Options{Patterns: []Pattern{{Name: "account", Regex: "ACC-[0-9]{8}"}}})
	f.Filter(otlp.Traces, nil, nil)
	filterSpan(t, f, &tracev1.Span{Name: "ACC-12345678 and account_id=87654321"})
	if n := gather(t, f)["agent_filter_findings_total action=mask detector=account location=span.name signal=traces"]; n != 2 {
		t.Errorf("%v findings counted, want 2", n)
	}
}

func TestReportSaysWhere(t *testing.T) {
	var log bytes.Buffer
	f := newFilter(t, Options{Mode: Report, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for range 3 {
		filterSpan(t, f, &tracev1.Span{Attributes: []*commonv1.KeyValue{attribute("user.email", "bob@example.com"), attribute("bobs_key", "bob@example.com")}})
	}
	got := log.String()
	if strings.Contains(got, "bob") {
		t.Errorf("the log shows what it shouldn't: %s", got)
	}
	if strings.Count(got, "detector=email") != 2 || !strings.Contains(got, "key=user.email") || !strings.Contains(got, "key=\"key#hk1:") && !strings.Contains(got, "key=key#hk1:") {
		t.Errorf("the log says %s", got)
	}
	if !strings.Contains(got, "level=WARN") || gather(t, f)["agent_filter_enforcing"] != 0 {
		t.Error("no warning, or enforcing")
	}
}

func TestTwoHashKeys(t *testing.T) {
	other := HashKey{ID: "2", Key: []byte("abcdef0123456789abcdef0123456789")}
	first := newFilter(t, Options{Action: Hash, HashKeys: []HashKey{testKey}})
	both := newFilter(t, Options{Action: Hash, HashKeys: []HashKey{other, testKey}})
	old := first.newWorker().filterText(sample{Text: "bob@example.com"})
	if again := both.newWorker().filterText(sample{Text: "see " + old}); again != "see "+old {
		t.Errorf("a pseudonym by the second key became %q", again)
	}
	if now := both.newWorker().filterText(sample{Text: "bob@example.com"}); !strings.HasPrefix(now, "hk2:") {
		t.Errorf("the first key doesn't sign: %q", now)
	}
	forged := old[:len(old)-1] + string('A'+(old[len(old)-1]-'A'+4)%26)
	if got := first.newWorker().filterText(sample{Text: forged, Key: "password"}); got == forged {
		t.Errorf("a forged pseudonym passed: %q", forged)
	}
}

func TestKeepLast4(t *testing.T) {
	w := newFilter(t, Options{KeepLast4: true}).newWorker()
	if got := w.filterText(sample{Text: "card 4111-1111-1111-1234 and 4111 1111 1111 1111"}); got != "card 4111-1111-1111-1234 and [card:1111]" {
		t.Errorf("got %q", got)
	}
}

func TestWarnings(t *testing.T) {
	f := newFilter(t, Options{Listed: true, Patterns: []Pattern{
		{Name: "a", Regex: "[0-9]{5}"}, {Name: "b", Regex: "ACC-[0-9]+"}, {Name: "c", Regex: "[0-9]{5}", Keys: []string{"x"}}, {Name: "d", Regex: "(?i)acc[0-9]"},
	}})
	var paths []string
	for _, w := range f.Warnings() {
		paths = append(paths, w.Path)
	}
	if got := strings.Join(paths, " "); got != "patterns[0].regex patterns[3].regex keys" {
		t.Errorf("warnings at %s", got)
	}
}

func TestEnrichedAttribute(t *testing.T) {
	f := newFilter(t, Options{Attributes: []AttributeRule{{Key: "gone", Action: Drop}}})
	for _, c := range []struct {
		key, value, want string
		keep             bool
	}{{"a", "plain", "plain", true}, {"a", "bob@example.com", "[email]", true}, {"gone", "x", "", false}} {
		if got, keep := f.Attribute(c.key, c.value); got != c.want || keep != c.keep {
			t.Errorf("%s=%s: got %q, %v", c.key, c.value, got, keep)
		}
	}
}
