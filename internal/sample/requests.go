package sample

import "hash/maphash"

// maxRequests is how many requests are remembered: at 20,000 spans a second in
// requests of 512, those of the last 100 seconds. SDKs try again for 10 s (Python)
// to a minute (Go).
const maxRequests = 4096

// takenRequests remembers the last requests that were taken, by a keyed hash of
// their bytes: a client that got no answer sends the same ones again, also after
// the verdict on its traces. That two different requests are taken for one happens
// once in 2^52 requests.
type takenRequests struct {
	seed maphash.Seed
	ring []uint64
	next int // in ring, once it is full
	set  map[uint64]struct{}
}

func newTakenRequests() *takenRequests {
	return &takenRequests{seed: maphash.MakeSeed(), set: map[uint64]struct{}{}}
}

// hash names a request. It may be called at any time, from anywhere.
func (r *takenRequests) hash(request []byte) uint64 { return maphash.Bytes(r.seed, request) }

func (r *takenRequests) has(hash uint64) bool {
	_, ok := r.set[hash]
	return ok
}

// add remembers a request that isn't; the oldest is forgotten for it.
func (r *takenRequests) add(hash uint64) {
	r.set[hash] = struct{}{}
	if len(r.ring) < maxRequests {
		r.ring = append(r.ring, hash)
		return
	}
	delete(r.set, r.ring[r.next])
	r.ring[r.next] = hash
	r.next = (r.next + 1) % maxRequests
}
