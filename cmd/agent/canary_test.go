package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// canary is found by a default detector wherever it stands.
const canary = "alice.smith@example.com"

// TestCanaryInEveryField plants the canary in each string and bytes field that
// OTLP's descriptors list, one request for each, and looks for it at the
// destinations. Ids are bytes of a fixed length that hold no text; the ot member
// of a tracestate is checked by its grammar.
func TestCanaryInEveryField(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, keepAll(b.addr))
	planted := 0
	for path, m := range map[string]proto.Message{
		"/v1/traces": &tracepb.TracesData{}, "/v1/metrics": &metricspb.MetricsData{}, "/v1/logs": &logspb.LogsData{},
	} {
		for _, place := range textFields(m.ProtoReflect().Descriptor(), nil) {
			planted++
			request := m.ProtoReflect().New()
			plant(request, place, byte(planted))
			body, err := proto.Marshal(request.Interface())
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(body, []byte(canary)) {
				t.Fatalf("%s: the canary was not planted", placeName(place))
			}
			if code, answer := a.post(t, path, "application/x-protobuf", body); code != 200 {
				t.Errorf("%s: %d %s", placeName(place), code, answer)
			}
		}
	}
	page, log := a.get(t, "scrape", "/metrics"), a.log
	a.end(t)
	got := b.everything(t)
	if bytes.Contains(got, []byte(canary)) {
		i := bytes.Index(got, []byte(canary))
		t.Errorf("a destination got the canary: %q", got[max(0, i-60):i+len(canary)])
	}
	if strings.Contains(page, canary) || strings.Contains(log.String(), canary) {
		t.Error("the scrape page or the log holds the canary")
	}
	t.Logf("planted in %d fields", planted)
	if planted < 100 {
		t.Errorf("planted in %d fields only: the walk over the descriptors is broken", planted)
	}
}

// textFields returns the way to every string and bytes field below m. Values nest
// in values; one level of that is taken.
func textFields(m protoreflect.MessageDescriptor, way []protoreflect.FieldDescriptor) (out [][]protoreflect.FieldDescriptor) {
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		here := append(append([]protoreflect.FieldDescriptor(nil), way...), f)
		switch {
		case f.Kind() == protoreflect.MessageKind && times(way, f.Message()) < 2:
			out = append(out, textFields(f.Message(), here)...)
		case f.Kind() == protoreflect.StringKind, f.Kind() == protoreflect.BytesKind && !strings.HasSuffix(string(f.Name()), "_id"):
			out = append(out, here)
		}
	}
	return out
}

// times counts how often the way has come through a message already.
func times(way []protoreflect.FieldDescriptor, m protoreflect.MessageDescriptor) (n int) {
	for _, f := range way {
		if f.Message() == m {
			n++
		}
	}
	return n
}

// plant makes the messages on the way and puts the canary at its end. Items get
// ids, without which they would be rejected, and links and exemplars too.
func plant(m protoreflect.Message, way []protoreflect.FieldDescriptor, n byte) {
	setIDs(m, n)
	f := way[0]
	if len(way) == 1 {
		value := protoreflect.ValueOfString(canary)
		switch {
		case f.Name() == "trace_state":
			value = protoreflect.ValueOfString("vendor=" + canary)
		case f.Kind() == protoreflect.BytesKind:
			value = protoreflect.ValueOfBytes([]byte(canary))
		}
		if f.IsList() {
			m.Mutable(f).List().Append(value)
			return
		}
		m.Set(f, value)
		return
	}
	if f.IsList() {
		plant(m.Mutable(f).List().AppendMutable().Message(), way[1:], n)
		return
	}
	plant(m.Mutable(f).Message(), way[1:], n)
}

func setIDs(m protoreflect.Message, n byte) {
	for name, length := range map[protoreflect.Name]int{"trace_id": 16, "span_id": 8} {
		if f := m.Descriptor().Fields().ByName(name); f != nil {
			m.Set(f, protoreflect.ValueOfBytes(append(bytes.Repeat([]byte{1}, length-1), n)))
		}
	}
	if f := m.Descriptor().Fields().ByName("key"); f != nil && f.Kind() == protoreflect.StringKind {
		m.Set(f, protoreflect.ValueOfString("plain.key"))
	}
}

func placeName(way []protoreflect.FieldDescriptor) string {
	names := make([]string, len(way))
	for i, f := range way {
		names[i] = string(f.Name())
	}
	return fmt.Sprint(strings.Join(names, "."))
}
