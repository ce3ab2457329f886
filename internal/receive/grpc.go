package receive

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// handshakeTimeout bounds what precedes a connection's first request. Shutdown
// waits for connections in that state.
const handshakeTimeout = 5 * time.Second

// grpcServer answers the OTLP services.
type grpcServer struct {
	front    *front
	maxBytes int
}

// windowBytes is what a client may send of a request before it is read, for which
// there is no lease yet: the least that HTTP/2 allows. By itself gRPC lets windows
// grow to 16 MiB. Once a request is read, the window opens for all of it.
const windowBytes = 64 << 10

// options are what the middleware adds to otlpreceiver's server.
func (g *grpcServer) options() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ForceServerCodecV2(codec{mem.DefaultBufferPool()}),
		grpc.MaxRecvMsgSize(g.maxBytes),
		grpc.StaticStreamWindowSize(windowBytes),
		grpc.StaticConnWindowSize(windowBytes),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.InTapHandle(g.tap),
		//lint:ignore SA1019 there is no other way to bound zstd for one server, see zstdDecompressor
		grpc.RPCDecompressor(&zstdDecompressor{pool: newZstdPool(), limit: int64(g.maxBytes)}),
		grpc.StreamInterceptor(g.recoverStream),
		grpc.UnaryInterceptor(refuseUnary),
		grpc.UnknownServiceHandler(g.serve),
	}
}

// tap bounds every call in time and ends it when Shutdown gives up. Interceptors
// can't: reading a message obeys the transport's context only.
func (g *grpcServer) tap(ctx context.Context, _ *tap.Info) (context.Context, error) {
	// The transport cancels ctx at the end of the call, which frees both.
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	stop := context.AfterFunc(g.front.inFlight, cancel)
	context.AfterFunc(ctx, func() { stop() })
	return ctx, nil
}

// refuseUnary keeps the services that otlpreceiver registered, the profiles, from
// their handlers.
func refuseUnary(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
	return nil, errUnknownService
}

var errUnknownService = status.Error(codes.Unimplemented, "service or method is not served here")

// recoverStream is the outermost interceptor: it also covers authentication.
func (g *grpcServer) recoverStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
	a := g.front.guard(protocolGRPC, func() answer {
		err = handler(srv, stream)
		return answer{}
	})
	if a.status != nil { // only after a panic
		return g.send(stream, a)
	}
	return err
}

// serve answers one call. The OTLP services aren't registered with gRPC, so every
// call arrives here, authenticated, and before its message is read.
func (g *grpcServer) serve(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	sig, ok := signalOfMethod(method)
	if !ok {
		g.front.count(noSignal, protocolGRPC, answer{reason: reasonUnsupported})
		return errUnknownService
	}
	a := g.front.guard(protocolGRPC, func() answer { return g.receive(sig, stream) })
	g.front.count(sig.String(), protocolGRPC, a)
	return g.send(stream, a)
}

// receive reads one request under a lease and has it accepted.
func (g *grpcServer) receive(sig otlp.Signal, stream grpc.ServerStream) answer {
	ctx := stream.Context()
	l := &lease{admission: g.front.admission}
	defer l.release()
	// The size of a message isn't known before gRPC has read and expanded it.
	if err := l.toRead(ctx, int64(g.maxBytes)); err != nil {
		return g.front.refusal(err)
	}
	m := &message{}
	defer m.free()
	if err := stream.RecvMsg(m); err != nil {
		return g.unread(err)
	}
	b := m.bytes()
	l.hasRead(len(b))
	if err := l.toWork(ctx, workCopies*int64(len(b))); err != nil {
		return g.front.refusal(err)
	}
	return g.front.accept(ctx, sig, protocolGRPC, b)
}

// unread is the answer to a message that gRPC could not read. gRPC has sent its
// own status already; this one is for the metrics.
func (g *grpcServer) unread(err error) answer {
	switch code := status.Code(err); code {
	case codes.ResourceExhausted:
		return tooLarge(int64(g.maxBytes))
	case codes.Canceled, codes.DeadlineExceeded:
		return refuse(code, reasonAborted, "request was not sent in time")
	default: // a broken compression, no message at all
		return refuse(code, reasonMalformed, "message can't be read")
	}
}

// send gives the answer to the client.
func (g *grpcServer) send(stream grpc.ServerStream, a answer) error {
	if a.status == nil {
		return stream.SendMsg(&message{reply: appendResponse(nil, a.rejected)})
	}
	if a.code() == codes.Unavailable {
		stream.SetTrailer(metadata.Pairs(retryTrailer, g.front.answers.retryInfo))
	}
	return a.status.Err()
}

// signalOfMethod returns the signal of a full gRPC method name.
func signalOfMethod(method string) (otlp.Signal, bool) {
	switch method {
	case "/opentelemetry.proto.collector.trace.v1.TraceService/Export":
		return otlp.Traces, true
	case "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export":
		return otlp.Metrics, true
	case "/opentelemetry.proto.collector.logs.v1.LogsService/Export":
		return otlp.Logs, true
	}
	return 0, false
}
