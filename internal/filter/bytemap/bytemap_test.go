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
	})
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
