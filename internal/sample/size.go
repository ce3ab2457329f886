package sample

import "unsafe"

// Remembered estimates the bytes that past verdicts take once the journal and
// both memories of late spans are full: arrays with the room that append leaves
// (a quarter), maps three quarters full. A test holds it against the heap.
func Remembered(o Options) (journal, lateKept, lateDropped int64) {
	const id, place = 16, 8
	array := func(n int, element uintptr) int64 { return int64(n) * int64(element) * 5 / 4 }
	lookup := func(n int) int64 { return int64(n) * (id + place) * 4 / 3 }
	journal = array(o.Journal, unsafe.Sizeof(Decision{})) + lookup(o.Journal)
	lateKept = array(o.LateKept, unsafe.Sizeof(keptNode{})) + lookup(o.LateKept)
	lateDropped = int64(o.LateDropped) * droppedBits / 8
	return journal, lateKept, lateDropped
}

// MostIndex bounds the bytes of the heap that the index takes over a hold log of that
// many: pressure begins before.
func MostIndex(log int64) int64 { return log / indexShare }
