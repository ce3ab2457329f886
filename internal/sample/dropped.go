package sample

import (
	"encoding/binary"
	"math/bits"
)

// droppedTraces remembers trace ids compactly: two Bloom filters, of which the
// older one is emptied when the younger one holds half of what is to be
// remembered. At 16 bits an id and 11 probes about 1 in 1,000 ids that was never
// added is taken for one that was. That can only concern a fragment for which no
// local root arrives.
type droppedTraces struct {
	half     int // ids in one filter
	n        int // ids in the younger one
	filters  [2][]uint64
	youngest int
}

const (
	droppedBits   = 16
	droppedProbes = 11
)

func newDroppedTraces(n int) *droppedTraces {
	half := max((n+1)/2, 1)
	words := (half*droppedBits + 63) / 64
	return &droppedTraces{half: half, filters: [2][]uint64{make([]uint64, words), make([]uint64, words)}}
}

func (d *droppedTraces) add(id [16]byte) {
	if d.n >= d.half {
		d.youngest ^= 1
		clear(d.filters[d.youngest])
		d.n = 0
	}
	d.n++
	f := d.filters[d.youngest]
	for i := range droppedProbes {
		bit := probe(id, i, len(f)*64)
		f[bit/64] |= 1 << (bit % 64)
	}
}

func (d *droppedTraces) has(id [16]byte) bool { return d.in(0, id) || d.in(1, id) }

func (d *droppedTraces) in(filter int, id [16]byte) bool {
	f := d.filters[filter]
	for i := range droppedProbes {
		bit := probe(id, i, len(f)*64)
		if f[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// probe returns the i-th place of an id among n, by double hashing (Kirsch and
// Mitzenmacher, "Less hashing, same performance"). Ids needn't be random, so
// their halves are mixed first.
func probe(id [16]byte, i, n int) uint64 {
	a, b := mix(binary.BigEndian.Uint64(id[:8])), mix(binary.BigEndian.Uint64(id[8:])^0x9e3779b97f4a7c15)
	hi, _ := bits.Mul64(mix(a^b)+uint64(i)*(b|1), uint64(n))
	return hi
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
