package store

import (
	"errors"
	"fmt"
)

// Ref names a place in the hold log: what a span's index entry holds instead of
// a pointer.
type Ref struct {
	Segment uint32 // index in the pool
	Offset  uint32
}

// HoldLog keeps batches until the last of their items has been released. A
// segment is filled, sealed, and goes back to the pool when nothing in it is
// wanted any more; since items wait for a bounded time, that happens in order of
// age. It is for one goroutine at a time.
type HoldLog struct {
	pool     *Pool
	segments []holdSegment // by index in the pool
	open     int           // takes the next batch; -1: none
	order    uint64        // segments taken so far
}

type holdSegment struct {
	*Segment        // nil: not the log's
	used     int    // bytes
	live     int    // items that are still wanted
	wanted   int    // bytes that are still wanted, of those written
	order    uint64 // age: lower is older
}

// NewHoldLog returns an empty log over segments of pool.
func NewHoldLog(pool *Pool) *HoldLog {
	n := int(pool.Max()) / pool.SegmentBytes()
	return &HoldLog{pool: pool, segments: make([]holdSegment, n), open: -1}
}

// Append copies b, which holds items. The errors are those of Pool.Get: ErrFull
// when room must be made first, ErrTooLarge when b can never be held.
func (l *HoldLog) Append(b []byte, items int) (Ref, error) {
	if items == 0 {
		return Ref{}, errors.New("append to hold log: batch without items")
	}
	if l.open < 0 || len(l.segments[l.open].bytes)-l.segments[l.open].used < len(b) {
		if err := l.next(len(b)); err != nil {
			return Ref{}, err
		}
	}
	s := &l.segments[l.open]
	ref := Ref{Segment: uint32(l.open), Offset: uint32(s.used)}
	s.used += copy(s.bytes[s.used:], b)
	s.live += items
	s.wanted += len(b)
	return ref, nil
}

// next seals the open segment and takes another for at least n bytes. An open
// segment that holds nothing goes back first: it may be in the way of a long one.
func (l *HoldLog) next(n int) error {
	if l.open >= 0 && l.segments[l.open].live == 0 {
		l.free(l.open)
		l.open = -1
	}
	segment, err := l.pool.Get(n)
	if err != nil {
		return fmt.Errorf("append to hold log: %w", err)
	}
	l.open = segment.Index()
	l.order++
	l.segments[l.open] = holdSegment{Segment: segment, order: l.order}
	return nil
}

// Bytes returns n bytes at ref. They are valid until the items of their batch
// are released.
func (l *HoldLog) Bytes(ref Ref, n int) []byte {
	return l.segments[ref.Segment].bytes[ref.Offset : int(ref.Offset)+n : int(ref.Offset)+n]
}

// Release says that items in the segment of ref, of that many bytes, are not wanted
// any more.
func (l *HoldLog) Release(ref Ref, items, bytes int) {
	s := &l.segments[ref.Segment]
	s.live -= items
	s.wanted -= bytes
	if s.live > 0 {
		return
	}
	if int(ref.Segment) == l.open {
		s.used, s.wanted = 0, 0 // starts over
		return
	}
	l.free(int(ref.Segment))
}

func (l *HoldLog) free(index int) {
	l.pool.Put(l.segments[index].Segment)
	l.segments[index] = holdSegment{}
}

// Oldest returns the index of the oldest segment that holds anything.
func (l *HoldLog) Oldest() (index uint32, ok bool) {
	best := -1
	for i := range l.segments {
		if l.segments[i].live > 0 && (best < 0 || l.segments[i].order < l.segments[best].order) {
			best = i
		}
	}
	return uint32(max(best, 0)), best >= 0
}

// mostUnwanted is the share of the log that may be unwanted: below a half, so that
// the log takes less than twice of what is held though that changes until the next
// look. A few segments may always be unwanted: each has a rest that nothing fits in.
const (
	mostUnwanted = 0.4
	fewUnwanted  = 4 // segments
)

// Sparsest returns the segment of whose bytes the least share is wanted, but not the
// open one; false while no more than mostUnwanted of all is unwanted. What is still
// wanted of it should be appended anew, so that it can go.
func (l *HoldLog) Sparsest() (index uint32, ok bool) {
	var taken, wanted int
	best, least := -1, 1-mostUnwanted
	for i := range l.segments {
		s := &l.segments[i]
		if s.live == 0 || i == l.open {
			continue
		}
		taken, wanted = taken+len(s.Segment.bytes), wanted+s.wanted
		if share := float64(s.wanted) / float64(len(s.Segment.bytes)); share < least {
			best, least = i, share
		}
	}
	much := float64(taken-wanted) > mostUnwanted*float64(taken) && taken-wanted > fewUnwanted*l.pool.SegmentBytes()
	return uint32(max(best, 0)), best >= 0 && much
}

// Room is how many bytes fit into the open segment.
func (l *HoldLog) Room() int {
	if l.open < 0 {
		return 0
	}
	return len(l.segments[l.open].Segment.bytes) - l.segments[l.open].used
}

// Written returns all batches of a segment, one after the other, wanted or not.
func (l *HoldLog) Written(segment uint32) []byte {
	s := &l.segments[segment]
	return s.bytes[:s.used:s.used]
}

// Segments counts the segments taken so far.
func (l *HoldLog) Segments() uint64 { return l.order }

// Age numbers segments in the order in which they were taken: a lower one is
// older.
func (l *HoldLog) Age(segment uint32) uint64 { return l.segments[segment].order }

// Full is the share of the pool that is in use, from 0 to 1. An open segment
// counts by what is in it.
func (l *HoldLog) Full() float64 {
	used := l.pool.Used()
	if l.open >= 0 {
		used -= int64(len(l.segments[l.open].bytes) - l.segments[l.open].used)
	}
	return float64(used) / float64(l.pool.Max())
}
