package spanmetrics

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"golang.org/x/tools/txtar"
	"google.golang.org/protobuf/proto"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

var update = flag.Bool("update", false, "write what the scenarios give into their files")

// TestScenarios runs testdata/*.txtar. The section options holds lines "dimensions
// KEY ...", "alias KEY OTHER ..." and "max_series N". The section spans holds one
// request: "resource KEY=VALUE ..." begins a resource, each further line is a
// span: name, kind, status, duration, attributes. Values are strings unless they
// begin with int:, bool:, double: or bytes:. The section want holds the snapshot.
func TestScenarios(t *testing.T) {
	testkit.Scenarios(t, *update, func(t *testing.T, s testkit.Scenario) {
		m, err := New(parseOptions(t, s.Section("options")))
		if err != nil {
			t.Fatal(err)
		}
		m.ObserveSpans(parseSpans(t, s.Section("spans")))
		want := slices.IndexFunc(s.Files, func(f txtar.File) bool { return f.Name == "want" })
		if want < 0 {
			t.Fatal("the scenario has no section want")
		}
		s.Expect(t, want, describeSnapshot(t, m))
	})
}

func parseOptions(t *testing.T, text string) (o Options) {
	aliases := make(map[string][]string)
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch words[0] {
		case "dimensions":
			o.Dimensions = words[1:]
		case "alias":
			aliases[words[1]] = words[2:]
		case "max_series":
			o.MaxSeries, _ = strconv.Atoi(words[1])
		default:
			t.Fatalf("unknown option %q", words[0])
		}
	}
	o.Aliases = func(key string) []string { return aliases[key] }
	return o
}

func parseSpans(t *testing.T, text string) []byte {
	t.Helper()
	request := &tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{ScopeSpans: []*tracev1.ScopeSpans{{}}}}}
	id := uint64(0)
	for scan := bufio.NewScanner(strings.NewReader(text)); scan.Scan(); {
		words := strings.Fields(scan.Text())
		if words[0] == "resource" {
			request.ResourceSpans = append(request.ResourceSpans, &tracev1.ResourceSpans{
				Resource:   &resourcev1.Resource{Attributes: parseAttributes(t, words[1:])},
				ScopeSpans: []*tracev1.ScopeSpans{{}},
			})
			continue
		}
		duration, err := time.ParseDuration(words[3])
		if err != nil {
			t.Fatal(err)
		}
		id++
		scope := request.ResourceSpans[len(request.ResourceSpans)-1].ScopeSpans[0]
		scope.Spans = append(scope.Spans, &tracev1.Span{
			TraceId: traceID(id), SpanId: spanID(id), Name: words[0],
			Kind:              parseEnum[tracev1.Span_SpanKind](t, tracev1.Span_SpanKind_value, "SPAN_KIND_", words[1]),
			Status:            &tracev1.Status{Code: parseEnum[tracev1.Status_StatusCode](t, tracev1.Status_StatusCode_value, "STATUS_CODE_", words[2])},
			StartTimeUnixNano: uint64(time.Hour),
			EndTimeUnixNano:   uint64(time.Hour + duration),
			Attributes:        parseAttributes(t, words[4:]),
		})
	}
	return encode(t, request)
}

func parseEnum[E ~int32](t *testing.T, values map[string]int32, prefix, word string) E {
	if n, err := strconv.Atoi(word); err == nil {
		return E(n)
	}
	n, ok := values[prefix+word]
	if !ok {
		t.Fatalf("unknown %s%s", prefix, word)
	}
	return E(n)
}

func parseAttributes(t *testing.T, words []string) (attrs []*commonv1.KeyValue) {
	for _, word := range words {
		key, text, _ := strings.Cut(word, "=")
		a := &commonv1.KeyValue{Key: key, Value: &commonv1.AnyValue{}}
		kind, rest, found := strings.Cut(text, ":")
		switch {
		case found && kind == "int":
			n, err := strconv.ParseInt(rest, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			a.Value.Value = &commonv1.AnyValue_IntValue{IntValue: n}
		case found && kind == "bool":
			a.Value.Value = &commonv1.AnyValue_BoolValue{BoolValue: rest == "true"}
		case found && kind == "double":
			f, _ := strconv.ParseFloat(rest, 64)
			a.Value.Value = &commonv1.AnyValue_DoubleValue{DoubleValue: f}
		case found && kind == "bytes":
			a.Value.Value = &commonv1.AnyValue_BytesValue{BytesValue: []byte(rest)}
		default:
			a.Value.Value = &commonv1.AnyValue_StringValue{StringValue: text}
		}
		attrs = append(attrs, a)
	}
	return attrs
}

// tester is what testing.TB and rapid.T have in common.
type tester interface {
	Fatal(...any)
	Helper()
}

func encode(t tester, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func traceID(n uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 8), n) }
func spanID(n uint64) []byte  { return binary.BigEndian.AppendUint64(nil, n) }

// snapshot decodes what AppendOTLP gives.
func snapshot(t testing.TB, m *Metrics) *metricsv1.MetricsData {
	t.Helper()
	encoded, points := m.AppendOTLP(nil)
	data := decode(t, encoded)
	if n := countPoints(data); n != points {
		t.Errorf("AppendOTLP says %d points, wrote %d", points, n)
	}
	return data
}

func decode(t tester, encoded []byte) *metricsv1.MetricsData {
	t.Helper()
	var data metricsv1.MetricsData
	if err := proto.Unmarshal(encoded, &data); err != nil {
		t.Fatal(err)
	}
	return &data
}

func countPoints(data *metricsv1.MetricsData) (points int) {
	eachMetric(data, func(_ *resourcev1.Resource, m *metricsv1.Metric) {
		points += len(m.GetSum().GetDataPoints()) + len(m.GetHistogram().GetDataPoints())
	})
	return points
}

func eachMetric(data *metricsv1.MetricsData, fn func(*resourcev1.Resource, *metricsv1.Metric)) {
	for _, rm := range data.ResourceMetrics {
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				fn(rm.Resource, m)
			}
		}
	}
}

func describeSnapshot(t testing.TB, m *Metrics) string {
	var lines []string
	eachMetric(snapshot(t, m), func(r *resourcev1.Resource, metric *metricsv1.Metric) {
		head := "[" + text(r.Attributes) + "] " + strings.TrimPrefix(metric.Name, "traces.span.metrics.") + metric.Unit
		for _, p := range metric.GetSum().GetDataPoints() {
			lines = append(lines, fmt.Sprintf("%s{%s} %d\n", head, text(p.Attributes), p.GetAsInt()))
		}
		for _, p := range metric.GetHistogram().GetDataPoints() {
			lines = append(lines, fmt.Sprintf("%s{%s} count=%d sum=%v %s\n", head, text(p.Attributes), p.Count, p.GetSum(), buckets(p)))
		}
	})
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func buckets(p *metricsv1.HistogramDataPoint) string {
	var used []string
	for i, n := range p.BucketCounts {
		le := "inf"
		if i < len(p.ExplicitBounds) {
			le = strconv.FormatFloat(p.ExplicitBounds[i], 'g', -1, 64)
		}
		if n > 0 {
			used = append(used, fmt.Sprintf("le%s:%d", le, n))
		}
	}
	return strings.Join(used, ",")
}

func text(attrs []*commonv1.KeyValue) string {
	var s []string
	for _, a := range attrs {
		value := a.Value.GetStringValue()
		if b, ok := a.Value.Value.(*commonv1.AnyValue_BoolValue); ok {
			value = strconv.FormatBool(b.BoolValue)
		}
		s = append(s, a.Key+"="+value)
	}
	return strings.Join(s, " ")
}
