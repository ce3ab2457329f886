package store

import (
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// A record is followed from its append to its end at each destination.
func TestMark_FollowsARecord(t *testing.T) {
	l, _, _ := newTestLog(t, 8)
	a := l.Destination("a", []otlp.Signal{otlp.Traces}, 0).Cursor(otlp.Traces)
	b := l.Destination("b", []otlp.Signal{otlp.Traces}, 2*testSegment).Cursor(otlp.Traces)
	mark := func(n int) Mark {
		before := l.End(otlp.Traces)
		mustAppend(t, l, otlp.Traces, 2, record('x', n))
		end := l.End(otlp.Traces)
		if end.Records != before.Records+1 {
			t.Fatalf("%d records after %d", end.Records, before.Records)
		}
		return end
	}
	want := func(c *Cursor, m Mark, want Progress) {
		t.Helper()
		if got := c.Progress(m); got != want {
			t.Errorf("%s: %s, want %s", c.destination.name, got, want)
		}
	}
	first, second := mark(100), mark(100)
	want(a, first, Pending)
	read(t, a, 100)
	want(a, first, Sending)
	want(a, second, Pending)
	a.Settle(2)
	a.Release()
	want(a, first, Delivered)
	want(a, second, Pending)

	read(t, a, 100)
	a.GiveUp(2)
	a.Release()
	want(a, first, Delivered)
	want(a, second, Lost)

	third, last := mark(testSegment-200), Mark{}
	for range 3 {
		last = mark(testSegment - 200) // b's bound takes its oldest
	}
	want(b, first, Lost)
	want(b, third, Lost)
	want(b, last, Pending)
	want(a, third, Pending)
	read(t, a, 1)
	a.GiveUp(1)
	a.Release()
	want(a, third, PartLost)
}

// Records that go for want of room, while the batch before them is in hand, are
// lost at once, not only when the batch is released.
func TestMark_SeesALossBehindTheBatchInHand(t *testing.T) {
	l, _, book := newTestLog(t, 8)
	c := l.Destination("d", []otlp.Signal{otlp.Traces}, 250).Cursor(otlp.Traces)
	var marks [4]Mark
	for i := range marks {
		if i == 1 {
			read(t, c, 100)
		}
		mustAppend(t, l, otlp.Traces, 1, record('x', 100))
		marks[i] = l.End(otlp.Traces)
	}
	for i, want := range []Progress{Sending, Lost, Lost, Pending} {
		if got := c.Progress(marks[i]); got != want {
			t.Errorf("record %d is %s, want %s", i, got, want)
		}
	}
	if n := book["d traces queue_full"]; n != 2 {
		t.Errorf("%d records are lost, want 2", n)
	}
}

// What is too long ago to say is not said to be delivered.
func TestMark_ForgetsOldLosses(t *testing.T) {
	var l losses
	for i := range maxLostRanges + 1 {
		l.add(lostRange{uint64(i + 1), uint64(i + 1), 0, 10, false})
	}
	for segment, want := range map[uint64]Progress{1: Unknown, 2: Lost, maxLostRanges + 1: Lost, maxLostRanges + 2: Delivered} {
		if got := l.of(Mark{Segment: segment, Offset: 10}); got != want {
			t.Errorf("a record of segment %d is %s, want %s", segment, got, want)
		}
	}
	if got := l.of(Mark{Segment: 2, Offset: 20}); got != Delivered {
		t.Errorf("a record behind a lost one is %s", got)
	}
}
