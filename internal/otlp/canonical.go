package otlp

import (
	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// canonical brings an odd request into the form that protobuf-go writes, and
// walks that. The first, lenient walk mends the strings, which protobuf-go refuses
// otherwise, and bounds the nesting, which it would follow by recursion. The
// returned bytes belong to the walker.
func (w *Walker) canonical(sig Signal, in []byte, v Visitor) ([]byte, status) {
	w.lenient = true
	st := w.walk(sig, in, nil)
	w.lenient = false
	if st != ok {
		return nil, st
	}
	if w.count > maxDecoded {
		return nil, w.fail(w.schema.roots[sig].name, 0, reasonDecoded)
	}
	before := w.counts
	if len(w.edits) > 0 {
		in = w.splice(nil)
	}
	m := rootMessage(sig)
	if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(in, m); err != nil {
		return nil, w.fail(w.schema.roots[sig].name, 0, reasonCanonical)
	}
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return nil, w.fail(w.schema.roots[sig].name, 0, reasonCanonical)
	}
	if r, is := v.(RestartVisitor); is {
		r.Restart()
	}
	if st = w.walk(sig, out, v); st == odd {
		return nil, w.fail(w.schema.roots[sig].name, 0, reasonCanonical)
	}
	// Of two members of a oneof one remains: the datapoints of the other are gone.
	w.counts.Rejected += before.Items - w.counts.Items
	w.counts.Items = before.Items
	return out, st
}

func rootMessage(sig Signal) proto.Message {
	switch sig {
	case Metrics:
		return &metricsv1.MetricsData{}
	case Logs:
		return &logsv1.LogsData{}
	}
	return &tracev1.TracesData{}
}
