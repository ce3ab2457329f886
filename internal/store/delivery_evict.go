package store

import "errors"

// shed makes room for n more bytes of d by losing its oldest records. A batch in
// hand stays; it counts, so the destination may remain over its bound by it.
func (l *DeliveryLog) shed(d *Destination, n int64) {
	for d.unread+n > d.maxBytes {
		c := d.oldest()
		if c == nil {
			return
		}
		l.evict(c)
	}
}

// allocate takes a segment of at least n bytes from the pool. When the pool has
// none, the records that have waited longest go, whosever they are: first those
// of the destination that is farthest behind.
func (l *DeliveryLog) allocate(n int) (*Segment, string) {
	for {
		memory, err := l.pool.Get(n)
		if err == nil {
			return memory, ""
		}
		if errors.Is(err, ErrTooLarge) {
			return nil, ReasonTooLarge
		}
		if !l.reclaim() {
			return nil, ReasonQueueFull
		}
	}
}

// reclaim empties the segment that holds the oldest unread record, for the cursor
// that hasn't read it. It returns false when nothing can go.
func (l *DeliveryLog) reclaim() bool {
	var oldest *Cursor
	for _, d := range l.destinations {
		if c := d.oldest(); c != nil && (oldest == nil || c.head().at < oldest.head().at) {
			oldest = c
		}
	}
	if oldest == nil {
		return false
	}
	for from := oldest.at.segment; oldest.at.segment == from && oldest.at.unread(); {
		l.evict(oldest)
	}
	return true
}

// evict loses the record that c would read next.
func (l *DeliveryLog) evict(c *Cursor) {
	e := c.head()
	s, from := c.at.segment.number, c.at.offset
	c.losses.add(lostRange{s, s, from, from + e.length, false})
	c.advance(e)
	c.discount(e.items, e.length)
	l.lose(c, e.items, ReasonQueueFull)
	l.pass(c)
	l.rest(c)
}

// lose notes a loss, to be told when the lock is free.
func (l *DeliveryLog) lose(c *Cursor, items int, reason string) {
	if n := len(l.losses); n > 0 {
		last := &l.losses[n-1]
		if last.destination == c.destination.name && last.sig == c.signal && last.reason == reason {
			last.items += items
			return
		}
	}
	l.losses = append(l.losses, loss{destination: c.destination.name, sig: c.signal, items: items, reason: reason})
}

// pass moves c on from a segment that it has read to its end.
func (l *DeliveryLog) pass(c *Cursor) {
	for s := c.at.segment; s != nil && s.sealed && c.at.record == s.records; s = c.at.segment {
		c.at = position{segment: s.next}
		l.unpin(s)
	}
}

// rest frees the tail of c's stream once nothing in it is unread or in hand, so
// that an idle log holds no memory.
func (l *DeliveryLog) rest(c *Cursor) {
	s := &l.streams[c.signal]
	for _, o := range s.cursors {
		if o.at.unread() || o.hand.segment != nil {
			return
		}
	}
	if tail := s.tail; tail != nil {
		s.tail = nil
		for _, o := range s.cursors {
			o.at = position{}
			l.unpin(tail)
		}
	}
}

func (l *DeliveryLog) unpin(s *deliverySegment) {
	if s.readers--; s.readers == 0 {
		l.pool.Put(s.memory)
		s.memory = nil
	}
}
