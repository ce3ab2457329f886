package sample

import (
	"slices"
	"time"
)

// place names one use of a fragment's place in the index.
type place struct{ index, generation uint32 }

type dueEntry struct {
	at int64
	f  place
}

// dueQueue orders fragments by when their verdict may be due, in a binary heap. An
// entry may be too early: whoever pops it looks again. One whose fragment was
// decided, or got an earlier entry, is stale; there are never more of those than
// of the others, but for a few.
type dueQueue struct {
	entries []dueEntry
	stale   int
}

// fewStale is how many stale entries are not worth looking for.
const fewStale = 1024

func (q *dueQueue) push(at int64, f place) {
	q.entries = append(q.entries, dueEntry{at, f})
	q.up(len(q.entries) - 1)
}

func (q *dueQueue) pop() {
	last := len(q.entries) - 1
	q.entries[0] = q.entries[last]
	q.entries = q.entries[:last]
	q.down(0)
}

func (q *dueQueue) peek() (at int64, f place, ok bool) {
	if len(q.entries) == 0 {
		return 0, place{}, false
	}
	return q.entries[0].at, q.entries[0].f, true
}

func (q *dueQueue) up(i int) {
	for e := q.entries; i > 0; {
		parent := (i - 1) / 2
		if e[parent].at <= e[i].at {
			return
		}
		e[parent], e[i] = e[i], e[parent]
		i = parent
	}
}

func (q *dueQueue) down(i int) {
	for e := q.entries; ; {
		child := 2*i + 1
		if child >= len(e) {
			return
		}
		if child+1 < len(e) && e[child+1].at < e[child].at {
			child++
		}
		if e[i].at <= e[child].at {
			return
		}
		e[i], e[child] = e[child], e[i]
		i = child
	}
}

// outdate notes that an entry is stale now, and takes all such out once they are
// more than the others.
func (q *dueQueue) outdate(stale func(dueEntry) bool) {
	q.stale++
	if q.stale < fewStale || q.stale <= len(q.entries)/2 {
		return
	}
	q.entries = slices.DeleteFunc(q.entries, stale)
	for i := len(q.entries)/2 - 1; i >= 0; i-- {
		q.down(i)
	}
	q.stale = 0
}

// dueAt returns when the fragment is to be decided if nothing more arrives.
func (s *Sampler) dueAt(fr *fragment) int64 {
	if fr.candidate {
		return s.window.ends
	}
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
	s.dequeue(fr)
	fr.queued = due
	s.due.push(due, place{f, fr.generation})
	if any && first <= due {
		return
	}
	s.wakeUp()
}

// wakeUp lets the goroutine look what is due.
func (s *Sampler) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// dequeue says that the fragment's entry, if it has one, means nothing any more.
func (s *Sampler) dequeue(fr *fragment) {
	if fr.queued != unqueued {
		fr.queued = unqueued
		s.due.outdate(s.isStale)
	}
}

// isStale says whether the fragment was decided meanwhile, or has another entry.
func (s *Sampler) isStale(e dueEntry) bool {
	fr := s.index.fragments.at(e.f.index)
	return fr.generation != e.f.generation || fr.queued != e.at
}

// decideDue decides every fragment whose time is up, then about logs, and returns
// how long it is until the next, false if there is none.
func (s *Sampler) decideDue() (wait time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	next, ok := s.decideFragments(now)
	if logs, any := s.expireLogs(now); any && (!ok || logs < next) {
		next, ok = logs, true
	}
	return time.Duration(next - now), ok
}

func (s *Sampler) decideFragments(now int64) (next int64, ok bool) {
	for {
		at, f, ok := s.due.peek()
		if !ok || at > now {
			return at, ok
		}
		s.due.pop()
		if s.isStale(dueEntry{at, f}) {
			s.due.stale--
			continue
		}
		fr := s.index.fragments.at(f.index)
		fr.queued = unqueued
		switch due := s.dueAt(fr); {
		case due > now:
			s.enqueue(f.index)
		case fr.candidate:
			s.closeWindow()
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
