package detect

import "github.com/drl-trading/telemetry-agent/internal/filter/bytemap"

// The classes of bytes by which a text is looked at by the detectors that need them.
const (
	hasAt        = bytemap.At
	hasPercent   = bytemap.Percent
	hasBackslash = bytemap.Backslash
	hasEquals    = bytemap.Equal
	hasColon     = bytemap.Colon
	hasLess      = bytemap.Angle
	hasPlus      = bytemap.Plus
	hasEntity    = bytemap.Entity
	hasDot       = bytemap.Dot
	hasDash      = bytemap.Dash
	hasComma     = bytemap.Comma
	hasQuote     = bytemap.Quote
	hasTilde     = bytemap.Tilde
	hasSpace     = bytemap.Space
	hasBar       = bytemap.Bar | bytemap.Tab
	hasLine      = bytemap.Line
	hasFold      = bytemap.Escape | bytemap.Beyond // if foldable bytes are among them
	hasCode      = hasPercent | hasBackslash | hasEntity | hasFold
)

// codes are the bytes with which an encoded character may begin.
var codes = buildCodes()

func buildCodes() (t [256]bool) {
	t['%'], t['\\'], t['&'], t[escapeByte] = true, true, true, true
	// Latin, Greek, Cyrillic (U+0100 to U+034E, U+0370 to U+05FF) and the CJK
	// ideographs (U+4000 to U+9FFF) hold nothing that folds. Bytes up to 0xBF continue
	// a character.
	for c := 0xC0; c < 0x100; c++ {
		t[c] = c < 0xC3 || c == 0xCD || c >= 0xD8 && c < 0xE4 || c >= 0xEA
	}
	return t
}

// classify makes the one pass over all bytes of a text. It leaves in w.bytes where
// they are, and returns which there are.
func (w *Work) classify(b []byte) bytemap.Class {
	w.bytes.Read(b)
	seen := w.bytes.Seen
	w.beyond = seen&bytemap.Beyond != 0
	if w.beyond && !anyFold(b) {
		seen &^= bytemap.Beyond
	}
	return seen
}

// anyFold tells whether b holds the first byte of a character beyond ASCII that
// folding may change.
func anyFold(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 && codes[c] {
			return true
		}
	}
	return false
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
	inGap     // may stand between groups of digits
	inHash    // '#' and ':', before a number
	inURLEnd  // ends a URL
	inApart   // besides digits, behind a ':' that setsApart has to look at
	endsApart // before such a ':'
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
	add(inApart, "/*")
	add(endsApart, "pry")
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

// equalFold tells whether b is word, which is in lower case.
func equalFold(b []byte, word string) bool {
	return len(b) == len(word) && hasFoldPrefix(b, word)
}

func hasSuffix(b []byte, suffix string) bool {
	return len(b) >= len(suffix) && string(b[len(b)-len(suffix):]) == suffix
}

// hasFoldSuffix tells whether b ends with suffix, which is in lower case.
func hasFoldSuffix(b []byte, suffix string) bool {
	return len(b) >= len(suffix) && hasFoldPrefix(b[len(b)-len(suffix):], suffix)
}

// wordStart returns where the letters at the end of b begin.
func wordStart(b []byte) int {
	i := len(b)
	for i > 0 && is(b[i-1], inLetter) {
		i--
	}
	return i
}

// keyStart returns where the key that ends before b[to] begins.
func keyStart(b []byte, to int) int {
	from := to
	for from > 0 && to-from < maxKey && is(b[from-1], inKey) {
		from--
	}
	return from
}
