// Package store holds encoded OTLP between its acceptance and its end: the hold
// log what waits for a verdict, the delivery log what waits for a destination.
//
// Both keep bytes as they came, in segments of one Pool, outside the garbage
// collector's view and within one budget. Neither reads what the bytes mean.
// Each log owns the segments it took; a reader borrows bytes until it releases
// them. The package starts no goroutine.
package store

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"golang.org/x/sys/unix"
)

// Errors of Pool.Get.
var (
	ErrFull     = errors.New("no segment is free")
	ErrTooLarge = errors.New("longer than the pool")
)

// PoolOptions configure a Pool.
type PoolOptions struct {
	MaxBytes     int64 // of all segments; at least one segment
	SegmentBytes int   // of one segment; 0: 1 MiB
}

const defaultSegmentBytes = 1 << 20

// Pool is a fixed range of memory in segments of one size. The system backs a
// segment with memory when it is first written, and it is reused from then on;
// the lowest free one is taken first, so what was never needed costs nothing. Its
// methods are safe for concurrent use.
type Pool struct {
	memory  []byte // mapped once, never grown
	segment int    // bytes

	mu       sync.Mutex
	segments []Segment // by index; their addresses are fixed
	taken    []bool    // by index
	used     int       // segments that are taken
	touched  int       // segments that have ever been taken: the first ones
}

// Segment is one piece of a Pool's memory, for one owner at a time.
type Segment struct {
	index, length int // in segments of the pool
	bytes         []byte
}

// Bytes returns the segment's memory. It holds what its last owner left.
func (s *Segment) Bytes() []byte { return s.bytes }

// Index is the segment's place in its pool, from 0: a name for it that needs no
// pointer.
func (s *Segment) Index() int { return s.index }

// NewPool reserves the memory of a pool.
func NewPool(o PoolOptions) (*Pool, error) {
	if o.SegmentBytes == 0 {
		o.SegmentBytes = defaultSegmentBytes
	}
	if o.SegmentBytes < 0 || o.MaxBytes < int64(o.SegmentBytes) || o.MaxBytes > math.MaxInt {
		return nil, fmt.Errorf("reserve pool: max bytes must hold at least one segment of %d bytes, got %d", o.SegmentBytes, o.MaxBytes)
	}
	n := int(o.MaxBytes) / o.SegmentBytes
	memory, err := unix.Mmap(-1, 0, n*o.SegmentBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("reserve pool of %d bytes: %w", n*o.SegmentBytes, err)
	}
	return &Pool{memory: memory, segment: o.SegmentBytes, segments: make([]Segment, n), taken: make([]bool, n)}, nil
}

// Close gives the memory back to the system. No segment may be in use.
func (p *Pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	memory := p.memory
	p.memory, p.segments, p.taken = nil, nil, nil
	if err := unix.Munmap(memory); err != nil {
		return fmt.Errorf("release pool: %w", err)
	}
	return nil
}

// Get takes a segment of at least n bytes: as many neighbours as that needs. It
// returns ErrTooLarge when the pool can never give it, ErrFull when it can't now.
func (p *Pool) Get(n int) (*Segment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	length := max((n+p.segment-1)/p.segment, 1)
	if length > len(p.segments) {
		return nil, ErrTooLarge
	}
	index, ok := p.run(length)
	if !ok {
		return nil, ErrFull
	}
	for i := range length {
		p.taken[index+i] = true
	}
	p.used += length
	p.touched = max(p.touched, index+length)
	s := &p.segments[index]
	from, to := index*p.segment, (index+length)*p.segment
	*s = Segment{index: index, length: length, bytes: p.memory[from:to:to]}
	return s, nil
}

// run finds the lowest run of length free segments.
func (p *Pool) run(length int) (index int, ok bool) {
	free := 0
	for i, taken := range p.taken {
		if taken {
			free = 0
			continue
		}
		if free++; free == length {
			return i - length + 1, true
		}
	}
	return 0, false
}

// Put gives a segment back. Its bytes must not be used any more.
func (p *Pool) Put(s *Segment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range s.length {
		p.taken[s.index+i] = false
	}
	p.used -= s.length
	*s = Segment{index: s.index}
}

// SegmentBytes is the size of one segment.
func (p *Pool) SegmentBytes() int { return p.segment }

// Max is the size of the whole pool in bytes.
func (p *Pool) Max() int64 { return int64(len(p.segments)) * int64(p.segment) }

// Used is the size of the taken segments in bytes.
func (p *Pool) Used() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int64(p.used) * int64(p.segment)
}

// Allocated is what the system may have had to back with memory so far, in bytes.
func (p *Pool) Allocated() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int64(p.touched) * int64(p.segment)
}
