package sums

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
)

func attributes(pairs ...string) (list []*commonv1.KeyValue) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, &commonv1.KeyValue{Key: pairs[i], Value: &commonv1.AnyValue{Value: &commonv1.AnyValue_StringValue{StringValue: pairs[i+1]}}})
	}
	return list
}

func number(time uint64, value any, pairs ...string) *metricsv1.NumberDataPoint {
	p := &metricsv1.NumberDataPoint{StartTimeUnixNano: 1, TimeUnixNano: time, Attributes: attributes(pairs...)}
	switch v := value.(type) {
	case int:
		p.Value = &metricsv1.NumberDataPoint_AsInt{AsInt: int64(v)}
	case float64:
		p.Value = &metricsv1.NumberDataPoint_AsDouble{AsDouble: v}
	}
	return p
}

func sum(name string, points ...*metricsv1.NumberDataPoint) *metricsv1.Metric {
	return &metricsv1.Metric{Name: name, Data: &metricsv1.Metric_Sum{Sum: &metricsv1.Sum{DataPoints: points}}}
}

func request(metrics ...*metricsv1.Metric) *metricsv1.MetricsData {
	return &metricsv1.MetricsData{ResourceMetrics: []*metricsv1.ResourceMetrics{{ScopeMetrics: []*metricsv1.ScopeMetrics{{Metrics: metrics}}}}}
}

func dropUser(key string) bool { return key == "user" }

func drop(t *testing.T, m *Merger, data *metricsv1.MetricsData) ([]*metricsv1.Metric, Result) {
	t.Helper()
	in, err := proto.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	out, r, err := m.Drop(in, dropUser)
	if err != nil {
		t.Fatal(err)
	}
	var got metricsv1.MetricsData
	if err := proto.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	return got.ResourceMetrics[0].ScopeMetrics[0].Metrics, r
}

// show writes a point as "a=1,b=2:value".
func show(p *metricsv1.NumberDataPoint) string {
	var parts []string
	for _, a := range p.Attributes {
		parts = append(parts, a.Key+"="+a.Value.GetStringValue())
	}
	slices.Sort(parts)
	return fmt.Sprintf("%s:%v", strings.Join(parts, ","), numberOf(p))
}

func showAll(points []*metricsv1.NumberDataPoint) string {
	var all []string
	for _, p := range points {
		all = append(all, show(p))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestSums(t *testing.T) {
	metrics, r := drop(t, NewMerger(), request(
		sum("a", number(9, 1, "user", "x", "route", "/p"), number(9, 2, "route", "/p", "user", "y"), number(9, 4, "user", "x", "route", "/q")),
		sum("b", number(9, 1, "route", "/p"), number(9, 1.5, "route", "/q")),
		sum("c", number(9, 1, "user", "x"), number(9, 1.5, "user", "y")),
	))
	for i, want := range []string{"route=/p:3 route=/q:4", "route=/p:1 route=/q:1.5", ":2.5"} {
		if got := showAll(metrics[i].GetSum().DataPoints); got != want {
			t.Errorf("%s: got %s, want %s", metrics[i].Name, got, want)
		}
	}
	if r.Merged != 2 {
		t.Errorf("merged %d, want 2", r.Merged)
	}
}

func TestWhatCantBeAdded(t *testing.T) {
	gauge := &metricsv1.Metric{Name: "g", Data: &metricsv1.Metric_Gauge{Gauge: &metricsv1.Gauge{DataPoints: []*metricsv1.NumberDataPoint{number(9, 1, "user", "x"), number(9, 2, "user", "y")}}}}
	metrics, r := drop(t, NewMerger(), request(gauge,
		sum("times", number(8, 1, "user", "x"), number(9, 2, "user", "y")),
		sum("twice", number(9, 1, "user", "x")), sum("twice", number(9, 1, "user", "y")),
	))
	if got := showAll(metrics[0].GetGauge().DataPoints); got != "user=x:1 user=y:2" {
		t.Errorf("gauge became %s", got)
	}
	if got := showAll(metrics[1].GetSum().DataPoints); got != "user=x:1 user=y:2" {
		t.Errorf("points of two collections became %s", got)
	}
	want := Result{Kept: [NumReasons]int{Kind: 2, Times: 2, Repeated: 2}}
	if r != want {
		t.Errorf("result %+v, want %+v", r, want)
	}
}

func TestSplitCollectionIsNoticed(t *testing.T) {
	m := NewMerger()
	one := func(time uint64, user string) (string, Result) {
		metrics, r := drop(t, m, request(sum("a", number(time, 1, "user", user))))
		return showAll(metrics[0].GetSum().DataPoints), r
	}
	if got, _ := one(1, "x"); got != ":1" {
		t.Errorf("first collection: %s", got)
	}
	if got, _ := one(2, "x"); got != ":1" {
		t.Errorf("second collection: %s", got)
	}
	if got, r := one(2, "y"); got != "user=y:1" || r.Kept[Split] != 1 {
		t.Errorf("second part of it: %s, %+v", got, r)
	}
	if got, _ := one(3, "x"); got != "user=x:1" {
		t.Errorf("from then on: %s", got)
	}
}

func TestHistograms(t *testing.T) {
	h := func(user string, bounds []float64, counts ...uint64) *metricsv1.HistogramDataPoint {
		p := &metricsv1.HistogramDataPoint{TimeUnixNano: 9, Attributes: attributes("user", user), ExplicitBounds: bounds, BucketCounts: counts, Sum: new(2.5), Min: new(1.0), Max: new(2.0)}
		for _, n := range counts {
			p.Count += n
		}
		return p
	}
	metric := func(points ...*metricsv1.HistogramDataPoint) *metricsv1.Metric {
		return &metricsv1.Metric{Name: "h", Data: &metricsv1.Metric_Histogram{Histogram: &metricsv1.Histogram{DataPoints: points}}}
	}
	metrics, _ := drop(t, NewMerger(), request(metric(h("x", []float64{1, 2}, 1, 2, 3), h("y", []float64{1, 2}, 4, 5, 6))))
	points := metrics[0].GetHistogram().DataPoints
	if len(points) != 1 || points[0].Count != 21 || *points[0].Sum != 5 || !slices.Equal(points[0].BucketCounts, []uint64{5, 7, 9}) {
		t.Errorf("histograms became %v", points)
	}
	metrics, r := drop(t, NewMerger(), request(metric(h("x", []float64{1}, 1, 2), h("y", []float64{2}, 1, 2))))
	if len(metrics[0].GetHistogram().DataPoints) != 2 || r.Kept[Bounds] != 2 {
		t.Errorf("histograms of different buckets became %v", metrics[0])
	}
}

func TestExponentialHistograms(t *testing.T) {
	e := func(user string, offset int32, counts ...uint64) *metricsv1.ExponentialHistogramDataPoint {
		return &metricsv1.ExponentialHistogramDataPoint{TimeUnixNano: 9, Attributes: attributes("user", user), Scale: 3, ZeroCount: 1, Count: 5, Positive: &buckets{Offset: offset, BucketCounts: counts}}
	}
	metric := func(points ...*metricsv1.ExponentialHistogramDataPoint) *metricsv1.Metric {
		return &metricsv1.Metric{Name: "e", Data: &metricsv1.Metric_ExponentialHistogram{ExponentialHistogram: &metricsv1.ExponentialHistogram{DataPoints: points}}}
	}
	metrics, _ := drop(t, NewMerger(), request(metric(e("x", -1, 1, 2), e("y", 1, 5))))
	p := metrics[0].GetExponentialHistogram().DataPoints[0]
	if p.ZeroCount != 2 || p.Count != 10 || p.Positive.Offset != -1 || !slices.Equal(p.Positive.BucketCounts, []uint64{1, 2, 5}) {
		t.Errorf("became %v", p)
	}
	_, r := drop(t, NewMerger(), request(metric(e("x", -2147483648, 1), e("y", 2147483647, 1))))
	if r.Kept[Bounds] != 2 {
		t.Errorf("buckets far apart: %+v", r)
	}
}

// TestTotalsStay holds the total of a metric, and the totals by the attributes
// that stay, to what they were.
func TestTotalsStay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var points []*metricsv1.NumberDataPoint
		want := make(map[string]float64)
		for range rapid.IntRange(1, 30).Draw(rt, "points") {
			route := rapid.SampledFrom([]string{"/a", "/b", "/c"}).Draw(rt, "route")
			value := rapid.IntRange(-1000, 1000).Draw(rt, "value")
			points = append(points, number(9, value, "user", rapid.StringN(0, 3, 6).Draw(rt, "user"), "route", route))
			want[route] += float64(value)
		}
		metrics, r := drop(t, NewMerger(), request(sum("a", points...)))
		left := metrics[0].GetSum().DataPoints
		for _, p := range left {
			route := p.Attributes[0].Value.GetStringValue()
			if len(p.Attributes) != 1 || numberOf(p) != want[route] {
				rt.Fatalf("%s, want %v", show(p), want[route])
			}
		}
		if len(left) != len(want) || r.Merged != len(points)-len(left) {
			rt.Fatalf("%d points of %d left, %d merged", len(left), len(points), r.Merged)
		}
	})
}
