package store

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func newTestPool(t testing.TB, o PoolOptions) *Pool {
	t.Helper()
	p, err := NewPool(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestPool_ReusesTheLowest(t *testing.T) {
	p := newTestPool(t, PoolOptions{MaxBytes: 10*64 + 63, SegmentBytes: 64})
	if p.Max() != 640 {
		t.Errorf("holds %d bytes, want whole segments", p.Max())
	}
	for range 100 {
		a, err := p.Get(1)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.Get(64)
		if err != nil {
			t.Fatal(err)
		}
		if a.Index() == b.Index() || len(a.Bytes()) != 64 || cap(b.Bytes()) != 64 {
			t.Fatalf("segments %d of %d and %d of %d bytes", a.Index(), len(a.Bytes()), b.Index(), cap(b.Bytes()))
		}
		p.Put(a)
		p.Put(b)
	}
	if p.Allocated() != 128 || p.Used() != 0 {
		t.Errorf("allocated %d, used %d, want 128 and 0", p.Allocated(), p.Used())
	}
}

func TestPool_Refuses(t *testing.T) {
	p := newTestPool(t, PoolOptions{MaxBytes: 4 * 64, SegmentBytes: 64})
	if _, err := p.Get(4*64 + 1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more than the pool: %v", err)
	}
	one, err := p.Get(64)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Get(4 * 64); !errors.Is(err, ErrFull) {
		t.Errorf("more than is free: %v", err)
	}
	p.Put(one)
	if _, err := p.Get(4 * 64); err != nil {
		t.Errorf("all of it: %v", err)
	}
	for _, o := range []PoolOptions{{}, {MaxBytes: 63, SegmentBytes: 64}, {MaxBytes: -1}, {MaxBytes: 64, SegmentBytes: -64}} {
		if _, err := NewPool(o); err == nil {
			t.Errorf("NewPool(%+v) has no error", o)
		}
	}
}

// No two owners share a byte, whatever is taken and given back.
func TestPool_SegmentsAreDisjoint(t *testing.T) {
	p := newTestPool(t, PoolOptions{MaxBytes: 16 * 64, SegmentBytes: 64})
	rapid.Check(t, func(t *rapid.T) {
		type owner struct {
			segment *Segment
			mark    byte
		}
		var owned []owner
		marks := byte(0)
		t.Repeat(map[string]func(*rapid.T){
			"get": func(t *rapid.T) {
				n := rapid.IntRange(1, 5*64).Draw(t, "bytes")
				s, err := p.Get(n)
				if err != nil {
					return
				}
				if len(s.Bytes()) < n {
					t.Fatalf("asked for %d bytes, got %d", n, len(s.Bytes()))
				}
				marks++
				owned = append(owned, owner{s, marks})
				for i := range s.Bytes() {
					s.Bytes()[i] = marks
				}
			},
			"put": func(t *rapid.T) {
				if len(owned) == 0 {
					return
				}
				i := rapid.IntRange(0, len(owned)-1).Draw(t, "owner")
				p.Put(owned[i].segment)
				owned = slices.Delete(owned, i, i+1)
			},
			"": func(t *rapid.T) {
				used := 0
				for _, o := range owned {
					used += len(o.segment.Bytes())
					for _, b := range o.segment.Bytes() {
						if b != o.mark {
							t.Fatalf("segment %d was written by another owner", o.segment.Index())
						}
					}
				}
				if int64(used) != p.Used() {
					t.Fatalf("%d bytes are owned, %d used", used, p.Used())
				}
			},
		})
		for _, o := range owned {
			p.Put(o.segment)
		}
	})
}
