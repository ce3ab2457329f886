package export

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// The log holds requests as they go over the wire, and gRPC's codec is the only
// place where the otlp exporter needs them so. It is called with an empty
// request, and an interceptor in its connection puts the stored bytes in its
// place: nothing is decoded and encoded again.

// rawKey is the context key of the stored bytes.
type rawKey struct{}

// rawRequest is a request that is encoded already.
type rawRequest []byte

// withRaw returns a context in which an export sends b.
func withRaw(ctx context.Context, b []byte) context.Context {
	return context.WithValue(ctx, rawKey{}, rawRequest(b))
}

// sendRaw is a grpc.UnaryClientInterceptor.
func sendRaw(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if raw, ok := ctx.Value(rawKey{}).(rawRequest); ok {
		req = raw
		opts = append(opts, grpc.ForceCodecV2(rawCodec{encoding.GetCodecV2(proto.Name)}))
	}
	return invoke(ctx, method, req, reply, cc, opts...)
}

// rawCodec passes a rawRequest; for the reply it is the codec it embeds.
type rawCodec struct{ encoding.CodecV2 }

// Marshal implements encoding.CodecV2. It copies: when a call is cut short, the
// transport may hold its bytes for longer than the log does.
func (c rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	if raw, ok := v.(rawRequest); ok {
		return mem.BufferSlice{mem.Copy(raw, mem.DefaultBufferPool())}, nil
	}
	return c.CodecV2.Marshal(v)
}
