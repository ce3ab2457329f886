package memory

import (
	"context"
	"net"
	"sync"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
)

// traceSink is a destination of traces that the test runs: it counts the spans of
// each trace.
type traceSink struct {
	ptraceotlp.UnimplementedGRPCServer
	port string

	mu    sync.Mutex
	spans map[pcommon.TraceID]int
}

func newTraceSink(t *testing.T) *traceSink {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0") // the agent's container comes over Docker's bridge
	if err != nil {
		t.Fatal(err)
	}
	s := &traceSink{spans: map[pcommon.TraceID]int{}}
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	server := grpc.NewServer(grpc.MaxRecvMsgSize(64 << 20))
	ptraceotlp.RegisterGRPCServer(server, s)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() { server.Stop(); serving.Wait() })
	return s
}

func (s *traceSink) Export(_ context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rs := range request.Traces().ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				s.spans[span.TraceID()]++
			}
		}
	}
	return ptraceotlp.NewExportResponse(), nil
}

// tally counts the traces by how many of their spans have come.
func (s *traceSink) tally(of []pcommon.TraceID) map[int]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := map[int]int{}
	for _, id := range of {
		n[s.spans[id]]++
	}
	return n
}

// total is how many spans have come.
func (s *traceSink) total() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, spans := range s.spans {
		n += spans
	}
	return n
}
