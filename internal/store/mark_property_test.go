package store

import (
	"context"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// markModel follows numbered records through one destination of a log.
type markModel struct {
	log   *DeliveryLog
	c     *Cursor
	marks []Mark
	fate  map[int]Progress // of the records that have been in hand
	hand  []int
	told  map[int]bool // that they are lost, before they were in hand
	book  lossBook
}

const markRecord = 400

// Whatever is appended, read, given up and evicted, a record is never said to be
// delivered that wasn't, nor lost that comes yet; those lost are those counted.
func TestMark_TellsTheFateOfEachRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool, err := NewPool(PoolOptions{MaxBytes: 4 * testSegment, SegmentBytes: testSegment})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := pool.Close(); err != nil {
				t.Fatal(err)
			}
		}()
		m := &markModel{fate: map[int]Progress{}, told: map[int]bool{}, book: lossBook{}}
		m.log = NewDeliveryLog(pool, DeliveryOptions{Lost: m.book.lost})
		bound := rapid.SampledFrom([]int64{0, 3 * markRecord, 12 * markRecord}).Draw(t, "bound")
		m.c = m.log.Destination("d", []otlp.Signal{otlp.Traces}, bound).Cursor(otlp.Traces)
		if rapid.Bool().Draw(t, "another") { // which never reads, so that the pool gets full
			m.log.Destination("dead", []otlp.Signal{otlp.Traces}, 0)
		}
		t.Repeat(map[string]func(*rapid.T){"append": m.append, "read": m.read, "release": m.release, "": m.check})
		m.release(t)
		for m.c.at.unread() {
			m.read(t)
			m.release(t)
		}
		m.check(t)
	})
}

func (m *markModel) append(t *rapid.T) {
	for range rapid.IntRange(1, 12).Draw(t, "records") {
		b := make([]byte, markRecord)
		binary.LittleEndian.PutUint32(b, uint32(len(m.marks)))
		if err := m.log.Append(otlp.Traces, 2, b); err != nil {
			t.Fatal(err)
		}
		m.marks = append(m.marks, m.log.End(otlp.Traces))
	}
}

func (m *markModel) read(t *rapid.T) {
	if len(m.hand) > 0 || !m.c.at.unread() {
		return
	}
	b, _, err := m.c.Next(context.Background(), rapid.IntRange(1, 5*markRecord).Draw(t, "max"))
	if err != nil {
		t.Fatal(err)
	}
	for ; len(b) > 0; b = b[markRecord:] {
		n := int(binary.LittleEndian.Uint32(b))
		m.hand, m.fate[n] = append(m.hand, n), Sending
	}
}

func (m *markModel) release(t *rapid.T) {
	if len(m.hand) == 0 {
		return
	}
	fate := rapid.SampledFrom([]Progress{Delivered, Lost, PartLost}).Draw(t, "fate")
	switch fate {
	case Lost:
		m.c.GiveUp(2 * len(m.hand))
	case PartLost:
		m.c.GiveUp(1)
	}
	m.c.Release()
	for _, n := range m.hand {
		m.fate[n] = fate
	}
	m.hand = nil
}

func (m *markModel) check(t *rapid.T) {
	for n, mark := range m.marks {
		got := m.c.Progress(mark)
		if want, handled := m.fate[n]; handled {
			if got != want || m.told[n] {
				t.Fatalf("record %d is %s, was %s, said to be lost before: %v", n, got, want, m.told[n])
			}
			continue
		}
		switch got {
		case Lost:
			m.told[n] = true
		case Pending:
			if m.told[n] {
				t.Fatalf("record %d was lost and is pending", n)
			}
		default:
			t.Fatalf("record %d has not been in hand and is %s", n, got)
		}
	}
	if lost := m.book["d traces queue_full"]; lost != 2*len(m.told) {
		t.Fatalf("%d items are counted as lost, %d records are said to be", lost, len(m.told))
	}
}
