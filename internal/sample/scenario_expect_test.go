package sample

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func (sc *scenario) expect(trace, verdict string, f map[string]string) {
	all := sc.sampler().Decisions(sc.id(trace))
	_, held := sc.s.index.fragments.byTrace[sc.id(trace)]
	if held != (verdict == "pending") {
		sc.fail("trace %s: undecided: %v, decisions: %+v", trace, held, all)
	}
	if held {
		return
	}
	if len(all) == 0 {
		sc.fail("trace %s has no decision", trace)
	}
	d := all[0]
	got := map[string]string{
		"rule": d.Rule, "trigger": string(d.Trigger), "spans": strconv.Itoa(d.Spans), "late": strconv.Itoa(d.LateSpans),
		"logs": strconv.Itoa(d.Logs), "fragments": strconv.Itoa(len(all)), "waited": time.Duration(d.WaitedSeconds * 1e9).Round(time.Millisecond).String(),
	}
	if string(d.Verdict) != verdict {
		sc.fail("trace %s is %s by %s, want %s", trace, d.Verdict, d.Rule, verdict)
	}
	for k, want := range f {
		if got[k] != want {
			sc.fail("trace %s has %s=%s, want %s", trace, k, got[k], want)
		}
	}
}

func (sc *scenario) passed(trace string, words []string) {
	spans := sc.out.spans[sc.id(trace)]
	var want []uint64
	for _, w := range words {
		if !strings.Contains(w, "=") && w != "nothing" {
			want = append(want, uint64(sc.float(w)))
		}
	}
	f := sc.fields(append([]string{""}, words...))
	if len(f) > 0 { // about those spans, whatever else was passed on
		for _, id := range want {
			sc.passedWith(trace, id, f)
		}
		return
	}
	var got []uint64
	for _, s := range spans {
		got = append(got, lastByte(s.SpanId))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		sc.fail("trace %s passed on %v, want %v", trace, got, want)
	}
}

func lastByte(id []byte) uint64 { return uint64(id[7]) }

func (sc *scenario) passedWith(trace string, id uint64, f map[string]string) {
	i := slices.IndexFunc(sc.out.spans[sc.id(trace)], func(s *tracepb.Span) bool { return lastByte(s.SpanId) == id })
	if i < 0 {
		sc.fail("span %d of trace %s was not passed on", id, trace)
	}
	s := sc.out.spans[sc.id(trace)][i]
	got := map[string]string{"state": s.TraceState, "service": sc.out.services[sc.id(trace)][i], "rule": "", "reason": ""}
	for _, a := range s.Attributes {
		got[strings.TrimPrefix(a.Key, "sampling.")] = a.Value.GetStringValue()
	}
	for k, want := range f {
		if got[k] != want {
			sc.fail("span %d of trace %s has %s=%q, want %q", id, trace, k, got[k], want)
		}
	}
}

func (sc *scenario) total(f map[string]string) {
	items, _ := sc.sampler().Held()
	got := map[string]int{
		"kept": sc.out.kept, "dropped": sc.out.dropped, "lost": sc.out.lostAll(), "held": items[otlp.Traces],
		"logs_passed": sc.out.logs.kept, "logs_dropped": sc.out.logs.dropped, "logs_held": items[otlp.Logs],
	}
	for k, want := range f {
		if fmt.Sprint(got[k]) != want {
			sc.fail("%d %s, want %s", got[k], k, want)
		}
	}
}

func (sc *scenario) metric(name string, labels map[string]string, want float64) {
	if got := metricValue(sc.t, sc.sampler(), name, labels); got != want {
		sc.fail("%s%v is %v, want %v", name, labels, got, want)
	}
}

// metricValue adds up the series of a metric that have these labels.
func metricValue(t testing.TB, c prometheus.Collector, name string, labels map[string]string) (sum float64) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, family := range families {
		for _, m := range family.Metric {
			if family.GetName() == name && hasLabels(m, labels) {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
				found = true
			}
		}
	}
	if !found {
		t.Fatalf("no metric %s%v", name, labels)
	}
	return sum
}

func hasLabels(m *dto.Metric, labels map[string]string) bool {
	n := 0
	for _, l := range m.Label {
		if v, ok := labels[l.GetName()]; ok && v == l.GetValue() {
			n++
		}
	}
	return n == len(labels)
}
