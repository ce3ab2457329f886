package detect

import (
	"encoding/binary"
	"math/bits"
)

// tellers are the bytes of which one stands around a telling word wherever a
// detector looks for one.
const tellers = hasEquals | hasColon | hasLess | hasQuote | hasBar | hasComma | hasSpace | hasFold

// findTelling leaves in w.tells a bit for the last letter of each word that may be
// telling, and returns whether there is any.
func (w *Work) findTelling(t *keyTable, b []byte) bool {
	blocks := w.bytes.Blocks
	if cap(w.tells) < len(blocks) {
		w.tells = make([]uint64, len(blocks), 2*len(blocks))
	}
	w.tells = w.tells[:len(blocks)]
	told, before := uint64(0), uint64(0)
	for k := range blocks {
		letters, next := blocks[k].Letters, uint64(0)
		if k+1 < len(blocks) {
			next = blocks[k+1].Letters << 63
		}
		ends := letters &^ (letters>>1 | next) & (letters<<1 | before>>63)
		tells := uint64(0)
		for ; ends != 0; ends &= ends - 1 {
			i := k<<6 + bits.TrailingZeros64(ends)
			if t.endings.tell(b, i+1, wordLetters(b, i, letters, before)) {
				tells |= ends & -ends
			}
		}
		w.tells[k] = tells
		told |= tells
		before = letters
	}
	return told != 0
}

// wordLetters returns the last letters of the word whose last one is b[i]: what
// lastLetters does, by the bits of the block and of the one before.
func wordLetters(b []byte, i int, block, before uint64) letters {
	if i < 3 {
		return lastLetters(b, i+1)
	}
	four := block << 3 // the bits of b[i-3:i+1]
	if i&63 < 3 {
		four |= before >> 61
		four >>= i & 63
	} else {
		four = block >> (i&63 - 3)
	}
	return letters(binary.LittleEndian.Uint32(b[i-3:])&0x1F1F1F1F) & kept[four&15]
}

// kept masks the letters of a word: of four bytes, those before which nothing else
// stands.
var kept = buildKept()

func buildKept() (t [16]letters) {
	for four := range t {
		n := bits.LeadingZeros8(^uint8(four << 4))
		t[four] = ^letters(0) << (32 - 8*n)
	}
	return t
}
