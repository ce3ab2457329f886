package scrape

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

var update = flag.Bool("update", false, "write what the scenarios give into their files")

// TestScenarios runs testdata/*.txtar: the sections of a file in their order.
//
//	options      a line "max_series N"
//	kept         the ids of kept traces, one a line
//	send         OTLP metrics as JSON that a service sends
//	source       OTLP metrics as JSON that a source gives from now on; empty: none
//	wait D       time passes
//	openmetrics  the page as OpenMetrics
//	text         the page in the classic text format
//	native       the native histograms of the page in protobuf
//	ignored      the points that were not taken, by reason
func TestScenarios(t *testing.T) {
	testkit.Scenarios(t, *update, func(t *testing.T, s testkit.Scenario) {
		synctest.Test(t, func(t *testing.T) { runScenario(t, s) })
	})
}

func runScenario(t *testing.T, s testkit.Scenario) {
	var given []byte
	kept := make(map[string]bool)
	o := Options{
		Sources: []Source{func(dst []byte) ([]byte, int) { return append(dst, given...), 0 }},
		Kept:    func(id [16]byte) bool { return kept[hex.EncodeToString(id[:])] },
	}
	if data := s.Section("options"); data != "" {
		if _, err := fmt.Sscanf(data, "max_series %d", &o.MaxSeries); err != nil {
			t.Fatal(err)
		}
	}
	p := newPage(t, o)
	for i, f := range s.Files {
		verb, argument, _ := strings.Cut(f.Name, " ")
		switch verb {
		case "options":
		case "kept":
			for _, id := range strings.Fields(string(f.Data)) {
				kept[id] = true
			}
		case "send":
			if _, err := p.Fold(fromJSON(t, f.Data)); err != nil {
				t.Fatal(err)
			}
		case "source":
			given = fromJSON(t, f.Data)
		case "wait":
			d, err := time.ParseDuration(argument)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(d)
		default:
			s.Expect(t, i, look(t, p, verb))
		}
	}
}

// look returns what a section of that kind shows. Whatever it is, the page is
// valid in all formats.
func look(t *testing.T, p *Page, kind string) string {
	t.Helper()
	families := readPage(t, p)
	switch kind {
	case "openmetrics":
		body, _ := get(t, p, acceptOpenMetrics)
		return string(body)
	case "text":
		body, _ := get(t, p, acceptText)
		return string(body)
	case "native":
		return describeNative(families)
	case "ignored":
		var s strings.Builder
		for r, n := range p.health.left {
			if n > 0 {
				fmt.Fprintf(&s, "%s %d\n", reason(r), n)
			}
		}
		if p.health.descriptions > 0 {
			fmt.Fprintf(&s, "descriptions %d\n", p.health.descriptions)
		}
		return s.String()
	}
	t.Fatalf("unknown section %q", kind)
	return ""
}

// What Prometheus sends as Accept for each format.
const (
	acceptOpenMetrics = "application/openmetrics-text;version=1.0.0;escaping=underscores"
	acceptText        = "text/plain;version=0.0.4"
	acceptProtobuf    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

func get(t tester, p *Page, accept string) ([]byte, http.Header) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	p.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.Bytes(), w.Header()
}

// readPage parses the page in every format, checks that no series is there twice,
// and returns it as protobuf.
func readPage(t tester, p *Page) []*dto.MetricFamily {
	t.Helper()
	var families []*dto.MetricFamily
	for _, accept := range []string{acceptProtobuf, acceptText, acceptOpenMetrics} {
		body, header := get(t, p, accept)
		format := expfmt.ResponseFormat(header)
		if format == expfmt.FmtUnknown {
			t.Fatalf("unknown format %q", header.Get("Content-Type"))
		}
		if accept == acceptOpenMetrics && !hasOpenMetricsSums(body) {
			continue
		}
		parsed := parsePage(t, body, format)
		checkUnique(t, parsed)
		if accept == acceptProtobuf {
			families = parsed
		}
	}
	return families
}

// hasOpenMetricsSums tells whether no histogram has a sum that OpenMetrics
// forbids, and its parser refuses, but that is what was measured: Prometheus
// takes it.
func hasOpenMetricsSums(body []byte) bool {
	for line := range strings.Lines(string(body)) {
		name, _, _ := strings.Cut(line, "{")
		name, _, _ = strings.Cut(name, " ")
		value := line[strings.LastIndexByte(line, ' ')+1:]
		if strings.HasSuffix(name, "_sum") && (value[0] == '-' || value[0] == 'N') {
			return false
		}
	}
	return true
}

func parsePage(t tester, body []byte, format expfmt.Format) (families []*dto.MetricFamily) {
	t.Helper()
	decoder := expfmt.NewDecoder(bytes.NewReader(body), format)
	for {
		f := new(dto.MetricFamily)
		err := decoder.Decode(f)
		if errors.Is(err, io.EOF) {
			return families
		}
		if err != nil {
			t.Fatalf("parse %s: %v\n%s", format, err, body)
		}
		families = append(families, f)
	}
}

// checkUnique looks at the samples that Prometheus makes of the page.
func checkUnique(t tester, families []*dto.MetricFamily) {
	t.Helper()
	seen := make(map[string]bool)
	for _, f := range families {
		samples, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{Timestamp: 1}, f)
		if err != nil {
			t.Fatalf("%s: %v", f.GetName(), err)
		}
		for _, s := range samples {
			key := s.Metric.String()
			if seen[key] {
				t.Fatalf("%s is there twice", key)
			}
			seen[key] = true
			for name, value := range s.Metric {
				if !model.LegacyValidation.IsValidLabelName(string(name)) || value == "" {
					t.Fatalf("%s: label %q=%q", key, name, value)
				}
			}
			if !model.LegacyValidation.IsValidMetricName(string(s.Metric[model.MetricNameLabel])) {
				t.Fatalf("%s: invalid name", key)
			}
		}
	}
}

// describeNative lists the buckets of native histograms by their bounds, decoded
// as the specification of native histograms says.
func describeNative(families []*dto.MetricFamily) string {
	var s strings.Builder
	for _, f := range families {
		for _, m := range f.Metric {
			h := m.GetHistogram()
			if h == nil || h.Schema == nil {
				continue
			}
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			fmt.Fprintf(&s, "%s{%s} schema=%d count=%d sum=%v", f.GetName(), strings.Join(labels, ","), h.GetSchema(), h.GetSampleCount(), h.GetSampleSum())
			fmt.Fprintf(&s, " zero(%v)=%d", h.GetZeroThreshold(), h.GetZeroCount())
			describeBuckets(&s, "", h.GetSchema(), h.PositiveSpan, h.PositiveDelta)
			describeBuckets(&s, "-", h.GetSchema(), h.NegativeSpan, h.NegativeDelta)
			for _, e := range h.Exemplars {
				fmt.Fprintf(&s, " exemplar=%v", e.GetValue())
			}
			s.WriteByte('\n')
		}
	}
	return s.String()
}

func describeBuckets(w io.Writer, sign string, schema int32, spans []*dto.BucketSpan, deltas []int64) {
	index, count := int32(0), int64(0)
	for _, span := range spans {
		index += span.GetOffset()
		for range span.GetLength() {
			count += deltas[0]
			deltas = deltas[1:]
			upper := math.Exp2(float64(index) * math.Exp2(-float64(schema)))
			fmt.Fprintf(w, " %s(..%.6g]=%d", sign, upper, count)
			index++
		}
	}
}

// tester is what testing.TB and rapid.T have in common.
type tester interface {
	Fatal(...any)
	Fatalf(string, ...any)
	Helper()
}

func newPage(t tester, o Options) *Page {
	t.Helper()
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func fromJSON(t tester, data []byte) []byte {
	t.Helper()
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	metrics, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(data)
	if err != nil {
		t.Fatal(err)
	}
	return encode(t, metrics)
}

func encode(t tester, metrics pmetric.Metrics) []byte {
	t.Helper()
	b, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(metrics)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
