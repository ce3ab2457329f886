package sums

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// series are the datapoints of one metric.
type series interface {
	len() int
	time(i int) uint64
	has(drop func(string) bool) bool
	// additive tells whether the points can be added, or why not.
	additive() (Reason, bool)
	// drop removes attributes, adds up what becomes one, and returns how many
	// points are gone.
	drop(drop func(string) bool) int
}

// seriesOf returns the points of a metric, nil if it has none.
func seriesOf(m *metricsv1.Metric) series {
	var s series
	switch d := m.Data.(type) {
	case *metricsv1.Metric_Sum:
		s = &points[*metricsv1.NumberDataPoint]{all: &d.Sum.DataPoints, add: addNumbers}
	case *metricsv1.Metric_Histogram:
		s = &points[*metricsv1.HistogramDataPoint]{all: &d.Histogram.DataPoints, add: addHistograms, same: sameBounds}
	case *metricsv1.Metric_ExponentialHistogram:
		s = &points[*metricsv1.ExponentialHistogramDataPoint]{all: &d.ExponentialHistogram.DataPoints, add: addExponential, same: sameScale}
	case *metricsv1.Metric_Gauge:
		s = &points[*metricsv1.NumberDataPoint]{all: &d.Gauge.DataPoints}
	case *metricsv1.Metric_Summary:
		s = &points[*metricsv1.SummaryDataPoint]{all: &d.Summary.DataPoints}
	}
	if s == nil || s.len() == 0 {
		return nil
	}
	return s
}

// point is what all datapoints have.
type point interface {
	proto.Message
	GetAttributes() []*commonv1.KeyValue
	GetStartTimeUnixNano() uint64
	GetTimeUnixNano() uint64
	GetFlags() uint32
}

// points are the datapoints of one kind.
type points[P point] struct {
	all  *[]P
	add  func(to, from P)  // nil: they can't be added
	same func(a, b P) bool // nil: all may be added
}

func (s *points[P]) len() int          { return len(*s.all) }
func (s *points[P]) time(i int) uint64 { return (*s.all)[i].GetTimeUnixNano() }

func (s *points[P]) has(drop func(string) bool) bool {
	for _, p := range *s.all {
		if slices.ContainsFunc(p.GetAttributes(), func(a *commonv1.KeyValue) bool { return drop(a.Key) }) {
			return true
		}
	}
	return false
}

func (s *points[P]) additive() (Reason, bool) {
	if s.add == nil {
		return Kind, false
	}
	first := (*s.all)[0]
	for _, p := range *s.all {
		if p.GetTimeUnixNano() != first.GetTimeUnixNano() || p.GetFlags()&uint32(metricsv1.DataPointFlags_DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK) != 0 {
			return Times, false
		}
		if s.same != nil && !s.same(first, p) {
			return Bounds, false
		}
	}
	return 0, true
}

func (s *points[P]) drop(drop func(string) bool) int {
	before := len(*s.all)
	byIdentity := make(map[string]P, before)
	kept := (*s.all)[:0]
	for _, p := range *s.all {
		attributes := without(p.GetAttributes(), drop)
		setAttributes(p, attributes)
		id := identity(attributes)
		if first, ok := byIdentity[id]; ok {
			setStart(first, min(first.GetStartTimeUnixNano(), p.GetStartTimeUnixNano()))
			s.add(first, p)
			continue
		}
		byIdentity[id] = p
		kept = append(kept, p)
	}
	clear((*s.all)[len(kept):])
	*s.all = kept
	return before - len(kept)
}

// identity makes a text of attributes that is the same for the same attributes in
// any order.
func identity(attributes []*commonv1.KeyValue) string {
	parts := make([]string, len(attributes))
	for i, a := range attributes {
		// An error can't be: the message was decoded from bytes.
		b, _ := proto.MarshalOptions{Deterministic: true}.Marshal(a)
		parts[i] = string(b)
	}
	slices.Sort(parts)
	return strings.Join(parts, "\x00")
}

func setAttributes(p proto.Message, attributes []*commonv1.KeyValue) {
	switch p := p.(type) {
	case *metricsv1.NumberDataPoint:
		p.Attributes = attributes
	case *metricsv1.HistogramDataPoint:
		p.Attributes = attributes
	case *metricsv1.ExponentialHistogramDataPoint:
		p.Attributes = attributes
	}
}

func setStart(p proto.Message, start uint64) {
	switch p := p.(type) {
	case *metricsv1.NumberDataPoint:
		p.StartTimeUnixNano = start
	case *metricsv1.HistogramDataPoint:
		p.StartTimeUnixNano = start
	case *metricsv1.ExponentialHistogramDataPoint:
		p.StartTimeUnixNano = start
	}
}
