package otlp

import (
	"bytes"
	"slices"
	"testing"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// TestOddEncodingsBecomeCanonical holds what becomes of encodings that decoders
// read differently. Each is walked with a visitor that replaces every text.
func TestOddEncodingsBecomeCanonical(t *testing.T) {
	text := func(number protowire.Number, s string) []byte { return nest([]byte(s), number) }
	number := func(n protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), v)
	}
	record := func(fields ...[]byte) []byte { return nest(slices.Concat(fields...), 1, 2, 2) }
	value := func(fields ...[]byte) []byte { return record(nest(slices.Concat(fields...), 5)) }
	body := func(v *commonv1.AnyValue) proto.Message { return logsOf(&logsv1.LogRecord{Body: v}) }
	str := func(s string) *commonv1.AnyValue { return stringAttr("", s).Value }
	fixed64 := func(n protowire.Number, v uint64) []byte {
		return protowire.AppendFixed64(protowire.AppendTag(nil, n, protowire.Fixed64Type), v)
	}
	resource := func(key, v string) []byte { return nest(slices.Concat(text(1, key), nest(text(1, v), 2)), 1, 1) }
	merged := &logsv1.LogsData{ResourceLogs: []*logsv1.ResourceLogs{{Resource: &resourcev1.Resource{
		Attributes: []*commonv1.KeyValue{stringAttr("A!", "B!"), stringAttr("C!", "D!")}}}}}
	tests := []struct {
		name string
		sig  Signal
		in   []byte
		want proto.Message
		// items that the decoded form doesn't have any more
		rejected int
	}{
		{"string twice", Logs, record(text(12, "a"), text(12, "b")), logsOf(&logsv1.LogRecord{EventName: "B!"}), 0},
		{"enum twice", Logs, record(number(2, 1), number(2, 9)), logsOf(&logsv1.LogRecord{SeverityNumber: 9}), 0},
		{"enum above 32 bits", Logs, record(number(2, 1<<32|9)), logsOf(&logsv1.LogRecord{SeverityNumber: 9}), 0},
		{"uint32 above 32 bits", Logs, record(number(7, 1<<40|3)), logsOf(&logsv1.LogRecord{DroppedAttributesCount: 3}), 0},
		{"bool above 1", Logs, value(number(2, 4111111111111111)), body(&commonv1.AnyValue{Value: &commonv1.AnyValue_BoolValue{BoolValue: true}}), 0},
		{"bool above 1 in an attribute", Logs, record(nest(slices.Concat(text(1, "k"), nest(number(2, 2), 2)), 6)),
			logsOf(&logsv1.LogRecord{Attributes: []*commonv1.KeyValue{{Key: "K!", Value: &commonv1.AnyValue{Value: &commonv1.AnyValue_BoolValue{BoolValue: true}}}}}), 0},
		{"string and int", Logs, value(text(1, canary), number(3, 7)), body(str("INT")), 0},
		{"int and string", Logs, value(number(3, 7), text(1, "b")), body(str("B!")), 0},
		{"string twice in a value", Logs, value(text(1, canary), text(1, "b")), body(str("B!")), 0},
		{"key twice", Logs, record(nest(slices.Concat(text(1, canary), text(1, "b")), 6)),
			logsOf(&logsv1.LogRecord{Attributes: []*commonv1.KeyValue{{Key: "B!"}}}), 0},
		{"value twice", Logs, record(nest(slices.Concat(nest(text(1, canary), 2), nest(text(1, "b"), 2)), 6)),
			logsOf(&logsv1.LogRecord{Attributes: []*commonv1.KeyValue{stringAttr("", "B!")}}), 0},
		{"body twice", Logs, record(nest(text(1, canary), 5), nest(text(1, "b"), 5)), body(str("B!")), 0},
		{"invalid UTF-8 in what is decoded", Logs, record(text(12, "a"), text(12, "b\xff")), logsOf(&logsv1.LogRecord{EventName: "B�!"}), 0},
		{"resource twice is merged", Logs, nest(append(resource("a", "b"), resource("c", "d")...), 1), merged, 0},
		{"unpacked doubles", Metrics, nest(slices.Concat(fixed64(7, 0), fixed64(7, 1)), 1, 2, 2, 9, 1),
			metricsOf(&metricsv1.Metric{Data: &metricsv1.Metric_Histogram{Histogram: &metricsv1.Histogram{
				DataPoints: []*metricsv1.HistogramDataPoint{{ExplicitBounds: []float64{0, 5e-324}}}}}}), 0},
		{"unpacked varints", Metrics, nest(slices.Concat(number(2, 3), number(2, 4)), 1, 2, 2, 10, 1, 8),
			metricsOf(&metricsv1.Metric{Data: &metricsv1.Metric_ExponentialHistogram{ExponentialHistogram: &metricsv1.ExponentialHistogram{
				DataPoints: []*metricsv1.ExponentialHistogramDataPoint{{Positive: &metricsv1.ExponentialHistogramDataPoint_Buckets{BucketCounts: []uint64{3, 4}}}}}}}), 0},
		{"packed doubles in two pieces", Metrics, nest(slices.Concat(text(7, "\x00\x00\x00\x00\x00\x00\x00\x00"), text(7, "\x01\x00\x00\x00\x00\x00\x00\x00")), 1, 2, 2, 9, 1),
			metricsOf(&metricsv1.Metric{Data: &metricsv1.Metric_Histogram{Histogram: &metricsv1.Histogram{
				DataPoints: []*metricsv1.HistogramDataPoint{{ExplicitBounds: []float64{0, 5e-324}}}}}}), 0},
		{"packed varints in two pieces", Metrics, nest(slices.Concat(text(2, "\x03"), text(2, "\x04")), 1, 2, 2, 10, 1, 8),
			metricsOf(&metricsv1.Metric{Data: &metricsv1.Metric_ExponentialHistogram{ExponentialHistogram: &metricsv1.ExponentialHistogram{
				DataPoints: []*metricsv1.ExponentialHistogramDataPoint{{Positive: &metricsv1.ExponentialHistogramDataPoint_Buckets{BucketCounts: []uint64{3, 4}}}}}}}), 0},
		{"gauge and sum", Metrics, nest(slices.Concat(nest(nil, 5, 1), nest(nil, 7, 1)), 1, 2, 2),
			metricsOf(&metricsv1.Metric{Data: &metricsv1.Metric_Sum{Sum: &metricsv1.Sum{DataPoints: []*metricsv1.NumberDataPoint{{}}}}}), 1},
		{"trace id twice, the last invalid", Traces, nest(slices.Concat(text(1, string(traceID)), text(2, string(spanID)), text(1, canary)), 1, 2, 2),
			spansOf(), 1},
		{"trace id twice, the first invalid", Traces, nest(slices.Concat(text(1, canary), text(2, string(spanID)), text(1, string(traceID))), 1, 2, 2),
			spansOf(), 1},
	}
	w := NewWalker(NewSchema(), Limits{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, c, err := w.Rewrite(tt.sig, tt.in, nil, upper{})
			if err != nil {
				t.Fatal(err)
			}
			got := newRoot(tt.sig)
			if err := proto.Unmarshal(out, got); err != nil {
				t.Fatal(err)
			}
			if !proto.Equal(got, tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
			if !bytes.Equal(out, encode(t, got)) {
				t.Errorf("% x isn't what protobuf-go writes", out)
			}
			if c.Rejected != tt.rejected {
				t.Errorf("counts %+v, want %d rejected", c, tt.rejected)
			}
			if bytes.Contains(out, []byte(canary)) {
				t.Error("the canary is in the output")
			}
			checkClean(t, w, tt.sig, out)
			checked, err := w.Check(tt.sig, tt.in)
			if err != nil || checked != c {
				t.Errorf("Check: %+v, %v, want %+v", checked, err, c)
			}
		})
	}
}

// TestDecodingIsBounded: objects take many times the bytes of an empty message.
func TestDecodingIsBounded(t *testing.T) {
	key := nest(nil, 1)
	for name, attribute := range map[string][]byte{
		"empty attributes":           nest(nil, 6),
		"attributes without a value": nest(key, 6),
		"attributes with a bool":     nest(append(key, nest([]byte{2 << 3, 1}, 2)...), 6),
	} {
		t.Run(name, func(t *testing.T) {
			in := slices.Concat(nest(bytes.Repeat(attribute, maxDecoded), 1, 2, 2), nest(slices.Concat(nest(nil, 12), nest(nil, 12)), 1, 2, 2))
			_, err := NewWalker(NewSchema(), Limits{}).Check(Logs, in)
			checkTyped(t, err, Error{Place: "logs", Reason: reasonDecoded})
		})
	}
	names := nest(bytes.Repeat(nest(nil, 3), maxDecoded+1), 1, 1, 3)
	in := slices.Concat(names, nest(slices.Concat(nest(nil, 12), nest(nil, 12)), 1, 2, 2))
	_, err := NewWalker(NewSchema(), Limits{}).Check(Logs, in)
	checkTyped(t, err, Error{Place: "logs", Reason: reasonDecoded})
}
