package memory

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// traceClient sends spans as an SDK does: what is refused for lack of room is sent
// again after the second that the agent asks for.
type traceClient struct {
	client  ptraceotlp.GRPCClient
	refused atomic.Int64 // requests
	spans   atomic.Int64 // accepted
}

func newTraceClient(t *testing.T, address string) *traceClient {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &traceClient{client: ptraceotlp.NewGRPCClient(conn)}
}

// send returns when the spans are accepted, and gives up after ten refusals.
func (c *traceClient) send(ctx context.Context, td ptrace.Traces) error {
	request := ptraceotlp.NewExportRequestFromTraces(td)
	for try := 1; ; try++ {
		_, err := c.client.Export(ctx, request)
		switch {
		case err == nil:
			c.spans.Add(int64(td.SpanCount()))
			return nil
		case status.Code(err) != codes.Unavailable || try == 10:
			return fmt.Errorf("send %d spans, try %d: %w", td.SpanCount(), try, err)
		}
		c.refused.Add(1)
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// batch is a request that is being written.
type batch struct {
	traces ptrace.Traces
	spans  ptrace.SpanSlice
}

func newBatch() *batch {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "load")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("opentelemetry.instrumentation.flask")
	return &batch{td, ss.Spans()}
}

// add appends a span of about 400 bytes.
func (b *batch) add(trace pcommon.TraceID, id, parent pcommon.SpanID) ptrace.Span {
	s := b.spans.AppendEmpty()
	s.SetTraceID(trace)
	s.SetSpanID(id)
	s.SetParentSpanID(parent)
	s.SetName("SELECT orders")
	s.SetKind(ptrace.SpanKindClient)
	now := time.Now()
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(-10 * time.Millisecond)))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(now))
	for _, a := range [][2]string{
		{"db.system.name", "postgresql"}, {"db.namespace", "trading"}, {"db.collection.name", "orders"}, {"db.operation.name", "SELECT"},
		{"db.query.text", "SELECT id, price, quantity FROM orders WHERE symbol = $1 AND status = $2 ORDER BY id DESC"},
		{"server.address", "timescale.trading.svc"}, {"thread.name", "ThreadPoolExecutor-0_7"},
	} {
		s.Attributes().PutStr(a[0], a[1])
	}
	return s
}

// whole appends a trace of two spans that is complete.
func (b *batch) whole(failed bool) pcommon.TraceID {
	trace, root := newTraceID(), newSpanID()
	child := b.add(trace, newSpanID(), root)
	if failed {
		child.Status().SetCode(ptrace.StatusCodeError)
	}
	b.add(trace, root, pcommon.SpanID{}).SetKind(ptrace.SpanKindServer)
	return trace
}

// open appends n spans of a trace whose root doesn't come.
func (b *batch) open(n int) {
	trace, root := newTraceID(), newSpanID()
	for range n {
		b.add(trace, newSpanID(), root)
	}
}

func newTraceID() (id pcommon.TraceID) {
	binary.LittleEndian.PutUint64(id[:], rand.Uint64())
	binary.LittleEndian.PutUint64(id[8:], rand.Uint64())
	return id
}

func newSpanID() (id pcommon.SpanID) {
	binary.LittleEndian.PutUint64(id[:], rand.Uint64()|1)
	return id
}
