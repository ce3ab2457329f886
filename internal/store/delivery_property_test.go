package store

import (
	"context"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// reader is what the test knows of one cursor.
type reader struct {
	cursor                  *Cursor
	appended, settled, lost int    // items
	hand                    int    // items in hand that are not settled
	last                    uint32 // serial number of the last record read
	segment                 uint64 // Position at the last check
	offset                  int
}

// deliveryModel drives a log with two destinations of overlapping signals.
type deliveryModel struct {
	log     *DeliveryLog
	pool    *Pool
	readers map[string]*reader // by "destination signal"
	serial  uint32
}

func newDeliveryModel(t *rapid.T) *deliveryModel {
	m := &deliveryModel{readers: map[string]*reader{}}
	pool, err := NewPool(PoolOptions{MaxBytes: int64(rapid.IntRange(1, 12).Draw(t, "segments")) * testSegment, SegmentBytes: testSegment})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	m.pool = pool
	m.log = NewDeliveryLog(pool, DeliveryOptions{Lost: func(d string, sig otlp.Signal, items int, _ string) {
		m.readers[d+" "+sig.String()].lost += items
	}})
	for name, signals := range map[string][]otlp.Signal{"a": {otlp.Traces, otlp.Logs}, "b": {otlp.Traces}} {
		d := m.log.Destination(name, signals, rapid.Int64Range(0, 8*testSegment).Draw(t, "max "+name))
		for _, sig := range signals {
			m.readers[name+" "+sig.String()] = &reader{cursor: d.Cursor(sig)}
		}
	}
	return m
}

func (m *deliveryModel) draw(t *rapid.T) *reader {
	return m.readers[rapid.SampledFrom([]string{"a traces", "a logs", "b traces"}).Draw(t, "reader")]
}

// append adds a record that begins with its serial number and its length.
func (m *deliveryModel) append(t *rapid.T) {
	sig := rapid.SampledFrom([]otlp.Signal{otlp.Traces, otlp.Logs}).Draw(t, "signal")
	b := make([]byte, rapid.OneOf(rapid.IntRange(8, 600), rapid.IntRange(8, 3*testSegment)).Draw(t, "bytes"))
	m.serial++
	binary.LittleEndian.PutUint32(b, m.serial)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)))
	items := rapid.IntRange(0, 9).Draw(t, "items")
	if err := m.log.Append(sig, items, b); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		if r := m.readers[name+" "+sig.String()]; r != nil {
			r.appended += items
		}
	}
}

// next reads a batch and finds whole records in it, in their order.
func (m *deliveryModel) next(t *rapid.T) {
	r := m.draw(t)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	inHand := r.cursor.hand.segment != nil
	b, items, err := r.cursor.Next(ended, rapid.IntRange(1, 2*testSegment).Draw(t, "max"))
	if inHand != (err != nil && b == nil && err == errInHand) {
		t.Fatalf("batch in hand: %v, Next: %v", inHand, err)
	}
	if err != nil {
		if left, _ := r.cursor.Pending(); !inHand && left > 0 {
			t.Fatalf("%d items are pending and can't be read: %v", left, err)
		}
		return
	}
	r.hand = items
	for len(b) > 0 {
		serial, n := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
		if serial <= r.last || n < 8 || int(n) > len(b) {
			t.Fatalf("record %d of %d bytes after record %d", serial, n, r.last)
		}
		r.last, b = serial, b[n:]
	}
}

func (m *deliveryModel) settle(t *rapid.T) {
	r := m.draw(t)
	n := rapid.IntRange(0, r.hand).Draw(t, "settle")
	r.cursor.Settle(n)
	r.hand -= n
	r.settled += n
}

func (m *deliveryModel) release(t *rapid.T) {
	r := m.draw(t)
	r.cursor.Release()
	r.settled += r.hand
	r.hand = 0
}

// check holds at all times: appended = settled + lost + pending, and the memory
// of what is live has its bound.
func (m *deliveryModel) check(t *rapid.T) {
	idle := true
	for name, r := range m.readers {
		items, bytes := r.cursor.Pending()
		if r.appended != r.settled+r.lost+items {
			t.Fatalf("%s: appended %d, settled %d, lost %d, pending %d", name, r.appended, r.settled, r.lost, items)
		}
		idle = idle && bytes == 0
		segment, offset := r.cursor.Position()
		if segment < r.segment || segment == r.segment && offset < r.offset {
			t.Fatalf("%s went back from %d:%d to %d:%d", name, r.segment, r.offset, segment, offset)
		}
		r.segment, r.offset = segment, offset
	}
	for _, d := range m.log.destinations {
		var sum int64
		for _, c := range d.cursors {
			if c != nil {
				sum += c.bytes
				if d.unread > d.maxBytes && c.at.unread() {
					t.Fatalf("%s holds %d bytes of %d", d.name, d.unread, d.maxBytes)
				}
			}
		}
		if sum != d.unread {
			t.Fatalf("%s: cursors have %d bytes, the destination %d", d.name, sum, d.unread)
		}
	}
	if used := m.pool.Used(); used > m.pool.Max() || idle != (used == 0) {
		t.Fatalf("idle %v, %d of %d bytes are used", idle, used, m.pool.Max())
	}
}

func TestDeliveryLog_AccountsForEveryItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newDeliveryModel(t)
		t.Repeat(map[string]func(*rapid.T){
			"append":  m.append,
			"append2": m.append, // more often than it is read
			"next":    m.next,
			"settle":  m.settle,
			"release": m.release,
			"":        m.check,
		})
	})
}
