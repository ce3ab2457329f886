package sample

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// heldSpans are the encoded spans of a fragment, by what holds them.
func (s *Sampler) heldSpans(f uint32) (out [][]byte) {
	for n := s.index.fragments.at(f).first; n != none; n = s.index.spans.at(n).next {
		e := s.index.spans.at(n)
		out = append(out, bytes.Clone(s.log.Bytes(s.index.ref(&e.held), int(e.length))))
	}
	return out
}

// Of the fragments in the oldest segment those of the lowest randomness go, half
// of the bytes; the others keep every span, and those with an error are asked
// about. Spans that come later join the survivors.
func TestEviction_TakesTheLowestAndKeepsTheOthersWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRecorder(t)
		o := options(r, Rule{Name: "errors", When: &Condition{Status: "error"}, Keep: "always"})
		s := newSampler(t, o, store.PoolOptions{MaxBytes: 64 << 10, SegmentBytes: 4 << 10})
		var traces [][16]byte
		sent := 0
		for i := range rapid.IntRange(10, 40).Draw(rt, "batches") {
			var spans []testSpan
			for range rapid.IntRange(1, 5).Draw(rt, "spans") {
				var id [16]byte
				if n := len(traces); n > 0 && rapid.Bool().Draw(rt, "known") {
					id = traces[rapid.IntRange(0, n-1).Draw(rt, "trace")]
				} else {
					id = traceID(uint64(n), rapid.Float64Range(0, 1).Draw(rt, "r"))
					traces = append(traces, id)
				}
				spans = append(spans, testSpan{
					trace: id, id: uint64(i*10+len(spans)) + 1, parent: 1 << 40, service: fmt.Sprint(len(spans) % 2),
					name: strings.Repeat("x", rapid.IntRange(10, 400).Draw(rt, "length")), failed: rapid.IntRange(0, 9).Draw(rt, "failed") == 0,
				})
			}
			if _, err := s.AddTraces(request(t, spans...)); err != nil {
				rt.Fatal(err)
			}
			sent += len(spans)
		}
		for {
			segment, ok := s.log.Oldest()
			if !ok {
				break
			}
			checkEviction(rt, s, segment)
		}
		if got := r.out(); got != sent {
			rt.Errorf("%d spans came out, %d came", got, sent)
		}
	})
}

func checkEviction(t *rapid.T, s *Sampler, segment uint32) {
	type before struct {
		fragment
		spans [][]byte
	}
	held := map[uint32]before{}
	var all, gone int64
	for _, f := range s.fragmentsIn(segment) {
		fr := *s.index.fragments.at(f)
		held[f] = before{fr, s.heldSpans(f)}
		if !fr.failed {
			all += fr.bytes
		}
	}
	s.evictOldest()
	var highest uint64
	lowest := uint64(maxRandom)
	for f, b := range held {
		fr := s.index.fragments.at(f)
		if stays := fr.generation == b.generation && fr.spans > 0; !stays {
			if !b.failed {
				highest, gone = max(highest, b.r), gone+b.bytes
			}
			continue
		}
		if b.failed {
			t.Fatal("a fragment with an error stays without a verdict")
		}
		lowest = min(lowest, b.r)
		for i, raw := range s.heldSpans(f) {
			if !bytes.Equal(raw, b.spans[i]) || int(fr.spans) != len(b.spans) {
				t.Fatalf("a survivor's span %d of %d changed", i, len(b.spans))
			}
		}
		if s.index.reaches(fr, segment) {
			t.Fatal("a survivor still lies in the segment that was emptied")
		}
	}
	if highest > lowest {
		t.Fatalf("randomness %x went, %x stays", highest, lowest)
	}
	if gone < all/2 {
		t.Fatalf("%d of %d bytes went, want half", gone, all)
	}
}

// Fragments go in ascending randomness, also where a tracestate says what it is.
func TestEviction_GoesByTheRandomnessOfTheTracestate(t *testing.T) {
	r := newRecorder(t)
	s := newSampler(t, options(r), store.PoolOptions{})
	if _, err := s.AddTraces(request(t,
		testSpan{trace: traceID(1, 0.9), id: 1, parent: 9, state: "ot=rv:00000000000001"},
		testSpan{trace: traceID(2, 0.1), id: 1, parent: 9, state: "ot=rv:fffffffffffff0"},
		testSpan{trace: traceID(3, 0.5), id: 1, parent: 9},
	)); err != nil {
		t.Fatal(err)
	}
	s.evictOldest()
	var evicted []string // the last one first: all go, for there is no other segment
	for _, d := range s.Recent("", string(VerdictEvicted), 10) {
		evicted = append(evicted, d.TraceID[:16])
	}
	if got, want := strings.Join(evicted, " "), "0000000000000003 0000000000000004 0000000000000002"; got != want { // n+1 of traceID
		t.Errorf("evicted %s, want %s", got, want)
	}
}

// Late spans of a survivor join it where it lies now, and it is kept as a whole.
func TestEviction_SurvivorsAreCompletedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(t)
		o := options(r, Rule{Name: "all", Keep: "always"})
		s := newSampler(t, o, store.PoolOptions{MaxBytes: 64 << 10, SegmentBytes: 4 << 10})
		survivor := traceID(0, 0.99)
		add := func(spans ...testSpan) {
			t.Helper()
			if _, err := s.AddTraces(request(t, spans...)); err != nil {
				t.Fatal(err)
			}
		}
		add(testSpan{trace: survivor, id: 1, parent: 3, service: "a"}, testSpan{trace: survivor, id: 2, parent: 3, service: "b"})
		for n := range uint64(20) {
			add(testSpan{trace: traceID(n+1, 0.1), id: 1, parent: 3, name: strings.Repeat("x", 1000)})
		}
		for range 3 {
			s.evictOldest()
		}
		add(testSpan{trace: survivor, id: 3, service: "a"})
		if f := s.index.fragments.byTrace[survivor]; !s.index.fragments.at(f).complete() {
			t.Error("the survivor isn't complete with its root")
		}
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(r.spans[survivor]); n != 3 {
			t.Errorf("%d spans of the survivor were kept, want 3", n)
		}
	})
}

// Admission refuses when what is held, and what is on its way into the log, takes
// nearly all of it, and only then.
func TestRefusing(t *testing.T) {
	s := newSampler(t, options(newRecorder(t)), store.PoolOptions{MaxBytes: 100 << 10, SegmentBytes: 1 << 10})
	for n := range uint64(2000) {
		if _, err := s.AddTraces(request(t, testSpan{trace: traceID(n, 0.5), id: 1, parent: 3, name: strings.Repeat("x", 500)})); err != nil {
			t.Fatal(err)
		}
		if s.Refusing() {
			t.Fatalf("refuses though %.2f is full: room is made", s.fill())
		}
	}
	for _, c := range []struct {
		arriving int64
		want     bool
	}{{0, false}, {5 << 10, false}, {60 << 10, true}, {0, false}} {
		s.arriving.Store(c.arriving)
		if got := s.Refusing(); got != c.want {
			t.Errorf("with %.2f full and %d bytes arriving, refusing is %v", s.fill(), c.arriving, got)
		}
	}
}
