package sampling

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
)

// TestBesideASampler lets the probabilistic sampler of the Collector, which writes
// thresholds, stand before the agent's ratio and behind it. What is left are the
// traces that both ratios keep, with the threshold of the smaller one.
func TestBesideASampler(t *testing.T) {
	for _, ratios := range []struct{ sampler, agent float64 }{{0.5, 0.25}, {0.25, 0.5}, {0.25, 0.25}, {0.1, 0.3}, {0.3, 0.1}} {
		want := map[pcommon.TraceID]string{}
		// The sampler writes four digits at most.
		th, err := sampling.ProbabilityToThresholdWithPrecision(ratios.sampler, 4)
		if err != nil {
			t.Fatal(err)
		}
		if own := threshold(t, ratios.agent); sampling.ThresholdGreater(own, th) {
			th = own
		}
		for _, s := range newTraces().ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			if th.ShouldSample(sampling.TraceIDToRandomness(s.TraceID())) {
				want[s.TraceID()] = fmt.Sprintf("%014x ", th.Unsigned())
			}
		}
		for way, left := range map[string]ptrace.Traces{
			"before, equalizing":   keep(t, ratios.agent, sampleWith(t, "equalizing", ratios.sampler, newTraces())),
			"before, proportional": keep(t, ratios.agent, sampleWith(t, "proportional", ratios.sampler, newTraces())),
			"behind":               sampleWith(t, "equalizing", ratios.sampler, keep(t, ratios.agent, newTraces())),
		} {
			if got := states(t, left); !maps.Equal(got, want) {
				t.Errorf("sampler %v %s of %v: %d traces are left, want %d; with these thresholds: %v, want %v", ratios.sampler, way, ratios.agent, len(got), len(want),
					slices.Compact(slices.Sorted(maps.Values(got))), slices.Compact(slices.Sorted(maps.Values(want))))
			}
		}
	}
}

// newTraces are 20,000 traces of one span, the same each time.
func newTraces() ptrace.Traces {
	random := rand.New(rand.NewPCG(3, 4))
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range 20_000 {
		s := spans.AppendEmpty()
		id := newTraceID(random)
		s.SetTraceID(id)
		s.SetSpanID(pcommon.SpanID(id[:8]))
	}
	return td
}

// sampleWith returns what the Collector's probabilistic sampler leaves of traces.
func sampleWith(t *testing.T, mode string, ratio float64, td ptrace.Traces) ptrace.Traces {
	t.Helper()
	factory := probabilisticsamplerprocessor.NewFactory()
	cfg := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(map[string]any{"sampling_percentage": 100 * ratio, "mode": mode}).Unmarshal(cfg); err != nil {
		t.Fatal(err)
	}
	left := ptrace.NewTraces()
	next, err := consumer.NewTraces(func(_ context.Context, td ptrace.Traces) error { td.CopyTo(left); return nil })
	if err != nil {
		t.Fatal(err)
	}
	set := processor.Settings{ID: component.NewID(factory.Type()), TelemetrySettings: componenttest.NewNopTelemetrySettings()}
	p, err := factory.CreateTraces(t.Context(), set, cfg, next)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.ConsumeTraces(t.Context(), td); err != nil {
		t.Fatal(err)
	}
	return left
}
