package detect

import (
	"encoding/binary"

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
// telling, in w.cues where those end that cue knows, and returns whether any may tell.
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
		ends := letters &^ (letters>>1 | next) & (letters<<1 | before>>63)
		tells := e.among(ends, (*[blockLetters]byte)(w.bytes.Letters[bytemap.Front-3+k<<6:]))
		if tells != 0 {
			tells = w.confirm(e, b, k<<6, tells)
		}
		w.tells[k] = tells
		told |= tells
		before = letters
	}
	return told != 0
}

// blockLetters are the letters of a block with the three before it, and one more.
const blockLetters = 64 + 4

// among returns those of the words that may be known, by their last four letters. They
// end at the bits of ends.
func (e *endings) among(ends uint64, text *[blockLetters]byte) (tells uint64) {
	for ; ends != 0; ends &= ends - 1 {
		i := bytemap.First(ends) & 63
		l := letters(binary.LittleEndian.Uint32(text[i : i+4]))
		if l&0xFF00 == 0 {
			l &^= 0xFF // of the word before
		}
		if k := l.hash(); e.first[k>>6]>>(k&63)&1 != 0 {
			tells |= ends & -ends
		}
	}
	return tells
}

// confirm returns those of the words that may be known, by a closer look, and notes the
// cues among them.
func (w *Work) confirm(e *endings, b []byte, from int, some uint64) (tells uint64) {
	for ; some != 0; some &= some - 1 {
		to := from + bytemap.First(some) + 1
		eight := binary.LittleEndian.Uint64(w.bytes.Letters[bytemap.Front-8+to:])
		l := letters(eight >> 32)
		if l&0xFF00 == 0 {
			l &^= 0xFF // of the word before
		}
		if mayCue(at(b, to)) && e.cues.has(uint64(l)) {
			w.cues = append(w.cues, to)
		}
		if !e.unlike(b, to, l, eight>>16) && e.surely(b, to, l) {
			tells |= some & -some
		}
	}
	return tells
}
