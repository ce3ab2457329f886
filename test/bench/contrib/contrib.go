// Package contrib runs processors of OpenTelemetry Collector contrib by themselves, for the benchmarks beside them.
package contrib

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
)

// Start starts a factory's processor of traces with settings, as a Collector's configuration has them, over its
// defaults. What the processor passes on goes to next.
func Start(factory processor.Factory, settings map[string]any, next func(ptrace.Traces)) (processor.Traces, error) {
	cfg := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(settings).Unmarshal(cfg); err != nil {
		return nil, fmt.Errorf("configure %s processor: %w", factory.Type(), err)
	}
	out, err := consumer.NewTraces(func(_ context.Context, td ptrace.Traces) error { next(td); return nil })
	if err != nil {
		return nil, err
	}
	set := processor.Settings{ID: component.NewID(factory.Type()), TelemetrySettings: componenttest.NewNopTelemetrySettings()}
	p, err := factory.CreateTraces(context.Background(), set, cfg, out)
	if err != nil {
		return nil, fmt.Errorf("create %s processor: %w", factory.Type(), err)
	}
	if err := p.Start(context.Background(), componenttest.NewNopHost()); err != nil {
		return nil, fmt.Errorf("start %s processor: %w", factory.Type(), err)
	}
	return p, nil
}
