package sample

import (
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// What is said of the memory of verdicts is what it takes, within a half.
func TestRememberedIsWhatTheHeapHolds(t *testing.T) {
	const n = 100_000
	held := func(build func() any) int64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		x := build()
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(x)
		return int64(after.HeapAlloc) - int64(before.HeapAlloc)
	}
	id := func(i int) (id [16]byte) {
		binary.BigEndian.PutUint64(id[8:], uint64(i)+1)
		return id
	}
	journal, kept, dropped := Remembered(Options{Journal: n, LateKept: n, LateDropped: n})
	for name, c := range map[string]struct {
		want int64
		made func() any
	}{
		"journal": {journal, func() any {
			j := newJournal(n)
			for i := range n {
				j.add(Decision{id: id(i)})
			}
			return j
		}},
		"kept": {kept, func() any {
			k := newKeptTraces(n)
			for i := range n {
				k.add(id(i), keptVerdict{rule: "rule"})
			}
			return k
		}},
		"dropped": {dropped, func() any { return newDroppedTraces(n) }},
	} {
		if got := held(c.made); got < c.want/2 || got > c.want*3/2 {
			t.Errorf("%s takes %d bytes, estimated are %d", name, got, c.want)
		}
	}
}

// The index takes no more than is said, though the log has room: traces of one short
// span each cost more than their bytes.
func TestIndexIsBounded(t *testing.T) {
	s := newSampler(t, options(&counter{lossy: true}), store.PoolOptions{MaxBytes: 1 << 20, SegmentBytes: 16 << 10})
	most, reached := MostIndex(s.options.Pool.Max()), int64(0)
	for n := range uint64(300) {
		var spans []testSpan
		for i := range uint64(50) {
			spans = append(spans, testSpan{trace: traceID(50*n+i, float64(i)/50), id: 1, parent: 9})
		}
		if _, err := s.AddTraces(request(t, spans...)); err != nil {
			t.Fatal(err)
		}
		reached = max(reached, s.index.cost()+s.logs.cost())
	}
	if full := s.log.Full(); reached > most || reached < most*3/4 || full > stepNoGrace {
		t.Errorf("the index takes %d bytes of %d, and the log is %.2f full", reached, most, full)
	}
}
