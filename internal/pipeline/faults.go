package pipeline

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

// Faults recovers panics in stages, counts them by stage and logs their type and
// stack. It never logs the value of a panic: that may be telemetry.
type Faults struct {
	logger *slog.Logger
	total  *prometheus.CounterVec
}

// NewFaults returns a recoverer for the named stages, all counted from 0.
func NewFaults(logger *slog.Logger, stages ...string) *Faults {
	f := &Faults{logger: logger, total: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "agent_pipeline_panics_total",
		Help: "Panics recovered in a stage.",
	}, []string{"stage"})}
	for _, s := range append(stages, "filter", "enrich", "spanmetrics", "hold", "scrape") {
		f.total.WithLabelValues(s)
	}
	return f
}

// Describe implements prometheus.Collector.
func (f *Faults) Describe(ch chan<- *prometheus.Desc) { f.total.Describe(ch) }

// Collect implements prometheus.Collector.
func (f *Faults) Collect(ch chan<- prometheus.Metric) { f.total.Collect(ch) }

// faultError is a recovered panic. It holds the type of the value only.
type faultError struct{ stage, kind string }

func (e *faultError) Error() string { return fmt.Sprintf("run %s: panic of type %s", e.stage, e.kind) }

// guard runs fn and turns a panic into an error.
func (f *Faults) guard(stage string, fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			f.total.WithLabelValues(stage).Inc()
			err = &faultError{stage: stage, kind: fmt.Sprintf("%T", v)}
			f.logger.Error("stage panicked", "stage", stage, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
	}()
	return fn()
}
