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
	if w.bytes.Ends(&e.first, w.tells) == 0 {
		return false
	}
	told := uint64(0)
	for k, some := range w.tells {
		if some != 0 {
			w.tells[k] = w.confirm(e, b, k<<6, some)
			told |= w.tells[k]
		}
	}
	return told != 0
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
