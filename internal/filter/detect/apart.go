package detect

import "github.com/drl-trading/telemetry-agent/internal/filter/bytemap"

// besideColon tells by the bytes beside the ':' at b[i] whether setsApart has to look at it.
func besideColon(b []byte, i int) bool {
	return i == 0 || i+1 >= len(b) || sets[b[i+1]]&(inDigit|inApart) != 0 || sets[b[i-1]]&endsApart != 0
}

// setsApart tells whether b[i] may set anything apart that is no value under a telling
// key: user information, a sensitive parameter, a field of FIX, a line of .pgpass.
func (s *Scanner) setsApart(b []byte, i int, seen bytemap.Class, hint Hint) bool {
	before := at(b, i-1)
	if b[i] == '=' {
		return before == '8' || before == '5' || before == '4' && at(b, i-2) == '5' || before == 'p' && at(b, i-2) == '&' || s.parameters.mayEnd(b, i) || queryKey(b, i, hint)
	}
	if b[i] != ':' {
		return false
	}
	next := at(b, i+1)
	return (next == '/' && seen&hasAt != 0 || digit(next) && alnum(before) && !(digit(before) && !is(at(b, i-2), inLetter)) || digit(next) && before == '*' || next == '*' || before == 'p' && at(b, i-2) == '/' || before == 'r' && at(b, i-5) == '/' || before == 'y' && queryKey(b, i, hint))
}

// queryKey tells whether the '=' or ':' at b[i] stands behind a word that tells in
// queries only (HintQueryKey).
func queryKey(b []byte, i int, hint Hint) bool {
	if i == 0 || b[i] != '=' && b[i] != ':' {
		return false
	}
	to := i
	for to > 0 && i-to < minWord && !is(b[to-1], inLetter|inSpace) {
		to--
	}
	var word string
	switch lower(at(b, to-1)) {
	case 'y':
		word = "key"
	case 'e':
		word = "code"
	case 'h':
		word = "hash"
	case 't':
		word = "ticket"
	default:
		return false
	}
	if !hasFoldSuffix(b[:to], word) {
		return false
	}
	from := keyStart(b, to) // key_hash
	return from == 0 && hint == HintQuery || from > 0 && (b[from-1] == '?' || b[from-1] == '&' || b[from-1] == '#')
}

// colonBehind tells whether a port, or an asterisk, and a colon stand at b[i].
func colonBehind(b []byte, i int) bool {
	port := i
	for i < len(b) && i-port < 5 && (digit(b[i]) || b[i] == '*') {
		i++
	}
	return at(b, i) == ':'
}

// twoBytesSet is a set of two bytes, a bit for each.
type twoBytesSet [1 << 16 / 64]uint64

// newTwoBytesSet returns those that aren't letters or blanks, and with which the words
// of queryKey end.
func newTwoBytesSet() (t twoBytesSet) {
	for c := range 256 {
		if is(byte(c), inLetter|inSpace) {
			continue
		}
		for before := range 256 {
			t.add(byte(before), byte(c))
		}
	}
	t.add('&', 'p') // of afterUser
	for _, end := range [...]string{"ey", "eY", "Ey", "EY", "de", "dE", "De", "DE", "sh", "sH", "Sh", "SH", "et", "eT", "Et", "ET"} {
		t.add(end[0], end[1])
	}
	return t
}

func (t *twoBytesSet) add(a, b byte) {
	k := uint(a)<<8 | uint(b)
	t[k>>6] |= 1 << (k & 63)
}

// has tells whether the bytes before b[i] are in the set, or there are less than two.
func (t *twoBytesSet) has(b []byte, i int) bool {
	if i < 2 {
		return true
	}
	k := uint(b[i-2])<<8 | uint(b[i-1])
	return t[k>>6]>>(k&63)&1 != 0
}
