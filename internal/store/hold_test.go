package store

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

// heldBatch is a batch of the test, as it was appended.
type heldBatch struct {
	ref   Ref
	bytes []byte
	items int // that are still wanted, of equal length
}

const holdPiece = 64

// holdModel is a hold log beside what must be in it.
type holdModel struct {
	log     *HoldLog
	batches []*heldBatch
	serial  byte
}

// append adds a batch; where there is no room nothing changes.
func (m *holdModel) append(t *rapid.T) {
	items, length := rapid.IntRange(1, 4).Draw(t, "items"), rapid.IntRange(1, 60).Draw(t, "length")
	m.serial++
	b := &heldBatch{bytes: bytes.Repeat([]byte{m.serial}, items*length), items: items}
	var err error
	b.ref, err = m.log.Append(b.bytes, items)
	if err == nil {
		m.batches = append(m.batches, b)
	} else if !errors.Is(err, ErrFull) {
		t.Fatalf("append %d bytes: %v", len(b.bytes), err)
	}
}

// release lets an item of a batch go.
func (m *holdModel) release(t *rapid.T) {
	if len(m.batches) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.batches)-1).Draw(t, "batch")
	b := m.batches[i]
	all := b.items
	b.items--
	gone := len(b.bytes) / all
	m.log.Release(b.ref, 1, gone)
	b.bytes = b.bytes[gone:]
	b.ref.Offset += uint32(gone)
	if b.items == 0 {
		m.batches = append(m.batches[:i], m.batches[i+1:]...)
	}
}

// check compares the log with the batches.
func (m *holdModel) check(t *rapid.T) {
	wanted := map[uint32]int{}
	for _, b := range m.batches {
		wanted[b.ref.Segment] += len(b.bytes)
		if got := m.log.Bytes(b.ref, len(b.bytes)); !bytes.Equal(got, b.bytes) {
			t.Fatalf("batch at %+v: % x, want % x", b.ref, got, b.bytes)
		}
	}
	for segment, n := range wanted {
		if got := m.log.segments[segment].wanted; got != n {
			t.Fatalf("segment %d: %d bytes are wanted, want %d", segment, got, n)
		}
	}
	oldest, ok := m.log.Oldest()
	for segment := range wanted {
		if !ok || m.log.Age(segment) < m.log.Age(oldest) {
			t.Fatalf("segment %d is older than the oldest, %d (%v)", segment, oldest, ok)
		}
	}
	if ok && wanted[oldest] == 0 {
		t.Fatalf("nothing is wanted of the oldest segment %d", oldest)
	}
	if full := m.log.Full(); full < 0 || full > 1 {
		t.Fatalf("the log is %v full", full)
	}
	m.checkSparsest(t, wanted)
}

// checkSparsest: the segment that is to be emptied is one of which something is wanted,
// and of no other, but for the open one, is a smaller share.
func (m *holdModel) checkSparsest(t *rapid.T, wanted map[uint32]int) {
	sparsest, ok := m.log.Sparsest()
	if !ok {
		return
	}
	share := func(segment uint32) float64 {
		return float64(wanted[segment]) / float64(len(m.log.segments[segment].Segment.bytes))
	}
	if int(sparsest) == m.log.open || wanted[sparsest] == 0 || share(sparsest) >= 1-mostUnwanted {
		t.Fatalf("segment %d, of which %v is wanted, is the sparsest", sparsest, share(sparsest))
	}
	for segment := range wanted {
		if int(segment) != m.log.open && share(segment) < share(sparsest) {
			t.Fatalf("of segment %d %v is wanted, of the sparsest, %d, %v", segment, share(segment), sparsest, share(sparsest))
		}
	}
}

// What is wanted stays where it is, unchanged; segments of which nothing is go back.
func TestHoldLog_KeepsWhatIsWanted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		pool, err := NewPool(PoolOptions{MaxBytes: 40 * holdPiece, SegmentBytes: holdPiece})
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		m := &holdModel{log: NewHoldLog(pool)}
		rt.Repeat(map[string]func(*rapid.T){
			"append": m.append, "release": m.release, "release more": m.release, "": m.check,
		})
		for len(m.batches) > 0 {
			m.release(rt)
		}
		if full := m.log.Full(); full != 0 || pool.Used() > 4*holdPiece { // the open one may be of a batch
			t.Errorf("the log is %v full, and %d bytes are in use, when nothing is wanted", full, pool.Used())
		}
		if _, ok := m.log.Oldest(); ok {
			t.Error("there is an oldest segment when nothing is wanted")
		}
	})
}

// What can never be held is told from what can't be now.
func TestHoldLog_Refuses(t *testing.T) {
	log := NewHoldLog(newTestPool(t, PoolOptions{MaxBytes: 2 * holdPiece, SegmentBytes: holdPiece}))
	if _, err := log.Append(make([]byte, 2*holdPiece+1), 1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("longer than the pool: %v", err)
	}
	if _, err := log.Append([]byte("x"), 0); err == nil {
		t.Error("a batch without items was appended")
	}
	ref, err := log.Append(make([]byte, 2*holdPiece), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append([]byte("x"), 1); !errors.Is(err, ErrFull) {
		t.Errorf("no room: %v", err)
	}
	log.Release(ref, 1, 2*holdPiece)
	if _, err := log.Append([]byte("x"), 1); err != nil {
		t.Errorf("there is room again: %v", err)
	}
}
