package sample

import (
	"container/heap"
	"time"
)

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

// dueAt returns when the fragment is to be decided if nothing more arrives.
func (s *Sampler) dueAt(fr *fragment) int64 {
	hold := fr.created + int64(s.options.Hold)
	if !fr.complete() {
		return hold
	}
	if s.hurried {
		return fr.changed
	}
	return min(hold, fr.changed+int64(s.options.Grace))
}

// enqueue makes sure that the fragment is looked at when it is due.
func (s *Sampler) enqueue(f uint32) {
	fr := s.index.fragments.at(f)
	due := s.dueAt(fr)
	if fr.queued <= due {
		return
	}
	first, _, any := s.due.peek()
	fr.queued = due
	s.due.push(due, place{f, fr.generation})
	if any && first <= due {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// decideDue decides every fragment whose time is up and returns how long it is
// until the next, false if there is none.
func (s *Sampler) decideDue() (wait time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for {
		at, f, ok := s.due.peek()
		if !ok {
			return 0, false
		}
		if at > now {
			return time.Duration(at - now), true
		}
		s.due.pop()
		fr := s.index.fragments.at(f.index)
		if fr.generation != f.generation || fr.spans == 0 || fr.queued != at {
			continue // decided meanwhile, or another entry is earlier
		}
		fr.queued = unqueued
		switch due := s.dueAt(fr); {
		case due > now:
			s.enqueue(f.index)
		case fr.complete():
			s.decide(f.index, s.completion(fr, now))
		default:
			s.decide(f.index, TriggerHold)
		}
	}
}

// completion is the trigger of a complete fragment: its grace may have been cut.
func (s *Sampler) completion(fr *fragment, now int64) Trigger {
	if s.hurried && now < fr.changed+int64(s.options.Grace) {
		return TriggerPressure
	}
	return TriggerLocalRoots
}
