package sample

import (
	"testing"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"
)

// logRecorder is the end of the sampler for logs: the bodies that were passed on,
// each with its service, by trace.
type logRecorder struct {
	kept, dropped    int
	batches, largest int // requests
	bodies           map[[16]byte][]string
}

func (r *logRecorder) passed(t testing.TB, b []byte, items int) {
	r.batches++
	r.largest = max(r.largest, len(b))
	var data logspb.LogsData
	if err := proto.Unmarshal(b, &data); err != nil {
		t.Errorf("passed logs: %v", err)
	}
	if r.bodies == nil {
		r.bodies = map[[16]byte][]string{}
	}
	n := 0
	for _, rl := range data.ResourceLogs {
		for _, sl := range rl.ScopeLogs {
			for _, l := range sl.LogRecords {
				var id [16]byte
				copy(id[:], l.TraceId)
				r.bodies[id] = append(r.bodies[id], serviceOf(rl.Resource)+"/"+sl.Scope.GetName()+":"+l.Body.GetStringValue())
				n++
			}
		}
	}
	if n != items {
		t.Errorf("passed request has %d log records, got told of %d", n, items)
	}
	r.kept += items
}

// testLog is one log record of a test.
type testLog struct {
	trace          [16]byte // zero: none
	severity       int32
	body           string
	service, scope string
}

// logsRequest encodes log records, neighbours of one service and scope together.
func logsRequest(t testing.TB, records ...testLog) []byte {
	t.Helper()
	var data logspb.LogsData
	for i := range records {
		l := &records[i]
		if i == 0 || l.service != records[i-1].service || l.scope != records[i-1].scope {
			data.ResourceLogs = append(data.ResourceLogs, &logspb.ResourceLogs{
				Resource:  &resourcepb.Resource{Attributes: []*commonpb.KeyValue{text(serviceName, l.service)}},
				ScopeLogs: []*logspb.ScopeLogs{{Scope: &commonpb.InstrumentationScope{Name: l.scope}}},
			})
		}
		scope := data.ResourceLogs[len(data.ResourceLogs)-1].ScopeLogs[0]
		record := &logspb.LogRecord{
			SeverityNumber: logspb.SeverityNumber(l.severity),
			Body:           &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: l.body}},
		}
		if l.trace != [16]byte{} {
			record.TraceId = l.trace[:]
		}
		scope.LogRecords = append(scope.LogRecords, record)
	}
	b, err := proto.Marshal(&data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
