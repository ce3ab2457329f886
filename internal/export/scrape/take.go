package scrape

import (
	"slices"
	"time"
)

// take folds one point into a series.
func (s *series) take(h *header, at stamp, v value, now time.Time, expiry time.Duration) (r reason) {
	if at.time == 0 {
		at.time = uint64(now.UnixNano())
	}
	if at.start >= at.time {
		at.start = 0 // it says nothing about since when the point counts
	}
	switch h.mode {
	case latest:
		r = s.takeLatest(at, v, now)
	case delta:
		r = s.takeDelta(at, v)
	default:
		r = s.takeCumulative(h, at, v, now, expiry)
	}
	if r == folded && h.mode == latest {
		s.created = at.start
	}
	if r == folded && at.start != 0 && (s.created == 0 || at.start < s.created) {
		s.created = at.start
	}
	return r
}

// takeLatest replaces the value. Of two writers the newest point is shown.
func (s *series) takeLatest(at stamp, v value, now time.Time) reason {
	if len(s.streams) > 0 && at.time < s.streams[0].time {
		return reasonOld
	}
	s.streams = append(s.streams[:0], stream{at, now, v})
	return folded
}

// takeDelta adds the value. A point that ends no later than the last is one that
// was sent again.
func (s *series) takeDelta(at stamp, v value) reason {
	if at.time <= s.last {
		return reasonOld
	}
	s.last = at.time
	if s.base != nil {
		if sum, ok := s.base.add(v); ok {
			s.base = sum
			return folded
		}
		s.created = at.start // other bounds: it begins anew
	}
	s.base = v
	return folded
}

// takeCumulative replaces the value of the writer that the start time tells.
func (s *series) takeCumulative(h *header, at stamp, v value, now time.Time, expiry time.Duration) reason {
	silent := func(old stream) bool { return now.Sub(old.updated) > expiry }
	if !h.monotonic {
		// What is up or down ends with its process.
		s.streams = slices.DeleteFunc(s.streams, silent)
	}
	for i := range s.streams {
		old := &s.streams[i]
		// A start time that is the time of the last point is that of an SDK which
		// moves it along; the value goes on.
		if old.start != at.start && old.time != at.start {
			continue
		}
		// After a long silence an older point says that the clock was set back.
		if at.time < old.time && !silent(*old) {
			return reasonOld
		}
		*old = stream{at, now, v}
		return folded
	}
	if !h.monotonic {
		s.streams = slices.DeleteFunc(s.streams, func(old stream) bool { return old.time <= at.start })
	}
	if len(s.streams) >= maxWriters && !s.makeRoom(at) {
		return reasonWriters
	}
	s.streams = append(s.streams, stream{at, now, v})
	return folded
}

// makeRoom ends the stream that is silent for longest, if it was silent before
// the new one began.
func (s *series) makeRoom(at stamp) bool {
	oldest := 0
	for i := range s.streams {
		if s.streams[i].time < s.streams[oldest].time {
			oldest = i
		}
	}
	if s.streams[oldest].time > at.start {
		return false
	}
	s.settle(s.streams[oldest].value)
	s.streams = slices.Delete(s.streams, oldest, oldest+1)
	return true
}

// settle keeps in base what a stream has counted.
func (s *series) settle(v value) {
	if s.base == nil {
		s.base = v
		return
	}
	if sum, ok := s.base.add(v); ok {
		s.base = sum
	} else {
		s.base = v
	}
}

// value returns what the series shows: the sum of base and streams. Histograms
// with other bounds than the newest can't be added and are left out.
func (s *series) value() value {
	if len(s.streams) == 0 {
		return s.base
	}
	newest := 0
	for i := range s.streams {
		if s.streams[i].time >= s.streams[newest].time {
			newest = i
		}
	}
	if len(s.streams) == 1 && s.base == nil {
		return s.streams[0].value
	}
	total := s.streams[newest].value.clone()
	add := func(v value) {
		if sum, ok := total.add(v); ok {
			total = sum
		}
	}
	for i := range s.streams {
		if i != newest {
			add(s.streams[i].value)
		}
	}
	if s.base != nil {
		add(s.base)
	}
	return total
}
