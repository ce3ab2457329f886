package sample

import (
	"encoding/binary"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// Which spans wait for a parent, and which are there twice, is found the same in
// small fragments and in large ones, in whatever order spans come.
func TestIndex_RelationsAreThoseOfTheWholeFragment(t *testing.T) {
	pool, err := store.NewPool(store.PoolOptions{MaxBytes: 1 << 20, SegmentBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	log := store.NewHoldLog(pool)
	rapid.Check(t, func(t *rapid.T) {
		x := newIndex()
		ids := rapid.IntRange(1, 100).Draw(t, "ids")
		n := rapid.IntRange(1, 3*largeFragment).Draw(t, "spans")
		parents := map[[8]byte][8]byte{} // of the spans that have come
		f := x.fragment([16]byte{1}, 0)
		for range n {
			s := otlp.Span{Raw: []byte("a span")}
			binary.BigEndian.PutUint64(s.SpanID[:], uint64(rapid.IntRange(1, ids).Draw(t, "id")))
			binary.BigEndian.PutUint64(s.ParentID[:], uint64(rapid.IntRange(0, ids).Draw(t, "parent")))
			s.HasParent = s.ParentID != [8]byte{}
			_, twice := parents[s.SpanID]
			rel := x.relate(f, &s)
			if rel.duplicate != twice {
				t.Fatalf("span %x: duplicate is %v, want %v", s.SpanID, rel.duplicate, twice)
			}
			if twice {
				continue
			}
			parents[s.SpanID] = s.ParentID
			ref, err := log.Append(s.Raw, 1)
			if err != nil {
				t.Fatal(err)
			}
			x.add(f, &s, rel, x.group(&otlp.Group{}, ref), ref.Offset, 0)
			var roots, waiting int32
			for _, parent := range parents {
				if _, there := parents[parent]; parent == [8]byte{} {
					roots++
				} else if !there {
					waiting++
				}
			}
			if fr := x.fragments.at(f); fr.waiting != waiting || fr.roots != roots {
				t.Fatalf("%d spans: %d wait and %d are roots, want %d and %d", len(parents), fr.waiting, fr.roots, waiting, roots)
			}
		}
		x.remove(f, log)
		if x.cost() != 0 {
			t.Errorf("an empty index costs %d bytes", x.cost())
		}
	})
}

// Fragments that are decided long before they are due leave nothing behind in the
// queue for them.
func TestDueQueue_ForgetsWhatWasDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(t)
		o := options(r)
		o.MaxSpans, o.Hold = 1, time.Hour
		s := newSampler(t, o, store.PoolOptions{})
		for n := range uint64(20_000) {
			for id := range uint64(2) { // the second is one too many
				if _, err := s.AddTraces(request(t, testSpan{trace: traceID(n, 0), id: id + 1, parent: 7})); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(s.due.entries); n > 2*fewStale {
				t.Fatalf("%d entries for one fragment", n)
			}
		}
	})
}
