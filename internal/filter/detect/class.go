package detect

import (
	"encoding/binary"
	"math/bits"
)

// The classes of bytes. A summary ORs them, so that a text without a class is
// not looked at by the detectors that need it.
const (
	hasDigit     = 1 << iota // bit 0: it is counted, too
	hasAt                    // @
	hasPercent               // %
	hasBackslash             // \
	hasEquals                // =
	hasColon                 // :
	hasLess                  // < and >
	hasPlus                  // +
	hasEntity                // &
	hasDot                   // .
	hasDash                  // -
	hasComma                 // ,
	hasQuote                 // " and '
	hasTilde                 // ~
	hasSpace                 // a blank
	hasBar                   // | and a tab
	hasLine                  // the end of a line
	hasFold                  // first byte of a character that folding may change
)

// summary is what one pass tells about a text.
type summary struct {
	bits   uint32
	digits int
}

var classes = buildClasses()

func buildClasses() (t [256]uint32) {
	for c := '0'; c <= '9'; c++ {
		t[c] = hasDigit
	}
	for c, bit := range map[byte]uint32{
		'@': hasAt, '%': hasPercent, '\\': hasBackslash, '=': hasEquals, ':': hasColon,
		',': hasComma, '"': hasQuote, '\'': hasQuote, ' ': hasSpace, '~': hasTilde,
		'<': hasLess, '>': hasLess, '+': hasPlus, '&': hasEntity, '.': hasDot, '|': hasBar, '\n': hasLine, '\t': hasBar, '-': hasDash,
	} {
		t[c] = bit
	}
	t[escapeByte] = hasFold
	for c := 0x80; c < 0x100; c++ {
		t[c] = hasFold
	}
	// Latin, Greek, Cyrillic (U+0100 to U+034E, U+0370 to U+05FF) and the CJK
	// ideographs (U+4000 to U+9FFF) hold nothing that folds.
	for c := 0xC3; c < 0xCD; c++ {
		t[c] = 0
	}
	for c := 0xCE; c < 0xD8; c++ {
		t[c] = 0
	}
	for c := 0xE4; c < 0xEA; c++ {
		t[c] = 0
	}
	for c := 0x80; c < 0xC0; c++ { // continuation bytes
		t[c] = 0
	}
	return t
}

// classify makes the one pass over all bytes of a text, eight at a time. It leaves
// in w.digits a bit for each byte that is a digit.
func (w *Work) classify(b []byte) (s summary) {
	const (
		zeros  = 0x3030303030303030
		low    = 0x7F7F7F7F7F7F7F7F
		over9  = 0x7676767676767676 // added to the low bits of a byte, it sets the high bit above 9
		high   = 0x8080808080808080
		gather = 0x0002040810204081 // brings the high bits of eight bytes together
	)
	if need := len(b)/64 + 1; cap(w.digits) < need {
		w.digits = make([]uint64, need+need/2)
	}
	w.digits = w.digits[:len(b)/64+1]
	var bits0, bits1 uint32
	mask, digits, i := uint64(0), 0, 0
	for ; len(b)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		bits0 |= classes[byte(x)] | classes[byte(x>>8)] | classes[byte(x>>16)] | classes[byte(x>>24)]
		bits1 |= classes[byte(x>>32)] | classes[byte(x>>40)] | classes[byte(x>>48)] | classes[byte(x>>56)]
		y := x ^ zeros
		mask |= (^((y & low) + over9 | y) & high) * gather >> 56 << (i & 63)
		if i&63 == 56 {
			w.digits[i>>6] = mask
			digits += bits.OnesCount64(mask)
			mask = 0
		}
	}
	for ; i < len(b); i++ {
		c := classes[b[i]]
		bits0 |= c
		mask |= uint64(c&hasDigit) << (i & 63)
	}
	w.digits[len(b)>>6] = mask
	return summary{bits0 | bits1, digits + bits.OnesCount64(mask)}
}

// Sets of bytes, for single tests.
const (
	inDigit  = 1 << iota
	inLetter // A-Z, a-z
	inHex    // letters a-f, A-F
	inWord   // letters, digits and what most tokens are made of: _ - ~
	inLocal  // may stand in the local part of an email address
	inHost   // may stand in a host name, or begins a character beyond ASCII
	inKey    // may stand in a key: letters, digits, _ - . $
	inSpace
	inUpper
	inGap    // may stand between groups of digits
	inHash   // '#' and ':', before a number
	inURLEnd // ends a URL
)

var sets = buildSets()

func buildSets() (t [256]uint16) {
	add := func(bit uint16, chars string) {
		for i := range len(chars) {
			t[chars[i]] |= bit
		}
	}
	for c := 0; c < 256; c++ {
		switch {
		case c >= '0' && c <= '9':
			t[c] |= inDigit | inWord | inLocal | inHost | inKey
		case c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80:
			t[c] |= inLetter | inWord | inLocal | inHost | inKey
			if c|0x20 <= 'f' {
				t[c] |= inHex
			}
			if c < 'a' {
				t[c] |= inUpper
			}
		case c >= 0x80:
			t[c] |= inLocal | inHost
		}
	}
	add(inWord, "_-~")
	add(inLocal, "._%+-'!#$*^~")
	add(inHost, ".-")
	add(inKey, "_-.$")
	add(inGap, " -.+_\t")
	add(inHash, "#:")
	add(inURLEnd, " \t\r\n\v\f\"'<>`|\\{}")
	add(inSpace, " \t\r\n\v\f")
	return t
}

func is(c byte, set uint16) bool { return sets[c]&set != 0 }

func alnum(c byte) bool { return sets[c]&(inDigit|inLetter) != 0 }

func digit(c byte) bool { return c-'0' < 10 }

func hexDigit(c byte) bool { return sets[c]&(inDigit|inHex) != 0 }

// at returns b[i], or 0 outside b.
func at(b []byte, i int) byte {
	if uint(i) < uint(len(b)) {
		return b[i]
	}
	return 0
}

func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}

// hasFoldPrefix tells whether b begins with prefix, which is in lower case.
func hasFoldPrefix(b []byte, prefix string) bool {
	if len(b) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(b[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// hasFoldSuffix tells whether b ends with suffix, which is in lower case.
func hasFoldSuffix(b []byte, suffix string) bool {
	return len(b) >= len(suffix) && hasFoldPrefix(b[len(b)-len(suffix):], suffix)
}
