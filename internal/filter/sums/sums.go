// Package sums drops attributes from the datapoints of metrics requests and adds
// up the points that become one series by it, so that totals stay as they were.
//
// That works where addition means something and all points of a metric are there:
// sums and histograms of one collection, in one request. Other metrics keep the
// attributes, whose values the caller has hashed; the result says how many and
// why. An exporter that spreads one collection over several requests is noticed
// by the second of them; from then on its metric keeps the attributes.
//
// A Merger remembers the time of the last collection of a bounded number of
// metrics, as hashes. It is safe for concurrent use and starts no goroutine.
package sums

import (
	"fmt"
	"hash/maphash"
	"sync"

	"google.golang.org/protobuf/proto"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// Reason says why a metric kept its attributes.
type Reason uint8

// The reasons.
const (
	Kind     Reason = iota // a gauge or a summary: its points can't be added
	Times                  // its points are of several collections, or some hold no value
	Bounds                 // its histograms have different buckets
	Repeated               // it stands there twice in the request
	Split                  // its collection came in several requests
	NumReasons
)

var reasonNames = [NumReasons]string{"kind", "times", "bounds", "repeated", "split"}

// String returns the reason as it stands in metrics.
func (r Reason) String() string { return reasonNames[r] }

// Result says what became of a request.
type Result struct {
	Merged int             // points that are no more: they were added to others
	Kept   [NumReasons]int // points that kept attributes which were to go
}

// maxMetrics bounds the metrics whose last collection is remembered.
const maxMetrics = 10_000

// Merger drops attributes.
type Merger struct {
	seed maphash.Seed

	mu   sync.Mutex
	last map[uint64]collection
}

// collection is what is remembered of a metric.
type collection struct {
	time  uint64 // of its points, Unix nanoseconds
	split bool
}

// NewMerger returns a merger that knows no metric.
func NewMerger() *Merger {
	return &Merger{seed: maphash.MakeSeed(), last: make(map[uint64]collection)}
}

// Drop removes the attributes that drop names from the datapoints of an encoded
// MetricsData, as a Walker returned it, where that leaves the totals right.
func (m *Merger) Drop(request []byte, drop func(key string) bool) (out []byte, r Result, err error) {
	var data metricsv1.MetricsData
	if err := proto.Unmarshal(request, &data); err != nil {
		return nil, r, fmt.Errorf("decode metrics: %w", err)
	}
	for _, resource := range data.ResourceMetrics {
		id, err := encode(resource.Resource)
		if err != nil {
			return nil, r, err
		}
		for _, scope := range resource.ScopeMetrics {
			scopeID, err := encode(scope.Scope)
			if err != nil {
				return nil, r, err
			}
			m.dropFrom(scope.Metrics, id+"\x00"+scopeID, drop, &r)
		}
	}
	if out, err = proto.Marshal(&data); err != nil {
		return nil, r, fmt.Errorf("encode metrics: %w", err)
	}
	return out, r, nil
}

func encode(m proto.Message) (string, error) {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("encode metrics: %w", err)
	}
	return string(b), nil
}

func (m *Merger) dropFrom(metrics []*metricsv1.Metric, id string, drop func(string) bool, r *Result) {
	names := make(map[string]int, len(metrics))
	for _, metric := range metrics {
		names[metric.Name]++
	}
	for _, metric := range metrics {
		s := seriesOf(metric)
		if s == nil || !s.has(drop) {
			continue
		}
		reason, ok := s.additive()
		switch {
		case !ok:
		case names[metric.Name] > 1:
			reason, ok = Repeated, false
		case m.isSplit(id+"\x00"+metric.Name, s.time(0)):
			reason, ok = Split, false
		}
		if !ok {
			r.Kept[reason] += s.len()
			continue
		}
		r.Merged += s.drop(drop)
	}
}

// isSplit tells whether a metric's points of that time, or of an earlier one, came
// in more than one request.
func (m *Merger) isSplit(id string, time uint64) bool {
	key := maphash.String(m.seed, id)
	m.mu.Lock()
	defer m.mu.Unlock()
	c, known := m.last[key]
	if !known && len(m.last) >= maxMetrics {
		clear(m.last)
	}
	c.split = c.split || known && c.time == time
	c.time = time
	m.last[key] = c
	return c.split
}

// without returns the attributes that stay.
func without(attributes []*commonv1.KeyValue, drop func(string) bool) []*commonv1.KeyValue {
	kept := attributes[:0]
	for _, a := range attributes {
		if !drop(a.Key) {
			kept = append(kept, a)
		}
	}
	return kept
}
