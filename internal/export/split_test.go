package export

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// traces is an encoded request of n spans with names of size bytes each.
func traces(n, size int) []byte {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for i := range n {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{1, byte(i)})
		s.SetSpanID(pcommon.SpanID{1, byte(i), byte(i >> 8)})
		s.SetName(fmt.Sprintf("%0*d", size, i))
	}
	return must((&ptrace.ProtoMarshaler{}).MarshalTraces(td))
}

// merge joins requests of one signal: concatenated messages are one message.
func merge(requests ...[]byte) []byte { return slices.Concat(requests...) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// drawRequest makes a request of sig in which each item has a name of its own,
// and returns the names with what they belong to, in order.
func drawRequest(t *rapid.T, sig otlp.Signal) []byte {
	serial := 0
	name := func() string { serial++; return fmt.Sprint("item ", serial) }
	count := func(what string) int { return rapid.IntRange(0, 3).Draw(t, what) }
	switch sig {
	case otlp.Traces:
		td := ptrace.NewTraces()
		for r := range count("resources") {
			rs := td.ResourceSpans().AppendEmpty()
			rs.Resource().Attributes().PutInt("resource", int64(r))
			for s := range count("scopes") {
				ss := rs.ScopeSpans().AppendEmpty()
				ss.Scope().SetName(fmt.Sprint("scope ", s))
				for range count("spans") {
					ss.Spans().AppendEmpty().SetName(name())
				}
			}
		}
		return must((&ptrace.ProtoMarshaler{}).MarshalTraces(td))
	case otlp.Logs:
		ld := plog.NewLogs()
		for r := range count("resources") {
			rl := ld.ResourceLogs().AppendEmpty()
			rl.Resource().Attributes().PutInt("resource", int64(r))
			for range count("scopes") {
				sl := rl.ScopeLogs().AppendEmpty()
				for range count("logs") {
					sl.LogRecords().AppendEmpty().Body().SetStr(name())
				}
			}
		}
		return must((&plog.ProtoMarshaler{}).MarshalLogs(ld))
	}
	md := pmetric.NewMetrics()
	for range count("resources") {
		rm := md.ResourceMetrics().AppendEmpty()
		for range count("scopes") {
			sm := rm.ScopeMetrics().AppendEmpty()
			for i := range count("metrics") {
				drawMetric(t, sm.Metrics().AppendEmpty(), i, count("points"), name)
			}
		}
	}
	return must((&pmetric.ProtoMarshaler{}).MarshalMetrics(md))
}

func drawMetric(t *rapid.T, m pmetric.Metric, i, points int, name func() string) {
	m.SetName(fmt.Sprint("metric ", i))
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		dps := m.SetEmptySum().DataPoints()
		m.Sum().SetIsMonotonic(true)
		for range points {
			dps.AppendEmpty().Attributes().PutStr("p", name())
		}
	case 1:
		dps := m.SetEmptyHistogram().DataPoints()
		for range points {
			dps.AppendEmpty().Attributes().PutStr("p", name())
		}
	default:
		dps := m.SetEmptyGauge().DataPoints()
		for range points {
			dps.AppendEmpty().Attributes().PutStr("p", name())
		}
	}
}

// flat lists each item of a request with all that it belongs to, in order.
func flat(sig otlp.Signal, b []byte) []string {
	var out []string
	switch sig {
	case otlp.Traces:
		td := must((&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(b))
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					out = append(out, fmt.Sprint(rs.Resource().Attributes().AsRaw(), ss.Scope().Name(), s.Name()))
				}
			}
		}
	case otlp.Logs:
		ld := must((&plog.ProtoUnmarshaler{}).UnmarshalLogs(b))
		for _, rl := range ld.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, l := range sl.LogRecords().All() {
					out = append(out, fmt.Sprint(rl.Resource().Attributes().AsRaw(), l.Body().AsString()))
				}
			}
		}
	default:
		md := must((&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(b))
		for _, rm := range md.ResourceMetrics().All() {
			for _, sm := range rm.ScopeMetrics().All() {
				for _, m := range sm.Metrics().All() {
					out = append(out, flatPoints(m)...)
				}
			}
		}
	}
	return out
}

func flatPoints(m pmetric.Metric) []string {
	var out []string
	add := func(a pcommon.Map) { out = append(out, fmt.Sprint(m.Name(), m.Type(), a.AsRaw())) }
	switch m.Type() {
	case pmetric.MetricTypeSum:
		for _, p := range m.Sum().DataPoints().All() {
			add(p.Attributes())
			out[len(out)-1] += fmt.Sprint(m.Sum().IsMonotonic())
		}
	case pmetric.MetricTypeHistogram:
		for _, p := range m.Histogram().DataPoints().All() {
			add(p.Attributes())
		}
	case pmetric.MetricTypeGauge:
		for _, p := range m.Gauge().DataPoints().All() {
			add(p.Attributes())
		}
	}
	return out
}

func TestSplit_KeepsEveryItemAndItsContext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sig := rapid.SampledFrom([]otlp.Signal{otlp.Traces, otlp.Metrics, otlp.Logs}).Draw(t, "signal")
		b := drawRequest(t, sig)
		want := flat(sig, b)
		before := bytes.Clone(b)

		// Split down to what can't be split.
		var got []string
		for todo := [][]byte{b}; len(todo) > 0; todo = todo[1:] {
			left, right, ok := split(sig, todo[0])
			if !ok {
				if n := otlp.CountItems(sig, todo[0]); n > 1 {
					t.Fatalf("%d items can't be split", n)
				}
				got = append(got, flat(sig, todo[0])...)
				continue
			}
			todo = slices.Insert(todo, 1, left, right)
		}
		if !slices.Equal(want, got) {
			t.Fatalf("items:\n%q\nin halves:\n%q", want, got)
		}
		if !bytes.Equal(before, b) {
			t.Fatal("the input was changed")
		}
	})
}

func TestSplit_RefusesMalformedBytes(t *testing.T) {
	for _, b := range [][]byte{nil, {0x0a}, {0x0a, 5, 1}, {0xff}, {0x0a, 1, 0x12, 0x0a, 1, 0x12}} {
		if l, r, ok := split(otlp.Traces, b); ok && len(l)+len(r) < len(b) {
			t.Errorf("split(%x) = %x, %x", b, l, r)
		}
	}
}
