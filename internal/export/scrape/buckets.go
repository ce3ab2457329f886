package scrape

import (
	"math"
	"slices"

	dto "github.com/prometheus/client_model/go"
)

// buckets are those of one sign of a native histogram. The bucket at i of counts
// holds values above base^(first+i) up to base^(first+i+1), as in OTLP. Neither
// the first nor the last is empty.
type buckets struct {
	first  int64
	counts []uint64
}

func readBuckets(first int64, counts []uint64) (buckets, bool) {
	for _, n := range counts {
		if n > maxCount {
			return buckets{}, false
		}
	}
	b := buckets{first, counts}
	b.trim()
	// Prometheus counts buckets from one more, in 32 bits.
	inRange := b.first >= math.MinInt32 && b.first+int64(len(b.counts)) <= math.MaxInt32
	return b, inRange || len(b.counts) == 0
}

func (b *buckets) trim() {
	for len(b.counts) > 0 && b.counts[len(b.counts)-1] == 0 {
		b.counts = b.counts[:len(b.counts)-1]
	}
	for len(b.counts) > 0 && b.counts[0] == 0 {
		b.counts = b.counts[1:]
		b.first++
	}
	if len(b.counts) == 0 {
		b.first = 0
	}
}

// coarsen joins 2^by neighbouring buckets each.
func (b *buckets) coarsen(by int32) {
	if len(b.counts) == 0 {
		return
	}
	first := b.first >> by
	last := (b.first + int64(len(b.counts)) - 1) >> by
	joined := make([]uint64, last-first+1)
	for i, n := range b.counts {
		joined[((b.first+int64(i))>>by)-first] += n
	}
	b.first, b.counts = first, joined
}

// span is the number of buckets from the first to the last of both.
func (b *buckets) span(o *buckets) int64 {
	first, end := b.union(o)
	return end - first
}

func (b *buckets) union(o *buckets) (first, end int64) {
	switch {
	case len(b.counts) == 0:
		return o.first, o.first + int64(len(o.counts))
	case len(o.counts) == 0:
		return b.first, b.first + int64(len(b.counts))
	}
	return min(b.first, o.first), max(b.first+int64(len(b.counts)), o.first+int64(len(o.counts)))
}

func (b *buckets) add(o *buckets) {
	first, end := b.union(o)
	sum := make([]uint64, end-first)
	for i, n := range b.counts {
		sum[b.first-first+int64(i)] = n
	}
	for i, n := range o.counts {
		sum[o.first-first+int64(i)] += n
	}
	b.first, b.counts = first, sum
}

func (b *buckets) clone() buckets { return buckets{b.first, slices.Clone(b.counts)} }

func (b *buckets) total() (n uint64) {
	for _, c := range b.counts {
		n += c
	}
	return n
}

// spans encodes the buckets as Prometheus does: runs of buckets with the gap
// before each, and the difference of each count to the one before. Gaps of up to
// two buckets are written out, which is shorter.
func (b *buckets) spans() (spans []*dto.BucketSpan, deltas []int64) {
	const shortGap = 2
	previous, end := int64(0), int64(0) // count and index after the last one written
	write := func(count uint64) {
		deltas = append(deltas, int64(count)-previous)
		previous = int64(count)
		*spans[len(spans)-1].Length++
	}
	for i, count := range b.counts {
		if count == 0 {
			continue
		}
		index := b.first + int64(i) + 1 // the bucket that ends where that of OTLP begins has the number before
		gap := index - end
		if len(spans) == 0 || gap > shortGap {
			spans = append(spans, &dto.BucketSpan{Offset: new(int32(gap)), Length: new(uint32(0))})
		} else {
			for range gap {
				write(0)
			}
		}
		write(count)
		end = index + 1
	}
	return spans, deltas
}
