package main

import (
	"context"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/sample"
	"github.com/drl-trading/telemetry-agent/internal/store"
	"github.com/drl-trading/telemetry-agent/test/bench/contrib"
)

// side takes encoded requests, holds their spans for the given time, and keeps
// errors, slow traces and a tenth of the rest.
type side interface {
	take(request []byte) error
	// kept counts the spans that have come out.
	kept() int
	// outside is what is used of memory that the Go runtime doesn't know, in bytes.
	outside() int64
	stop() error
}

// sides makes a side by its name.
func sides() map[string]func(hold time.Duration) (side, error) {
	return map[string]func(time.Duration) (side, error){"agent": newAgent, "contrib": newContrib, "decode": newDecoder}
}

// agent is the sampler of this repository.
type agent struct {
	sampler *sample.Sampler
	pool    *store.Pool
	spans   int
}

func newAgent(hold time.Duration) (side, error) {
	pool, err := store.NewPool(store.PoolOptions{MaxBytes: 1 << 30})
	if err != nil {
		return nil, err
	}
	ratio := 0.1
	a := &agent{pool: pool}
	a.sampler, err = sample.New(sample.Options{
		Hold: hold, Grace: hold, // as long as the other side waits
		Rules: []sample.Rule{
			{Name: "errors", When: &sample.Condition{Status: "error"}, Keep: "always"},
			{Name: "slow", When: &sample.Condition{FragmentDuration: &sample.Bound{Op: ">", Value: float64(500 * time.Millisecond)}}, Keep: "always"},
			{Name: "baseline", Ratio: &ratio},
		},
		LateKept: 10_000, LateDropped: 1_000_000, MaxSpans: 20_000, MaxBytes: 16 << 20, Journal: 10_000,
		Pool: pool, Output: a,
	})
	if err != nil {
		return nil, err
	}
	return a, a.sampler.Start(context.Background())
}

func (a *agent) Transition(fn func())                { fn() }
func (a *agent) Kept(_ otlp.Signal, _ []byte, n int) { a.spans += n }
func (a *agent) Dropped(otlp.Signal, int)            { /* counted as not kept */ }
func (a *agent) Lost(otlp.Signal, int, string)       { panic("spans were lost") }

func (a *agent) take(request []byte) error { _, err := a.sampler.AddTraces(request); return err }
func (a *agent) kept() int                 { return a.spans }
func (a *agent) outside() int64            { return a.pool.Used() }

func (a *agent) stop() error {
	if err := a.sampler.Drain(context.Background()); err != nil {
		return err
	}
	return a.pool.Close()
}

// tail is the tail sampling processor of OpenTelemetry Collector contrib.
type tail struct {
	decoder   ptrace.ProtoUnmarshaler
	processor processor.Traces
	spans     int
}

func newContrib(hold time.Duration) (side, error) {
	traces := rate / traceSpans
	settings := map[string]any{
		"decision_wait": hold, "num_traces": 4 * traces * int(hold/time.Second), "expected_new_traces_per_sec": traces, "sample_on_first_match": true,
		"decision_cache": map[string]any{"sampled_cache_size": 10_000, "non_sampled_cache_size": 10_000},
		"policies": []any{
			map[string]any{"name": "errors", "type": "status_code", "status_code": map[string]any{"status_codes": []string{"ERROR"}}},
			map[string]any{"name": "slow", "type": "latency", "latency": map[string]any{"threshold_ms": 500}},
			map[string]any{"name": "baseline", "type": "probabilistic", "probabilistic": map[string]any{"sampling_percentage": 10}},
		},
	}
	c := &tail{}
	var err error
	c.processor, err = contrib.Start(tailsamplingprocessor.NewFactory(), settings, func(td ptrace.Traces) { c.spans += td.SpanCount() })
	return c, err
}

func (c *tail) take(request []byte) error {
	td, err := c.decoder.UnmarshalTraces(request)
	if err != nil {
		return err
	}
	return c.processor.ConsumeTraces(context.Background(), td)
}

func (c *tail) kept() int      { return c.spans }
func (c *tail) outside() int64 { return 0 }
func (c *tail) stop() error    { return c.processor.Shutdown(context.Background()) }

// decoder decodes requests as the processor needs them, and nothing else: what it
// takes is no part of the processor's work.
type decoder struct{ ptrace.ProtoUnmarshaler }

func newDecoder(time.Duration) (side, error) { return &decoder{}, nil }

func (d *decoder) take(request []byte) error {
	_, err := d.UnmarshalTraces(request)
	return err
}
func (d *decoder) kept() int      { return 0 }
func (d *decoder) outside() int64 { return 0 }
func (d *decoder) stop() error    { return nil }
