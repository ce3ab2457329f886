// Package spanmetrics counts every span and measures its duration, by service,
// span name, kind, status and configured dimensions, before any sampling.
//
// It reads encoded spans and gives its state as encoded OTLP metrics under the
// names of the OpenTelemetry Collector's span metrics connector. It doesn't know
// who asks for them, doesn't correct for sampling that happened before the spans
// came (the th value of a tracestate), and decides nothing about a trace: it asks
// which traces were kept before it shows one as an exemplar.
//
// A Metrics owns all series, under one mutex that is held for a batch or for a
// snapshot. It borrows the batch and keeps copies only of what names a series.
// It starts no goroutine: idle series are removed when a snapshot is taken, or
// when a new series finds no room.
package spanmetrics

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// The names of the metrics, before Prometheus's translation. Source: the
// Collector's span metrics connector with its default namespace, which is also
// the default of Jaeger's Monitor tab (query.namespace).
const (
	callsName    = "traces.span.metrics.calls"
	durationName = "traces.span.metrics.duration"
	durationUnit = "ms"
)

// The attributes that every series has, beside its dimensions.
const (
	serviceName = "service.name"
	spanName    = "span.name"
	spanKind    = "span.kind"
	statusCode  = "status.code"
)

// Defaults of Options.
const (
	DefaultMaxSeries      = 2000
	DefaultExpiry         = 15 * time.Minute
	DefaultExemplarWindow = 30 * time.Second
)

// Options of a Metrics. The zero value counts by the four built-in attributes,
// with the defaults above and without exemplars.
type Options struct {
	// Dimensions are further attributes of a span, or else of its resource, that
	// tell series apart. Numbers and booleans become text; arrays, maps and bytes
	// are left out.
	Dimensions []string
	// Aliases returns the other names under which an attribute may come, the
	// preferred first. The series has the name in Dimensions. May be nil.
	Aliases func(key string) []string
	// MaxSeries bounds the series; spans of any further one are counted in one
	// overflow series.
	MaxSeries int
	// Expiry is how long a series is kept that no span belongs to.
	Expiry time.Duration
	// Bounds are the upper bounds of the duration histogram, inclusive and rising.
	Bounds []time.Duration
	// Kept says whether the trace was kept. Nil: no exemplars.
	Kept func(traceID [16]byte) bool
	// ExemplarWindow is how long a verdict may take: one candidate of each window
	// waits for the length of the next.
	ExemplarWindow time.Duration
}

// Metrics holds the state of all series. It is safe for concurrent use.
type Metrics struct {
	maxSeries int
	expiry    time.Duration
	window    time.Duration
	kept      func([16]byte) bool
	bounds    []uint64  // nanoseconds
	boundsMS  []float64 // the same in milliseconds
	epoch     time.Time
	visit     func(*otlp.Group, *otlp.Span) bool // the method observe, bound once

	mu        sync.Mutex
	read      reading
	now       time.Duration // of the current batch, since epoch
	series    map[string]*series
	resources map[string]*resource
	order     []*resource // resources in the order they came
	overflow  *series     // nil until needed
	swept     time.Duration
	health    health
}

// New returns a Metrics without series. An error names each option that can't be.
func New(o Options) (*Metrics, error) {
	o.setDefaults()
	dims, err := newDimensions(o.Dimensions, o.Aliases)
	if err = errors.Join(err, o.check()); err != nil {
		return nil, err
	}
	m := &Metrics{
		maxSeries: o.MaxSeries,
		expiry:    o.Expiry,
		window:    o.ExemplarWindow,
		kept:      o.Kept,
		epoch:     time.Now(),
		read:      newReading(dims),
		series:    make(map[string]*series),
		resources: make(map[string]*resource),
	}
	for _, b := range o.Bounds {
		m.bounds = append(m.bounds, uint64(b))
		m.boundsMS = append(m.boundsMS, milliseconds(uint64(b)))
	}
	m.visit = m.observe
	return m, nil
}

func (o *Options) setDefaults() {
	if o.MaxSeries == 0 {
		o.MaxSeries = DefaultMaxSeries
	}
	if o.Expiry == 0 {
		o.Expiry = DefaultExpiry
	}
	if o.ExemplarWindow == 0 {
		o.ExemplarWindow = DefaultExemplarWindow
	}
	if o.Bounds == nil {
		o.Bounds = defaultBounds()
	}
}

// defaultBounds are those of the Collector's span metrics connector, so that
// its dashboards find the buckets they expect.
func defaultBounds() []time.Duration {
	ms := []int{2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000}
	bounds := make([]time.Duration, len(ms))
	for i, n := range ms {
		bounds[i] = time.Duration(n) * time.Millisecond
	}
	return bounds
}

func (o *Options) check() error {
	var errs []error
	if o.MaxSeries < 0 {
		errs = append(errs, &optionError{"max_series", fmt.Sprintf("must be positive, got %d", o.MaxSeries)})
	}
	if o.Expiry < 0 {
		errs = append(errs, &optionError{"expiry", fmt.Sprintf("must be positive, got %s", o.Expiry)})
	}
	if o.ExemplarWindow < 0 {
		errs = append(errs, &optionError{"exemplar_window", fmt.Sprintf("must be positive, got %s", o.ExemplarWindow)})
	}
	rising := slices.IsSortedFunc(o.Bounds, func(a, b time.Duration) int {
		if a <= b {
			return -1
		}
		return 1
	})
	if !rising || len(o.Bounds) > 0 && o.Bounds[0] <= 0 {
		errs = append(errs, &optionError{"bounds", "must be positive and rise"})
	}
	return errors.Join(errs...)
}

// optionError is a complaint about one option.
type optionError struct{ path, problem string }

func (e *optionError) Error() string { return e.path + ": " + e.problem }

// ConfigPath names the option, relative to the section span_metrics.
func (e *optionError) ConfigPath() string { return e.path }

func milliseconds(ns uint64) float64 { return float64(ns) / 1e6 }
