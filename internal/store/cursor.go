package store

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Destination is one reader of the delivery log: a cursor per signal and one
// bound over all of them.
type Destination struct {
	name     string
	maxBytes int64
	cursors  [otlp.NumSignals]*Cursor
	unread   int64 // bytes of all cursors, in hand included; under the log's lock
}

// Cursor returns the destination's place in the stream of sig, nil when it
// doesn't take that signal.
func (d *Destination) Cursor(sig otlp.Signal) *Cursor { return d.cursors[sig] }

// oldest returns the cursor whose next record is the oldest, nil if none has one.
func (d *Destination) oldest() *Cursor {
	var oldest *Cursor
	for _, c := range d.cursors {
		if c != nil && c.at.unread() && (oldest == nil || c.head().at < oldest.head().at) {
			oldest = c
		}
	}
	return oldest
}

// Cursor is the place of one destination in the stream of one signal. Next,
// Settle and Release are for one goroutine, the others for any.
type Cursor struct {
	log         *DeliveryLog
	destination *Destination
	signal      otlp.Signal
	wake        chan struct{} // holds one token when there may be something to read

	// The rest is under the log's lock.
	at     position
	hand   batch
	losses losses
	items  int   // unread, in hand included
	bytes  int64 // of payload, likewise
}

// batch is what Next returned and Release hasn't freed.
type batch struct {
	segment      *deliverySegment
	bytes, items int // items: not settled yet
	from, all    int // offset in the segment; items at first
}

var errInHand = errors.New("read delivery log: the last batch is not released")

// Next waits for records and returns consecutive ones as one encoded request of
// at most maxBytes (at least one record, however long), with its number of
// items. b stays valid until Release. Records that are there are returned even
// when ctx has ended; ctx bounds the wait only. After Close, and when all is
// read, it returns io.EOF.
func (c *Cursor) Next(ctx context.Context, maxBytes int) (b []byte, items int, err error) {
	for {
		if b, items, err = c.look(maxBytes); b != nil || err != nil {
			return b, items, err
		}
		select {
		case <-c.wake:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

// look returns the next batch, nil if there is none yet.
func (c *Cursor) look(maxBytes int) (b []byte, items int, err error) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	if c.hand.segment != nil {
		return nil, 0, errInHand
	}
	if b, items = c.take(maxBytes); b == nil && c.log.closed {
		return nil, 0, io.EOF
	}
	return b, items, nil
}

// take moves c over the records it returns. They lie side by side in one
// segment, so nothing is copied.
func (c *Cursor) take(maxBytes int) ([]byte, int) {
	if !c.at.unread() {
		return nil, 0
	}
	s, from := c.at.segment, c.at.offset
	hand := batch{segment: s, from: from}
	for c.at.unread() {
		e := c.head()
		if hand.bytes > 0 && hand.bytes+e.length > maxBytes {
			break
		}
		hand.bytes += e.length
		hand.items += e.items
		c.advance(e)
	}
	s.readers++
	hand.all = hand.items
	c.hand = hand
	c.log.pass(c)
	return s.memory.Bytes()[from : from+hand.bytes : from+hand.bytes], hand.items
}

// Settle takes items of the batch in hand out of the pending ones: they are
// accounted elsewhere now. The bytes stay until Release.
func (c *Cursor) Settle(items int) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	items = min(items, c.hand.items)
	c.hand.items -= items
	c.items -= items
}

// Release frees the batch in hand; items that were not settled leave pending
// with it. Without a batch it does nothing.
func (c *Cursor) Release() {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	hand := c.hand
	if hand.segment == nil {
		return
	}
	c.hand = batch{}
	c.discount(hand.items, hand.bytes)
	c.log.unpin(hand.segment)
	c.log.rest(c)
}

// Pending counts what has not been settled or lost: items, and bytes of payload,
// the batch in hand included.
func (c *Cursor) Pending() (items int, bytes int64) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	return c.items, c.bytes
}

// Position returns where the next record lies: the number of its segment in the
// signal's stream, from 1, and its offset there. It only ever grows.
func (c *Cursor) Position() (segment uint64, offset int) {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	return c.position()
}

func (c *Cursor) position() (segment uint64, offset int) {
	if c.at.segment == nil {
		return c.log.streams[c.signal].opened + 1, 0
	}
	return c.at.segment.number, c.at.offset
}

// Oldest returns for how long the next record has waited, 0 if there is none.
func (c *Cursor) Oldest() time.Duration {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	if !c.at.unread() {
		return 0
	}
	return time.Since(c.log.began) - time.Duration(c.head().at)
}

// signalUnread lets Next look again. One token is enough: Next looks before it
// waits.
func (c *Cursor) signalUnread() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *Cursor) head() entry { return c.at.segment.entry(c.at.record) }

func (c *Cursor) advance(e entry) {
	c.at.record++
	c.at.offset += e.length
}

func (c *Cursor) count(items, bytes int) {
	c.items += items
	c.bytes += int64(bytes)
	c.destination.unread += int64(bytes)
}

func (c *Cursor) discount(items, bytes int) { c.count(-items, -bytes) }
