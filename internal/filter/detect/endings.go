package detect

import (
	"encoding/binary"
	"strings"

	"github.com/drl-trading/telemetry-agent/internal/filter/bytemap"
)

// endings knows the last letters of words. Most words of a text end like none of
// them, so that they needn't be cut out and looked up.
type endings struct {
	first bytemap.Endings // of what surely may say yes to
	four  hashes          // of up to four letters
	short hashes          // of those of words with less than six letters
	six   hashes          // of six letters
	apart hashes          // like four, of words that a blank may part, as in "session id"
	camel hashes          // like four, of words that count behind others only, as in tokenValue
	cues  hashes          // like four, of words that announce a secret, see cue
}

// hashes is a set of letters, a bit for each hash: 2 KiB, a few per cent of which are
// set.
type hashes [1 << hashBits / 64]uint64

const hashBits = 14

func (h *hashes) set(x uint64) {
	x = x * 0x9E3779B97F4A7C15 >> (64 - hashBits)
	h[x>>6] |= 1 << (x & 63)
}

func (h *hashes) has(x uint64) bool {
	x = x * 0x9E3779B97F4A7C15 >> (64 - hashBits)
	return h[x>>6]>>(x&63)&1 != 0
}

// letters are the last letters of a word in either case, five bits in a byte each,
// the last one highest; zero where there is none.
type letters uint32

// shortParts are words of two and three letters that end joined ones: account_id is
// accountid in a table.
var shortParts = [...]string{"id", "no", "nr", "pw", "wd", "key", "num", "pin", "pwd", "pem", "otp", "sid"}

// add notes the ending of a word. apart says whether a blank may part it.
func (e *endings) add(word string, apart bool) {
	l := ending(word)
	e.four.set(uint64(l))
	if apart {
		e.apart.set(uint64(l))
	}
	e.setLength(word)
	e.noteEnding(l, len(word))
	for _, part := range shortParts {
		if strings.HasSuffix(word, part) {
			e.note(ending(part))
		}
	}
}

// setLength notes whether six letters of a word are known.
func (e *endings) setLength(word string) {
	if len(word) < 6 {
		e.short.set(uint64(ending(word)))
	} else {
		e.six.set(sixLetters([]byte(word), len(word)))
	}
}

// addBehind notes the ending of a word that counts only behind others in one, as in
// tokenValue.
func (e *endings) addBehind(word string) {
	e.camel.set(uint64(ending(word)))
	e.setLength(word)
	e.noteEnding(ending(word), len(word))
}

// noteEnding notes an ending of n letters for the first look.
func (e *endings) noteEnding(l letters, n int) {
	e.note(l)
	for before := range letters(32) {
		switch n {
		case 2: // of userPw
			for first := range letters(32) {
				e.note(l | before<<8 | first)
			}
		case 3: // of apiKey
			e.note(l | before)
		}
	}
}

func (e *endings) note(l letters) {
	e.first.Add(uint32(l))
}

// tell tells whether the word before b[to], whose last letters are l, may end like
// one of those known.
func (e *endings) tell(b []byte, to int, l letters) bool {
	return e.first.Has(uint32(l)) && e.surely(b, to, l)
}

// unlike tells of most words of four letters or more that they end like none, by their
// last six letters.
func (e *endings) unlike(b []byte, to int, l letters, six uint64) bool {
	if l&0xFF == 0 || l&^0xFF == pwd || is(b[to-3], inUpper) || is(b[to-2], inUpper) || e.short.has(uint64(l)) {
		return false
	}
	switch {
	case six&0xFF00 == 0: // four letters
		return at(b, to-5) == ' ' && !e.apart.has(uint64(l))
	case six&0xFF == 0: // five
		return at(b, to-6) == ' ' && !e.apart.has(uint64(l))
	}
	return !e.six.has(six)
}

// pwd are the letters of the one word that any others may stand before: dbpwd.
const pwd = letters('d'&31)<<24 | letters('w'&31)<<16 | letters('p'&31)<<8

// surely looks at more than four letters, and at capital ones.
func (e *endings) surely(b []byte, to int, l letters) bool {
	known := e.four.has(uint64(l))
	switch {
	case to < 2:
		return false
	case l&0xFF != 0:
		return (known || e.camel.has(uint64(l))) && e.long(b, to, l) && (known || capitalInside(b, to)) || e.capitalized(b, to, l) || l&^0xFF == pwd
	case known:
		return true
	case l&0xFF00 != 0:
		return e.capitalized(b, to, l) || e.joined(b, to, 3, l)
	}
	return e.joined(b, to, 2, l)
}

// capitalized tells whether a word of three or two letters begins with a capital one
// within another: apiKey, userPw.
func (e *endings) capitalized(b []byte, to int, l letters) bool {
	if three := uint64(l &^ 0xFF); l&0xFF != 0 && is(b[to-3], inUpper) && (e.four.has(three) || e.camel.has(three)) {
		return true
	}
	return is(b[to-2], inUpper) && e.four.has(uint64(l&^0xFFFF))
}

// capitalInside tells whether the word before b[to] has a capital letter behind its first
// one, four letters or more before its end.
func capitalInside(b []byte, to int) bool {
	for i := to - 4; i > 0 && to-i < maxKey && is(b[i-1], inLetter); i-- {
		if is(b[i], inUpper) {
			return true
		}
	}
	return false
}

// long tells whether a word of at least four letters may be known by its last six, of
// which the first may stand before something else: auth_code.
func (e *endings) long(b []byte, to int, l letters) bool {
	if e.short.has(uint64(l)) {
		return true
	}
	n := 4
	for n < 6 && is(at(b, to-n-1), inLetter) {
		n++
	}
	if n == 6 {
		return e.six.has(sixLetters(b, to))
	}
	before := to - n
	for before > 0 && to-before < maxKey && !alnum(b[before-1]) {
		before--
	}
	if before < 6-n || b[to-n-1] == ' ' && !e.apart.has(uint64(l)) {
		return false
	}
	other, six := lastLetters(b, before), uint64(l)<<16
	if n == 5 {
		six |= uint64(b[to-5]&31)<<8 | uint64(other>>24)
	} else {
		six |= uint64(other >> 16)
	}
	return six&0xFF != 0 && six&0xFF00 != 0 && e.six.has(six)
}

// joined tells whether a word of n letters may end one that is joined in the table.
func (e *endings) joined(b []byte, to, n int, l letters) bool {
	before := to - n
	if before == 0 {
		return false
	}
	for before > 0 && to-before < maxKey && !alnum(b[before-1]) {
		before--
	}
	l |= lastLetters(b, before) >> (8 * n)
	if b[to-n-1] == ' ' {
		return e.apart.has(uint64(l))
	}
	return e.four.has(uint64(l))
}

// ending returns the last letters of a word.
func ending(word string) letters {
	var b [8]byte // what stands before the word is no letter
	n := copy(b[4:], word[max(0, len(word)-4):])
	return lastLetters(b[:4+n], 4+n)
}

// lastLetters returns the letters before b[to].
func lastLetters(b []byte, to int) (l letters) {
	for n := 1; n <= 4 && n <= to && is(b[to-n], inLetter); n++ {
		l |= letters(b[to-n]&31) << (32 - 8*n)
	}
	return l
}

// sixLetters returns the six letters before b[to], as letters does for four.
func sixLetters(b []byte, to int) uint64 {
	x := uint64(binary.LittleEndian.Uint32(b[to-4:]))<<16 | uint64(binary.LittleEndian.Uint16(b[to-6:]))
	return x & 0x1F1F1F1F1F1F
}
