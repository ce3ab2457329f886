// Package enrich adds what the agent knows of its pod, container and host to the
// resource of every batch, and applies the attributes that the user configured.
//
// What a service sent always stands: detected attributes are inserted where the
// key is absent. Only configured attributes change or delete. Nothing is taken
// that isn't named: of the environment the variables listed in this package, of
// labels and annotations those in Options. There is no network access. What was
// found passes the filter once, before it is used.
//
// Data: a batch is borrowed for a call. The forms of resources seen before are
// remembered by a keyed hash, bounded in number and bytes; both are of filtered
// text.
//
// Start runs one goroutine that reads the environment and a few files and ends by
// itself. After that the same input gives the same output for the life of the
// process, and after a restart in the same pod.
package enrich

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// resolveWait is the longest that a batch waits for detection after Start. Reading
// the files takes a millisecond; a mount that hangs must not hold clients.
const resolveWait = time.Second

// Filter masks or drops what was found. keep is false for what must not be used,
// for its key or its value.
type Filter interface {
	Attribute(key, value string) (masked string, keep bool)
}

// Attribute is a configured change of the resource.
type Attribute struct {
	Key    string
	Value  string // not for Delete
	Action string // Insert, Update, Upsert or Delete
}

// Actions of an Attribute.
const (
	Insert = "insert" // adds the attribute where the key is absent
	Update = "update" // changes it where the key is present
	Upsert = "upsert" // does both
	Delete = "delete" // removes it
)

// Options are the settings of an Enricher.
type Options struct {
	// Detect names the detectors: env, k8s, container, host. Where two know the same
	// key, the earlier one wins.
	Detect []string
	// Labels and Annotations name those of the pod to take, from the files labels and
	// annotations in /etc/podinfo (a downwardAPI volume).
	Labels, Annotations []string
	// Attributes are applied in order, after what was detected.
	Attributes []Attribute
	// Filter sees every detected and configured value. Required.
	Filter Filter
	// Root is the file system as seen from /. nil: the machine's.
	Root fs.FS
	// Getenv reads the environment. nil: the process's.
	Getenv func(string) string
	Logger *slog.Logger
}

// Enricher rewrites resources. It is safe for concurrent use.
type Enricher struct {
	*metrics
	options   Options
	detectors []detector
	cache     *cache
	plan      atomic.Pointer[plan]
	resolved  chan struct{} // closed once plan holds what was detected
	waited    atomic.Bool   // a batch waited in vain; the next ones don't
}

// New returns an enricher. Its errors have a method ConfigPath() string with the
// path below the section `enrich`; several are joined.
func New(o Options) (*Enricher, error) {
	if o.Root == nil {
		o.Root = os.DirFS("/")
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	detectors, err := check(o)
	if err != nil {
		return nil, err
	}
	e := &Enricher{
		metrics: newMetrics(o.Detect), options: o, detectors: detectors,
		cache: newCache(), resolved: make(chan struct{}),
	}
	return e, nil
}

// Start begins detection and returns at once. It is to be called once.
func (e *Enricher) Start(context.Context) error {
	go func() {
		defer close(e.resolved)
		e.plan.Store(e.resolve())
	}()
	return nil
}

// Enrich returns in with its resources changed: in itself if none is, else a copy
// in dst[:0], grown as needed. in is to be what the filter returned. The error is
// an *otlp.Error.
func (e *Enricher) Enrich(sig otlp.Signal, in, dst []byte) (out []byte, err error) {
	p := e.currentPlan()
	if p == nil {
		e.unresolved.Inc()
		return in, nil
	}
	budget := maxGrowth(in)
	return otlp.RewriteResources(sig, in, dst, func(resource, dst []byte) ([]byte, bool) {
		if budget <= 0 {
			e.skipped.Inc()
			return nil, false
		}
		made, changed := e.rewrite(p, resource, dst)
		if changed {
			budget -= len(made) - len(resource) + maxHead
		}
		return made, changed
	})
}

// maxGrowth bounds by how much a batch may grow, in bytes. A resource takes two
// bytes on the wire and gets several hundred; a batch of millions of them would
// grow beyond the memory limit. What is beyond the bound is left as it is, counted.
func maxGrowth(in []byte) int { return len(in) + 4<<20 }

// maxHead is by how much tags and lengths around a resource may grow, in bytes.
const maxHead = 10

// currentPlan returns what to do, or nil if detection takes too long.
func (e *Enricher) currentPlan() *plan {
	if p := e.plan.Load(); p != nil || e.waited.Load() {
		return p
	}
	timeout := time.NewTimer(resolveWait)
	defer timeout.Stop()
	select {
	case <-e.resolved:
	case <-timeout.C:
		e.waited.Store(true)
		e.options.Logger.Warn("detection of resource attributes hangs, batches pass without them")
	}
	return e.plan.Load()
}

// rewrite returns the new form of a resource, from the cache if it has been seen.
func (e *Enricher) rewrite(p *plan, resource, dst []byte) ([]byte, bool) {
	key := e.cache.key(resource)
	if f, ok := e.cache.get(key); ok {
		e.hits.Inc()
		return f.resource, f.changed
	}
	e.misses.Inc()
	made, changed := p.apply(resource, dst)
	e.cache.put(key, form{slices.Clone(made), changed})
	return made, changed
}
