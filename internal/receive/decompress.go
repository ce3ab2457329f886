package receive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/golang/snappy"
	"github.com/pierrec/lz4/v4"
)

// decoder expands a body of one content encoding.
type decoder struct {
	open   func(io.Reader) (io.ReadCloser, error)
	memory int64 // working memory of the library, upper bound in bytes
}

// decoders are the content encodings that are served, by name; "" is none.
type decoders map[string]decoder

// newDecoders returns decoders of the named encodings; nil means all that
// confighttp knows. Expanding is done here because confighttp's decoders can't be
// bounded: a zstd frame of ten bytes makes them allocate 512 MiB.
func newDecoders(names []string) (decoders, error) {
	zlibPool, zstdPool := &sync.Pool{}, newZstdPool()
	openZlib := func(r io.Reader) (io.ReadCloser, error) { return openPooledZlib(zlibPool, r) }
	gzipPool := &sync.Pool{New: func() any { return new(gzip.Reader) }}
	all := decoders{
		"":                {func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(r), nil }, 0},
		"gzip":            {func(r io.Reader) (io.ReadCloser, error) { return openPooledGzip(gzipPool, r) }, 64 << 10},
		"zlib":            {openZlib, 64 << 10},
		"deflate":         {openZlib, 64 << 10}, // RFC 9110, section 8.4.1.2: the zlib format
		"zstd":            {func(r io.Reader) (io.ReadCloser, error) { return zstdPool.open(r) }, zstdWindow},
		"snappy":          {openSnappy, 256 << 10},
		"x-snappy-framed": {func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(snappy.NewReader(r)), nil }, 256 << 10},
		"lz4":             {func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(lz4.NewReader(r)), nil }, 8 << 20},
	}
	if names == nil {
		return all, nil
	}
	chosen := decoders{}
	for _, name := range names {
		d, ok := all[name]
		if !ok {
			return nil, fmt.Errorf("%q is none of gzip, zstd, zlib, snappy, deflate, lz4, x-snappy-framed", name)
		}
		chosen[name] = d
	}
	return chosen, nil
}

// pooledReader gives its reader back when closed.
type pooledReader struct {
	io.Reader
	pool *sync.Pool
}

// Close implements io.Closer.
func (p *pooledReader) Close() error {
	p.pool.Put(p.Reader)
	return nil
}

func openPooledGzip(pool *sync.Pool, r io.Reader) (io.ReadCloser, error) {
	z, ok := pool.Get().(*gzip.Reader)
	if !ok {
		return nil, errors.New("get gzip reader: pool holds another type")
	}
	if err := z.Reset(r); err != nil {
		pool.Put(z)
		return nil, fmt.Errorf("read gzip header: %w", err)
	}
	return &pooledReader{z, pool}, nil
}

func openPooledZlib(pool *sync.Pool, r io.Reader) (io.ReadCloser, error) {
	z, ok := pool.Get().(io.Reader)
	if !ok { // zlib has no reader without input
		z, err := zlib.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("read zlib header: %w", err)
		}
		return &pooledReader{z, pool}, nil
	}
	if err := z.(zlib.Resetter).Reset(r, nil); err != nil {
		pool.Put(z)
		return nil, fmt.Errorf("read zlib header: %w", err)
	}
	return &pooledReader{z, pool}, nil
}

// snappyStream is how a framed snappy stream begins
// (google/snappy, framing_format.txt, section 4.1).
var snappyStream = []byte("\xff\x06\x00\x00sNaPpY")

// openSnappy reads both formats that clients send as "snappy": framed, as older
// Collectors do, and one block, as the name means. A block is expanded in whole by
// snappyBlock.
func openSnappy(r io.Reader) (io.ReadCloser, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(len(snappyStream))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read snappy header: %w", err)
	}
	if bytes.Equal(head, snappyStream) {
		return io.NopCloser(snappy.NewReader(b)), nil
	}
	return snappyBlock{b}, nil
}

// snappyBlock marks a body as one snappy block, still compressed.
type snappyBlock struct{ io.Reader }

// Close implements io.Closer.
func (snappyBlock) Close() error { return nil }
