package store

import "github.com/drl-trading/telemetry-agent/internal/otlp"

// Mark is where a stream of the delivery log ended at some time: what was appended
// last lies before it. The zero Mark is before everything.
type Mark struct {
	Segment uint64 // number in the stream, from 1
	Offset  int

	Records uint64 // appended so far; the same in two marks: nothing was
}

func (m Mark) before(segment uint64, offset int) bool {
	return m.Segment < segment || (m.Segment == segment && m.Offset < offset)
}

// End returns where the stream of sig ends now.
func (l *DeliveryLog) End(sig otlp.Signal) Mark {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &l.streams[sig]
	m := Mark{Segment: s.opened, Records: s.appended}
	if s.tail != nil {
		m.Offset = s.tail.used
	}
	return m
}

// Progress is how far a destination has come with a record.
type Progress string

// The progress of a record.
const (
	Pending   Progress = "pending"   // not read yet
	Sending   Progress = "sending"   // in hand
	Delivered Progress = "delivered" // taken by the destination
	Lost      Progress = "lost"      // given up
	PartLost  Progress = "part_lost" // a part of the batch in which it left was given up
	Unknown   Progress = "unknown"   // gone; too long ago to say whether it was lost
)

// lostRange is records that a cursor didn't deliver: those that end after from and
// not after to.
type lostRange struct {
	fromSegment, toSegment uint64
	fromOffset, toOffset   int
	part                   bool // only some of it
}

// maxLostRanges bounds what a cursor remembers of losses; the oldest is forgotten.
const maxLostRanges = 256

// losses are the last ranges that a cursor lost, the oldest first.
type losses struct {
	ranges    []lostRange
	forgotten lostRange // the newest that isn't remembered
}

func (l *losses) add(r lostRange) {
	if n := len(l.ranges); n > 0 {
		last := &l.ranges[n-1]
		if last.toSegment == r.fromSegment && last.toOffset == r.fromOffset && last.part == r.part {
			last.toSegment, last.toOffset = r.toSegment, r.toOffset
			return
		}
		if n == maxLostRanges {
			l.forgotten = l.ranges[0]
			l.ranges = append(l.ranges[:0], l.ranges[1:]...)
		}
	}
	l.ranges = append(l.ranges, r)
}

// of says what became of the record that ends at m and is gone.
func (l *losses) of(m Mark) Progress {
	for _, r := range l.ranges {
		from := Mark{Segment: r.fromSegment, Offset: r.fromOffset}
		if from.before(m.Segment, m.Offset) && !(Mark{Segment: r.toSegment, Offset: r.toOffset}).before(m.Segment, m.Offset) {
			if r.part {
				return PartLost
			}
			return Lost
		}
	}
	if !(Mark{Segment: l.forgotten.toSegment, Offset: l.forgotten.toOffset}).before(m.Segment, m.Offset) {
		return Unknown
	}
	return Delivered
}

// Progress says how far c has come with the record that ends at m.
func (c *Cursor) Progress(m Mark) Progress {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	if s := c.hand.segment; s != nil {
		begun := !m.before(s.number, c.hand.from+1)
		if begun && m.before(s.number, c.hand.from+c.hand.bytes+1) {
			return Sending
		}
	}
	// What lies between the batch in hand and the next record is lost already.
	if segment, offset := c.position(); !m.before(segment, offset+1) {
		return Pending
	}
	return c.losses.of(m)
}

// GiveUp notes that items of the batch in hand won't be delivered.
func (c *Cursor) GiveUp(items int) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	if s := c.hand.segment; s != nil {
		c.losses.add(lostRange{s.number, s.number, c.hand.from, c.hand.from + c.hand.bytes, items < c.hand.all})
	}
}
