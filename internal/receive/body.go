package receive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/golang/snappy"
)

const (
	firstRead   = 32 << 10  // a batch of Python's exporter: 512 spans of 68 to 440 bytes
	maxRecycled = 256 << 10 // larger buffers are left to the garbage collector
)

// errTooLarge says that a body is larger than the limit.
var errTooLarge = errors.New("body is too large")

// malformedBody is a body that can't be expanded. The cause isn't shown: it is a
// library's text.
type malformedBody struct{ cause error }

func (e *malformedBody) Error() string { return "expand body: " + e.cause.Error() }

func (e *malformedBody) Unwrap() error { return e.cause }

// bodyReader reads bodies into reused buffers.
type bodyReader struct {
	decoders decoders
	limit    int64 // of the expanded body
	buffers  sync.Pool
}

// contentEncoding names the encoding of r's body as decoders do. Names are case
// insensitive (RFC 9110, section 8.4.1), and identity is none.
func contentEncoding(r *http.Request) string {
	name := strings.ToLower(r.Header.Get("Content-Encoding"))
	if name == "identity" {
		return ""
	}
	return name
}

// size returns what reading r will take at most, in bytes: what its length says,
// or, of a body that is compressed or comes in chunks, the limit.
func (br *bodyReader) size(r *http.Request) (int64, error) {
	encoding := contentEncoding(r)
	if encoding == "" && r.ContentLength >= 0 {
		if r.ContentLength > br.limit {
			return 0, errTooLarge
		}
		return r.ContentLength, nil
	}
	return br.limit + br.decoders[encoding].memory, nil
}

// read returns the expanded body. The caller gives the buffer back with recycle.
func (br *bodyReader) read(r *http.Request) ([]byte, error) {
	encoding := contentEncoding(r)
	body, err := br.decoders[encoding].open(r.Body)
	if err != nil {
		return nil, bodyError(err)
	}
	defer func() { _ = body.Close() }() // returns it to its pool
	first := int64(firstRead)
	if encoding == "" && r.ContentLength >= 0 {
		first = r.ContentLength + 1 // room to see the end
	}
	b, err := br.readAll(body, first)
	if err != nil {
		return nil, err
	}
	if _, ok := body.(snappyBlock); ok {
		return br.expandBlock(b)
	}
	return b, nil
}

// readAll reads to the end. first is the size of the buffer to begin with.
func (br *bodyReader) readAll(r io.Reader, first int64) ([]byte, error) {
	b := br.get()
	for {
		if len(b) == cap(b) {
			room := min(max(first, 2*int64(cap(b))), br.limit+1)
			b = append(make([]byte, 0, room), b...)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > br.limit:
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return nil, bodyError(err)
		}
	}
}

// expandBlock expands one snappy block, whose head tells its size.
func (br *bodyReader) expandBlock(block []byte) ([]byte, error) {
	defer br.recycle(block)
	n, err := snappy.DecodedLen(block)
	if err != nil {
		return nil, &malformedBody{err}
	}
	if int64(n) > br.limit {
		return nil, errTooLarge
	}
	b, err := snappy.Decode(make([]byte, n), block)
	if err != nil {
		return nil, &malformedBody{err}
	}
	return b, nil
}

// bodyError tells a client that left or lagged (net errors) from a broken body.
func bodyError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok { // larger than drainLimit
		return errTooLarge
	}
	if _, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok || errors.Is(err, context.Canceled) {
		return fmt.Errorf("read body: %w", err)
	}
	return &malformedBody{err}
}

func (br *bodyReader) get() []byte {
	if b, ok := br.buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return nil
}

// recycle takes a buffer back.
func (br *bodyReader) recycle(b []byte) {
	if cap(b) <= maxRecycled {
		br.buffers.Put(&b)
	}
}
