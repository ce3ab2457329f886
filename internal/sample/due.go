package sample

import "container/heap"

// place names one use of a fragment's place in the index.
type place struct{ index, generation uint32 }

type dueEntry struct {
	at int64
	f  place
}

// dueQueue orders fragments by when their verdict may be due. An entry may be too
// early: whoever pops it looks again.
type dueQueue struct{ entries dueHeap }

func (q *dueQueue) push(at int64, f place) { heap.Push(&q.entries, dueEntry{at, f}) }

func (q *dueQueue) pop() { heap.Pop(&q.entries) }

func (q *dueQueue) peek() (at int64, f place, ok bool) {
	if len(q.entries) == 0 {
		return 0, place{}, false
	}
	return q.entries[0].at, q.entries[0].f, true
}

type dueHeap []dueEntry

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)        { *h = append(*h, x.(dueEntry)) }
func (h *dueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
