package detect

import (
	"encoding/binary"
	"math/bits"

	"github.com/drl-trading/telemetry-agent/internal/filter/bytemap"
)

// mayHold tells whether a text may hold a value behind or before a telling word, by
// the bytes in it: of one that sets them apart.
func (s *Scanner) mayHold(seen bytemap.Class, digits int, b []byte) bool {
	if seen&(hasEquals|hasColon|hasLess|hasQuote|hasBar|hasComma|hasSpace|hasFold) != 0 {
		return true
	}
	return digits >= minDigits && (seen&hasDot != 0 || hasByte(b, '#')) // account.U1234567, account#1234567
}

// findTelling leaves in w.tells a bit for the last letter of each word that may be
// telling, and returns whether there is any.
func (w *Work) findTelling(e *endings, b []byte) bool {
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
		two := letters<<1 | before>>63
		three := letters<<2 | before>>62
		four := letters<<3 | before>>61
		ends := letters & two &^ (letters>>1 | next)
		tells := uint64(0)
		if k == 0 {
			tells = e.atStart(b, ends)
			ends &^= 7
		}
		tells |= e.some(b[max(0, k<<6-3):], k<<6-max(0, k<<6-3), ends, three, three&four)
		if tells != 0 {
			tells = e.confirm(b, k<<6, tells)
		}
		w.tells[k] = tells
		told |= tells
		before = letters
	}
	return told != 0
}

// kept masks the letters of a word, by how many there are beyond two.
var kept = [4]letters{0x1F1F0000, 0x1F1F0000, 0x1F1F1F00, 0x1F1F1F1F}

// some returns those of the words that may be known, by their last four letters.
// They end at the bits of ends in b[from:]; three and four say of which that letter
// before the end belongs to the word. Four bytes have to be there.
func (e *endings) some(b []byte, from int, ends, three, four uint64) (tells uint64) {
	for ; ends != 0; ends &= ends - 1 {
		i := bits.TrailingZeros64(ends)
		last := from + i - 3
		if uint(last) >= uint(len(b)-3) {
			break // can't be
		}
		l := letters(binary.LittleEndian.Uint32(b[last:last+4])) & kept[three>>(i&63)&1<<1|four>>(i&63)&1]
		k := l.hash()
		tells |= e.first[k>>6] >> (k & 63) & 1 << (i & 63)
	}
	return tells
}

// atStart does the same for words that end within the first three bytes.
func (e *endings) atStart(b []byte, ends uint64) uint64 {
	for to := 2; to <= 3; to++ {
		if ends>>(to-1)&1 != 0 {
			if k := lastLetters(b, to).hash(); e.first[k>>6]>>(k&63)&1 != 0 {
				return 1 << (to - 1)
			}
			return 0
		}
	}
	return 0
}

// confirm returns those of the words that may be known, by a closer look.
func (e *endings) confirm(b []byte, from int, some uint64) (tells uint64) {
	for ; some != 0; some &= some - 1 {
		to := from + bits.TrailingZeros64(some) + 1
		if e.surely(b, to, lastLetters(b, to)) {
			tells |= some & -some
		}
	}
	return tells
}
