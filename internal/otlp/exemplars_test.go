package otlp_test

import (
	"testing"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// points returns metrics with a point of each kind. Each point has an exemplar
// without a trace, and if traces is set one with.
func points(traces bool) pmetric.Metrics {
	md := pmetric.NewMetrics()
	for range 2 {
		sm := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty()
		sm.Scope().SetName("orders")
		add := func(name string) pmetric.Metric {
			m := sm.Metrics().AppendEmpty()
			m.SetName(name)
			m.SetDescription("a description that makes the message longer than 127 bytes, so that its length takes two bytes and not one only")
			return m
		}
		fill := func(list pmetric.ExemplarSlice) {
			list.AppendEmpty().SetDoubleValue(1)
			if traces {
				e := list.AppendEmpty()
				e.SetDoubleValue(2)
				e.SetTraceID([16]byte{1})
				e.SetSpanID([8]byte{1})
				e.FilteredAttributes().PutStr("k", "v")
			}
		}
		fill(add("gauge").SetEmptyGauge().DataPoints().AppendEmpty().Exemplars())
		fill(add("sum").SetEmptySum().DataPoints().AppendEmpty().Exemplars())
		fill(add("histogram").SetEmptyHistogram().DataPoints().AppendEmpty().Exemplars())
		fill(add("exponential").SetEmptyExponentialHistogram().DataPoints().AppendEmpty().Exemplars())
		add("summary").SetEmptySummary().DataPoints().AppendEmpty().SetCount(3)
		add("empty")
	}
	return md
}

func TestRemoveTraceExemplars(t *testing.T) {
	marshal := func(md pmetric.Metrics) []byte {
		b, err := new(pmetric.ProtoMarshaler).MarshalMetrics(md)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	with, without := marshal(points(true)), marshal(points(false))
	if got := otlp.RemoveTraceExemplars(with, nil); string(got) != string(without) {
		t.Errorf("got %x\nwant %x", got, without)
	}
	if got := otlp.RemoveTraceExemplars(without, nil); &got[0] != &without[0] {
		t.Error("copied though nothing was to be removed")
	}
	for cut := range with { // never panics, whatever it is given
		otlp.RemoveTraceExemplars(with[:cut], nil)
	}
}
