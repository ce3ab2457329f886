package receive

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

type discard struct{}

func (discard) Accept(context.Context, otlp.Signal, []byte) (int, error) { return 0, nil }

// batch is what Python's exporter sends: 512 instrumented spans, about 140 kB.
func batch(b *testing.B) []byte {
	encoded, _ := fixtures(b)
	return bytes.Repeat(encoded[otlp.Traces], 140_000/len(encoded[otlp.Traces]))
}

func benchFront(b *testing.B) *front {
	a, err := newAnswers()
	if err != nil {
		b.Fatal(err)
	}
	return &front{acceptor: discard{}, admission: &fakeAdmission{budget: 1 << 40}, metrics: newMetrics(), answers: a, inFlight: context.Background()}
}

// stream is gRPC's side of one call, without the network.
type stream struct {
	grpc.ServerStream
	ctx  context.Context
	data mem.BufferSlice
}

func (s *stream) Context() context.Context  { return s.ctx }
func (s *stream) RecvMsg(m any) error       { return codec{mem.DefaultBufferPool()}.Unmarshal(s.data, m) }
func (s *stream) SendMsg(any) error         { return nil }
func (s *stream) SetTrailer(md metadata.MD) {}

func BenchmarkGRPC(b *testing.B) {
	g := &grpcServer{front: benchFront(b), maxBytes: 16 << 20}
	s := &stream{ctx: context.Background(), data: mem.BufferSlice{mem.SliceBuffer(batch(b))}}
	b.ReportAllocs()
	b.SetBytes(int64(s.data.Len()))
	for b.Loop() {
		if a := g.receive(otlp.Traces, s); a.status != nil {
			b.Fatal(a.status)
		}
	}
}

// Whole calls over loopback, the client's half included.
func BenchmarkGRPCLoopback(b *testing.B) {
	h := start(b, func(o *Options) { o.Acceptor = discard{} })
	c, body := dial(b, h.grpc), batch(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := call(b.Context(), c, methods[otlp.Traces], body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTTP(b *testing.B) {
	d, err := newDecoders(nil)
	if err != nil {
		b.Fatal(err)
	}
	s := &httpServer{front: benchFront(b), signals: map[string]otlp.Signal{"/v1/traces": otlp.Traces}, body: &bodyReader{decoders: d, limit: 16 << 20}}
	for name, compress := range compressors(&testing.T{}) {
		if name != "" && name != "gzip" && name != "zstd" {
			continue
		}
		body := compress(batch(b))
		b.Run("protobuf/"+name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(batch(b))))
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/v1/traces", bytes.NewReader(body))
				r.Header.Set("Content-Type", typeProtobuf)
				if name != "" {
					r.Header.Set("Content-Encoding", name)
				}
				w := httptest.NewRecorder()
				if s.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
