package bytemap

import "encoding/binary"

// Endings is a set of the last four letters of words, a bit for each hash of them: 8 KiB,
// a few per cent of which should be set.
type Endings [1 << endingBits / 64]uint64

const (
	endingBits = 16
	multiplier = 0xBF79DF7D // odd; with it few common words, as com, share a bit with those that are looked for
)

// hash returns where the bit for four letters is.
func hash(four uint32) uint32 { return four * multiplier >> (32 - endingBits) }

// Add puts in letters as Map.Letters holds them, the last one highest; zero where there is
// none. Words of two letters may follow others, whose last letters then stand before them.
func (e *Endings) Add(four uint32) {
	e.add(four)
	if four&0xFF00 == 0 {
		for before := range uint32(32) {
			e.add(four&^0xFF | before)
		}
	}
}

func (e *Endings) add(four uint32) {
	k := hash(four)
	e[k>>6] |= 1 << (k & 63)
}

// Has tells whether letters may be in the set.
func (e *Endings) Has(four uint32) bool {
	k := hash(four)
	return e[k>>6]>>(k&63)&1 != 0
}

// Ends leaves in out, which has an element for each block, a bit for the last letter of
// each word of two letters or more that may end like one of the set. It returns all of
// these bits together.
func (m *Map) Ends(e *Endings, out []uint64) (all uint64) {
	if len(m.Blocks) == 0 {
		return 0
	}
	return m.ends(e, out[:len(m.Blocks)])
}

func (m *Map) endsTable(e *Endings, out []uint64) (all uint64) {
	before := uint64(0)
	for k := range m.Blocks {
		letters, next := m.Blocks[k].Letters, uint64(0)
		if k+1 < len(m.Blocks) {
			next = m.Blocks[k+1].Letters << 63
		}
		found := uint64(0)
		text := m.Letters[Front-3+k<<6:]
		for ends := letters &^ (letters>>1 | next) & (letters<<1 | before>>63); ends != 0; ends &= ends - 1 {
			if e.Has(binary.LittleEndian.Uint32(text[First(ends):])) {
				found |= ends & -ends
			}
		}
		out[k] = found
		all |= found
		before = letters
	}
	return all
}
