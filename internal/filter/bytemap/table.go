package bytemap

import "encoding/binary"

// kinds are the kinds of each byte, and above them a bit for each set that a Block
// has bits for.
var kinds = buildKinds()

// Where these bits are.
const (
	inDigits = 24 + iota
	inLetters
	inWords
	inMarks
	inSpaces
	inDashes
	allKinds Class = 1<<24 - 1
)

func buildKinds() (t [256]Class) {
	for c := range t {
		for _, r := range rectangles() {
			if r.upper>>(c>>4)&1 != 0 && r.lower>>(c&15)&1 != 0 {
				t[c] |= r.kind
			}
		}
		for bit, set := range map[int]Class{inDigits: Digit, inLetters: letter, inWords: word, inMarks: mark, inSpaces: Space, inDashes: Dash} {
			if t[c]&set != 0 {
				t[c] |= 1 << bit
			}
		}
	}
	return t
}

// Kinds returns all kinds of bytes in a text that is too short for a Map to pay.
func Kinds(b []byte) (seen Class) {
	for _, c := range b {
		seen |= kinds[c]
	}
	return seen & allKinds
}

// readTable reads a text by a table, eight bytes at a time.
func (m *Map) readTable(b []byte) {
	seen := Class(0)
	for k := range m.Blocks {
		var block Block
		part := b[k<<6 : min(len(b), k<<6+64)]
		for i := 0; i < len(part); i += 8 {
			x := eight(part[i:])
			k0, k1, k2, k3 := kinds[byte(x)], kinds[byte(x>>8)], kinds[byte(x>>16)], kinds[byte(x>>24)]
			k4, k5, k6, k7 := kinds[byte(x>>32)], kinds[byte(x>>40)], kinds[byte(x>>48)], kinds[byte(x>>56)]
			seen |= k0 | k1 | k2 | k3 | k4 | k5 | k6 | k7
			sets := uint64(k0>>24) | uint64(k1>>24)<<8 | uint64(k2>>24)<<16 | uint64(k3>>24)<<24 |
				uint64(k4>>24)<<32 | uint64(k5>>24)<<40 | uint64(k6>>24)<<48 | uint64(k7>>24)<<56
			block.Digits |= gather(sets) << (i & 63)
			block.Letters |= gather(sets>>(inLetters-inDigits)) << (i & 63)
			block.Words |= gather(sets>>(inWords-inDigits)) << (i & 63)
			block.Marks |= gather(sets>>(inMarks-inDigits)) << (i & 63)
			block.Spaces |= gather(sets>>(inSpaces-inDigits)) << (i & 63)
			block.Dashes |= gather(sets>>(inDashes-inDigits)) << (i & 63)
		}
		m.Blocks[k] = block
		letters := m.Letters[Front+k<<6 : Front+k<<6+64]
		clear(letters[len(part):])
		for i, c := range part {
			letters[i] = 0
			if kinds[c]&letter != 0 {
				letters[i] = c & 0x1F
			}
		}
	}
	m.Seen = seen & allKinds
}

// eight returns the first eight bytes of b, the first one lowest; zeros behind its
// end, which are of no kind.
func eight(b []byte) (x uint64) {
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b)
	}
	for i, c := range b {
		x |= uint64(c) << (8 * i & 63)
	}
	return x
}

// gather brings the lowest bits of eight bytes together.
func gather(x uint64) uint64 { return x & 0x0101010101010101 * 0x0102040810204080 >> 56 }
