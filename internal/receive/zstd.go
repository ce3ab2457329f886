package receive

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// zstdWindow is the largest window that a zstd frame may ask for: the one that
// RFC 8878, section 3.1.1.1.2, wants every decoder to support. The library's own
// bound lets a frame of ten bytes allocate 512 MiB.
const zstdWindow = 8 << 20

// zstdPool reuses decoders.
type zstdPool struct{ sync.Pool }

func newZstdPool() *zstdPool { return &zstdPool{} }

// open returns a decoder that reads from r. It has no goroutine of its own.
func (p *zstdPool) open(r io.Reader) (*zstdReader, error) {
	d, ok := p.Get().(*zstd.Decoder)
	if !ok {
		var err error
		d, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, fmt.Errorf("make zstd decoder: %w", err)
		}
	}
	if err := d.Reset(r); err != nil {
		return nil, fmt.Errorf("read zstd header: %w", err)
	}
	return &zstdReader{Decoder: d, pool: p}, nil
}

// zstdReader is a decoder in use. Close gives it back.
type zstdReader struct {
	*zstd.Decoder
	pool *zstdPool
}

// Close implements io.Closer.
func (z *zstdReader) Close() error {
	if err := z.Reset(nil); err != nil {
		return fmt.Errorf("reset zstd decoder: %w", err)
	}
	z.pool.Put(z.Decoder)
	return nil
}

// zstdDecompressor is gRPC's legacy decompressor. configgrpc registers zstd with
// gRPC for the whole process and without a bound of the window; a server's legacy
// decompressor comes before registered ones, for the one encoding that it names.
type zstdDecompressor struct {
	pool  *zstdPool
	limit int64 // of the expanded message
}

// Type implements grpc.Decompressor.
func (z *zstdDecompressor) Type() string { return "zstd" }

var errBrokenZstd = errors.New("zstd frame is broken or asks for a window above 8 MiB")

// Do implements grpc.Decompressor. It returns one byte more than the limit for
// what is larger; gRPC then answers that it is too large.
func (z *zstdDecompressor) Do(r io.Reader) ([]byte, error) {
	d, err := z.pool.open(r)
	if err != nil {
		return nil, errBrokenZstd
	}
	b, err := io.ReadAll(io.LimitReader(d, z.limit+1))
	if cerr := d.Close(); err != nil || cerr != nil {
		return nil, errBrokenZstd
	}
	return b, nil
}
