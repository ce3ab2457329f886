// Package scrape is the page that Prometheus scrapes: it folds OTLP metrics into
// the current value of each series and shows them as OpenMetrics, as the classic
// text format or as protobuf, whichever Prometheus asks for.
//
// It doesn't forward anything, doesn't listen, and decides nothing about a trace.
// The page shows no timestamps and is never an error because of what was sent:
// whatever doesn't fit is left out and counted.
//
// A Page owns all series, under one mutex. No foreign function is called with it
// held: a scrape asks sources and verdicts before, under a mutex of its own. Input is borrowed. It starts no
// goroutine; series that got no point for a while are removed by the next scrape,
// or when a new series finds no room.
package scrape

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Defaults of Options.
const (
	DefaultMaxSeries   = 20_000
	DefaultMaxBytes    = 16 << 20
	DefaultExpiry      = 5 * time.Minute
	DefaultVerdictWait = 30 * time.Second
)

// Source appends an encoded ExportMetricsServiceRequest to dst and returns how
// many datapoints it holds. It shows exemplars of kept traces only.
type Source func(dst []byte) (out []byte, points int)

// Options of a Page. The zero value shows what is folded, without exemplars.
type Options struct {
	// Sources are asked at each scrape. A series is shown as long as they give it.
	Sources []Source
	// Kept says whether the trace was kept. Nil: no exemplars but those of sources.
	Kept func(traceID [16]byte) bool
	// VerdictWait is how long an exemplar waits at least to be kept before another
	// may take its place.
	VerdictWait time.Duration
	// MaxSeries bounds the series that services send; points of any further one are
	// left out. A source bounds its own.
	MaxSeries int
	// MaxBytes bounds what those series hold: names, labels and buckets, and the
	// attributes of resources. Exemplars may take half of it, beside that.
	MaxBytes int64
	// Expiry is how long a series without a new point is shown.
	Expiry time.Duration
}

// Page is the state behind the scrape page. It is safe for concurrent use.
type Page struct {
	options Options
	handler http.Handler
	decoder pmetric.ProtoUnmarshaler

	gathering sync.Mutex // one scrape after the other; never taken by Fold

	mu        sync.Mutex
	names     *names
	families  map[string]*family
	samples   map[string]*family // by each sample name that a family writes
	targets   map[targetKey]*target
	series    int       // in all families
	sent      int       // of them, those that services send
	bytes     int64     // that these, families and targets hold
	exemplars int       // of all series
	expired   time.Time // when series were last looked through
	scrape    uint64    // number of the current scrape
	scraped   time.Time // when the last one was
	health    health
}

// New returns an empty page. An error names each option that can't be.
func New(o Options) (*Page, error) {
	if o.MaxSeries == 0 {
		o.MaxSeries = DefaultMaxSeries
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Expiry == 0 {
		o.Expiry = DefaultExpiry
	}
	if o.VerdictWait == 0 {
		o.VerdictWait = DefaultVerdictWait
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	p := &Page{
		options:  o,
		names:    newNames(),
		families: make(map[string]*family),
		samples:  make(map[string]*family),
		targets:  make(map[targetKey]*target),
	}
	p.samples[targetInfo] = &family{name: targetInfo} // no metric may take the name
	p.handler = promhttp.HandlerFor(p, promhttp.HandlerOpts{
		EnableOpenMetrics: true,
		ErrorHandling:     promhttp.ContinueOnError,
	})
	return p, nil
}

func (o *Options) check() error {
	var errs []error
	if o.MaxSeries < 0 {
		errs = append(errs, &optionError{"max_series", fmt.Sprintf("must be positive, got %d", o.MaxSeries)})
	}
	if o.MaxBytes < 0 {
		errs = append(errs, &optionError{"max_bytes", fmt.Sprintf("must be positive, got %d", o.MaxBytes)})
	}
	if o.Expiry < 0 {
		errs = append(errs, &optionError{"expiry", fmt.Sprintf("must be positive, got %s", o.Expiry)})
	}
	if o.VerdictWait < 0 {
		errs = append(errs, &optionError{"verdict_wait", fmt.Sprintf("must be positive, got %s", o.VerdictWait)})
	}
	return errors.Join(errs...)
}

// ServeHTTP writes the page in the format that the client accepts.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// optionError is a complaint about one option.
type optionError struct{ path, problem string }

func (e *optionError) Error() string { return e.path + ": " + e.problem }

// ConfigPath names the option, relative to the section export.prometheus.scrape.
func (e *optionError) ConfigPath() string { return e.path }
