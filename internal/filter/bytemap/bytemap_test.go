package bytemap

import (
	"bytes"
	"reflect"
	"testing"
)

// FuzzRead holds both ways of reading to tell the same.
func FuzzRead(f *testing.F) {
	var all []byte
	for c := range 256 {
		all = append(all, byte(c))
	}
	f.Add(all)
	for _, n := range []int{0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129} {
		f.Add(bytes.Repeat([]byte("a1-='\xC3"), 30)[:n])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var fast, slow Map
		fast.Read(bytes.Repeat([]byte("=\xFF1"), 100)) // what is left of it doesn't matter
		fast.Read(text)
		slow.Blocks, slow.Letters = make([]Block, len(fast.Blocks)), make([]byte, len(fast.Letters))
		slow.readTable(text)
		size := Front + 64*len(fast.Blocks) // what is behind doesn't matter
		if fast.Seen != slow.Seen || !reflect.DeepEqual(fast.Blocks, slow.Blocks) || !bytes.Equal(fast.Letters[:size], slow.Letters[:size]) {
			t.Fatalf("%x %x, want %x %x", fast.Seen, fast.Blocks, slow.Seen, slow.Blocks)
		}
		checkEnds(t, &fast, text)
	})
}

// checkEnds looks at the ends of the words of a text in both ways, and letter by letter.
func checkEnds(t *testing.T, m *Map, text []byte) {
	t.Helper()
	if len(text) == 0 {
		return
	}
	var set Endings
	letter := func(i int) uint32 {
		if i < 0 || i >= len(text) || kinds[text[i]]&letter == 0 {
			return 0
		}
		return uint32(text[i] & 31)
	}
	ends := map[int]uint32{} // the last four letters of each word of two and more, by where it ends
	for i := range text {
		if letter(i) == 0 || letter(i-1) == 0 || letter(i+1) != 0 {
			continue
		}
		four := letter(i)<<24 | letter(i-1)<<16 | letter(i-2)<<8
		if letter(i-2) != 0 {
			four |= letter(i - 3)
		}
		if ends[i] = four; i%3 == 0 {
			set.Add(four)
		}
	}
	fast, slow := make([]uint64, len(m.Blocks)), make([]uint64, len(m.Blocks))
	all := m.Ends(&set, fast)
	if m.endsTable(&set, slow) != all || !reflect.DeepEqual(fast, slow) {
		t.Errorf("ends %x, want %x", fast, slow)
	}
	for i, four := range ends {
		if set.Has(four) && fast[i>>6]>>(i&63)&1 == 0 {
			t.Errorf("the end at %d isn't found", i)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	text := bytes.Repeat([]byte("order 17 of EURUSD, "), 5)
	var m Map
	b.Run("Read", func(b *testing.B) {
		for b.Loop() {
			m.Read(text)
		}
	})
	b.Run("table", func(b *testing.B) {
		for b.Loop() {
			m.readTable(text)
		}
	})
}
