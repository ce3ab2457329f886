package receive

import (
	"errors"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
)

// message is one gRPC message as it is on the wire.
type message struct {
	buffer mem.Buffer // received; pooled, so to be freed
	reply  []byte     // to be sent
}

func (m *message) bytes() []byte { return m.buffer.ReadOnlyData() }

func (m *message) free() {
	if m.buffer != nil {
		m.buffer.Free()
	}
}

// codec keeps messages encoded. It is forced on every call, whatever the content
// type says, so no message is ever decoded by gRPC.
type codec struct{ pool mem.BufferPool }

var _ encoding.CodecV2 = codec{}

// Name implements encoding.CodecV2.
func (codec) Name() string { return "proto" }

// Unmarshal keeps the pooled buffer. Into anything but a message, that is, for a
// service that otlpreceiver registered, it puts nothing.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	if m, ok := v.(*message); ok {
		m.buffer = data.MaterializeToBuffer(c.pool)
	}
	return nil
}

// Marshal implements encoding.CodecV2.
func (codec) Marshal(v any) (mem.BufferSlice, error) {
	m, ok := v.(*message)
	if !ok {
		return nil, errors.New("encode reply: not made by the front")
	}
	return mem.BufferSlice{mem.SliceBuffer(m.reply)}, nil
}
