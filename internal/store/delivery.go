package store

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// ErrClosed is returned by Append after Close.
var ErrClosed = errors.New("delivery log is closed")

// Reasons for which the delivery log loses items.
const (
	ReasonQueueFull = "queue_full" // the oldest went, for want of room
	ReasonTooLarge  = "too_large"  // longer than the log can ever hold
)

// DeliveryOptions configure a DeliveryLog.
type DeliveryOptions struct {
	// Lost is told of each record that a destination won't get. It is called
	// inside Append, by its goroutine, after the log's lock is released.
	Lost func(destination string, sig otlp.Signal, items int, reason string)
}

// DeliveryLog holds what is ready to leave until every destination has taken it.
// Each signal is a stream of segments of its own, so that a destination of one
// signal doesn't pin the memory of another; what a destination hasn't read is
// the end of a stream. Its methods are safe for concurrent use.
type DeliveryLog struct {
	pool  *Pool
	lost  func(string, otlp.Signal, int, string)
	began time.Time

	mu           sync.Mutex
	streams      [otlp.NumSignals]stream
	destinations []*Destination
	losses       []loss // of the Append under way
	closed       bool
}

// stream is one signal's segments, linked from the oldest that is still needed
// to tail.
type stream struct {
	cursors  []*Cursor
	tail     *deliverySegment // takes the next record; nil: nothing is unread
	opened   uint64           // segments so far
	appended uint64           // records so far
}

type loss struct {
	destination string
	sig         otlp.Signal
	items       int
	reason      string
}

// NewDeliveryLog returns an empty log over segments of pool.
func NewDeliveryLog(pool *Pool, o DeliveryOptions) *DeliveryLog {
	if o.Lost == nil {
		o.Lost = func(string, otlp.Signal, int, string) {}
	}
	return &DeliveryLog{pool: pool, lost: o.Lost, began: time.Now()}
}

// Destination adds a reader of signals, before the first Append. Beyond maxBytes
// of unread payload its oldest records go; 0 leaves only the pool as the bound.
func (l *DeliveryLog) Destination(name string, signals []otlp.Signal, maxBytes int64) *Destination {
	if maxBytes <= 0 {
		maxBytes = math.MaxInt64
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &Destination{name: name, maxBytes: maxBytes}
	for _, sig := range signals {
		if d.cursors[sig] != nil {
			continue
		}
		c := &Cursor{log: l, destination: d, signal: sig, wake: make(chan struct{}, 1)}
		d.cursors[sig] = c
		l.streams[sig].cursors = append(l.streams[sig].cursors, c)
	}
	l.destinations = append(l.destinations, d)
	return d
}

// Append adds one encoded request of items for every destination of sig, by one
// copy. It doesn't wait: what there is no room for is lost, the oldest first,
// and counted. An error means that nothing was appended and nothing counted. A
// signal without a destination, and an empty request, are not kept.
func (l *DeliveryLog) Append(sig otlp.Signal, items int, b []byte) error {
	if int(sig) >= len(l.streams) {
		return fmt.Errorf("append to delivery log: unknown signal %d", sig)
	}
	s := &l.streams[sig]
	losses, err := l.appendLocked(s, items, b)
	if err != nil {
		return err
	}
	for _, x := range losses {
		l.lost(x.destination, x.sig, x.items, x.reason)
	}
	for _, c := range s.cursors {
		c.signalUnread()
	}
	return nil
}

// appendLocked appends under the lock and returns what had to go for it.
func (l *DeliveryLog) appendLocked(s *stream, items int, b []byte) ([]loss, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, ErrClosed
	}
	if len(s.cursors) == 0 || len(b) == 0 {
		return nil, nil
	}
	l.losses = nil
	l.append(s, entry{length: len(b), items: items, at: int64(time.Since(l.began))}, b)
	return l.losses, nil
}

func (l *DeliveryLog) append(s *stream, e entry, b []byte) {
	for _, c := range s.cursors {
		l.shed(c.destination, int64(e.length))
	}
	segment, reason := l.room(s, e.length)
	if segment == nil {
		for _, c := range s.cursors {
			l.lose(c, e.items, reason)
		}
		return
	}
	segment.append(e, b)
	s.appended++
	for _, c := range s.cursors {
		c.count(e.items, e.length)
	}
	// What is in hand can't be shed, so the new record itself may have to go.
	for _, c := range s.cursors {
		l.shed(c.destination, 0)
	}
}

// room returns the segment of s that takes n more bytes, or why there is none.
func (l *DeliveryLog) room(s *stream, n int) (*deliverySegment, string) {
	if s.tail != nil && s.tail.fits(n) {
		return s.tail, ""
	}
	memory, reason := l.allocate(n + entrySize)
	if memory == nil {
		return nil, reason
	}
	// allocate may have emptied the stream, so the tail is read again.
	s.opened++
	segment := &deliverySegment{number: s.opened, memory: memory, readers: len(s.cursors)}
	last := s.tail
	s.tail = segment
	if last == nil {
		for _, c := range s.cursors {
			c.at = position{segment: segment}
		}
		return segment, ""
	}
	last.next, last.sealed = segment, true
	for _, c := range s.cursors {
		l.pass(c)
	}
	return segment, ""
}

// Close ends the log: it takes no more, and cursors end when they have read what
// is there.
func (l *DeliveryLog) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	for _, d := range l.destinations {
		for _, c := range d.cursors {
			if c != nil {
				c.signalUnread()
			}
		}
	}
}
