package detect

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/drl-trading/telemetry-agent/internal/filter/bytemap"
)

const (
	// maxRounds is how many layers of encoding are taken off. A backslash before a
	// quote doubles with every layer of JSON, so eight are enough for 128 of them.
	maxRounds = 8
	// viewBudget bounds the decoded bytes of one text, over all rounds.
	viewBudget = 8 << 20
)

// view is a decoded form of a text that knows where each byte came from.
type view struct {
	text []byte
	from []int32 // offset in the original text, one more than text has bytes
}

// scanViews scans the decoded text in w.view, takes off further layers of encoding
// and scans what comes out, until nothing changes any more.
func (s *Scanner) scanViews(w *Work, text []byte, hint Hint) Doubt {
	cur, next := &w.view, &w.other
	spent := 0
	for round := range maxRounds {
		if spent += len(cur.text); spent > viewBudget {
			return Budget
		}
		seen := s.scanView(w, cur, hint)
		if round == 0 && seen&hasPlus != 0 && bytes.IndexByte(text, '%') >= 0 && cur.plusToSpace(text) {
			// A form: a plus in it is a space. As it stands it may be one, too.
			seen = s.scanView(w, cur, hint)
		}
		if seen&hasCode == 0 || !next.decode(cur.text, cur.from) {
			return NoDoubt
		}
		cur, next = next, cur
	}
	return Depth
}

// scanView scans a decoded text, and maps what is found to the original.
func (s *Scanner) scanView(w *Work, v *view, hint Hint) bytemap.Class {
	before := len(w.found)
	seen := w.classify(v.text)
	s.scan(w, v.text, seen, hint)
	for i := before; i < len(w.found); i++ {
		f := &w.found[i]
		f.Start, f.End = int(v.from[f.Start]), int(v.from[f.End])
	}
	return seen
}

// plusToSpace replaces what is a plus in the original by a space, as in forms. It
// returns false if nothing changes.
func (v *view) plusToSpace(original []byte) (changed bool) {
	for i, c := range v.text {
		if c == '+' && original[v.from[i]] == '+' {
			v.text[i], changed = ' ', true
		}
	}
	return changed
}

// scanForm scans a text without spaces that may be a form with nothing to decode
// but its plus signs.
func (s *Scanner) scanForm(w *Work, text []byte, hint Hint) {
	w.view.text = append(w.view.text[:0], text...)
	for i, c := range w.view.text {
		if c == '+' {
			w.view.text[i] = ' '
		}
	}
	s.scan(w, w.view.text, w.classify(w.view.text), hint)
}

// decode writes the decoded form of text. from maps text to the original, nil if
// it is that. It returns false, as early as it can, if nothing changes.
func (v *view) decode(text []byte, from []int32) bool {
	first := 0
	for ; first < len(text); first++ {
		if codes[text[first]] {
			if _, n := unit(text, first); n > 0 {
				break
			}
		}
	}
	if first == len(text) {
		return false
	}
	v.text, v.from = v.text[:0], v.from[:0]
	origin := func(i int) int32 {
		if from == nil {
			return int32(i)
		}
		return from[i]
	}
	for i := 0; i < len(text); {
		n := 0
		var r rune
		if i >= first && codes[text[i]] {
			r, n = unit(text, i)
		}
		switch {
		case n == 0:
			v.text, v.from = append(v.text, text[i]), append(v.from, origin(i))
			i++
			continue
		case r == nothing:
		case r >= rawByte:
			v.text, v.from = append(v.text, byte(r-rawByte)), append(v.from, origin(i))
		default:
			before := len(v.text)
			v.text = utf8.AppendRune(v.text, r)
			for range len(v.text) - before {
				v.from = append(v.from, origin(i))
			}
		}
		i += n
	}
	v.from = append(v.from, origin(len(text)))
	return true
}

// Results of unit besides runes.
const (
	nothing = -1      // an invisible character
	rawByte = 1 << 24 // plus a byte, which needn't be a whole character
)

// unit returns what the encoded unit at b[i] stands for, and its length, or 0 if
// none begins there.
func unit(b []byte, i int) (r rune, n int) {
	switch b[i] {
	case '%':
		if hi, lo := hexValue(at(b, i+1)), hexValue(at(b, i+2)); hi >= 0 && lo >= 0 && !(hi >= 8 && percentVariable(b, i)) {
			return rawByte + hi<<4 + lo, 3
		}
		return 0, 0
	case '\\':
		return escape(b, i)
	case '&':
		return entity(b, i)
	case escapeByte:
		return nothing, colour(b, i)
	}
	return folded(b, i)
}

// percentVariable tells whether at b[i] stands a variable of Windows: %DB_PASSWORD%.
func percentVariable(b []byte, i int) bool {
	n, underscores := i+1, 0
	for n < len(b) && n-i < maxKey && (is(b[n], inUpper|inDigit) || b[n] == '_') {
		if b[n] == '_' {
			underscores++
		}
		n++
	}
	return at(b, n) == '%' && underscores > 0 && (hexValue(at(b, n+1)) < 0 || hexValue(at(b, n+2)) < 0)
}

// escapeByte begins the control sequences of terminals.
const escapeByte = 0x1B

// colour returns the length of the control sequence at b[i] that colours a text in a
// terminal (ECMA-48, SGR: ESC [ 1;31 m), or 0.
func colour(b []byte, i int) int {
	if at(b, i+1) != '[' {
		return 0
	}
	k := i + 2
	for k-i < maxKey && (digit(at(b, k)) || at(b, k) == ';') {
		k++
	}
	if c := at(b, k); c != 'm' && c != 'K' {
		return 0
	}
	return k + 1 - i
}

func hexValue(c byte) rune {
	switch {
	case digit(c):
		return rune(c - '0')
	case is(c, inHex):
		return rune(lower(c)-'a') + 10
	}
	return -1
}

func hexRune(b []byte, i, n int) (r rune, ok bool) {
	for k := range n {
		v := hexValue(at(b, i+k))
		if v < 0 {
			return 0, false
		}
		r = r<<4 | v
	}
	return r, true
}

// escape reads a backslash escape of JSON, JavaScript, Python or C.
func escape(b []byte, i int) (r rune, n int) {
	switch at(b, i+1) {
	case '"', '\'', '\\', '/', '`':
		return rune(b[i+1]), 2
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case 'x':
		if r, ok := hexRune(b, i+2, 2); ok {
			if r == 0xA0 && !continues(b, i) {
				return ' ', 4
			}
			return rawByte + r, 4
		}
	case 'u':
		if r, ok := hexRune(b, i+2, 4); ok {
			return r, 6
		}
		if r, n := bracedRune(b, i+2); n > 0 {
			return r, n + 2
		}
	case 'U':
		if r, ok := hexRune(b, i+2, 8); ok && r <= unicode.MaxRune {
			return r, 10
		}
	}
	return 0, 0
}

// continues tells whether an escaped byte before b[i] begins a character of UTF-8,
// as in \xc2\xa0. Else \xa0 is a character of its own.
func continues(b []byte, i int) bool {
	return i >= 4 && b[i-4] == '\\' && b[i-3] == 'x' && hexValue(b[i-2])<<4|hexValue(b[i-1]) >= 0x80
}

// bracedRune reads {40} of \u{40}.
func bracedRune(b []byte, i int) (r rune, n int) {
	if at(b, i) != '{' {
		return 0, 0
	}
	for n = 1; n < 8; n++ {
		v := hexValue(at(b, i+n))
		if v < 0 {
			break
		}
		r = r<<4 | v
	}
	if n == 1 || at(b, i+n) != '}' {
		return 0, 0
	}
	return r, n + 1
}

// entities are the characters by name that matter to detectors.
var entities = [...]struct {
	name string
	r    rune
}{
	{"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}, {"&nbsp;", ' '},
	{"&commat;", '@'}, {"&period;", '.'}, {"&colon;", ':'}, {"&equals;", '='}, {"&plus;", '+'},
}

// hasEntities tells whether b holds a character reference.
func hasEntities(b []byte) bool {
	for i := 0; ; i++ {
		next := bytes.IndexByte(b[i:], '&')
		if next < 0 {
			return false
		}
		i += next
		if _, n := entity(b, i); n > 0 {
			return true
		}
	}
}

const maxEntity = 8 // letters of the longest name, and '&'

// entity reads a character reference of HTML or XML.
func entity(b []byte, i int) (r rune, n int) {
	if at(b, i+1) != '#' {
		end := i + 2
		for is(at(b, end), inLetter) && end-i < maxEntity {
			end++
		}
		if at(b, end) != ';' { // most often the next parameter of a URL
			return 0, 0
		}
		for _, e := range &entities {
			if hasPrefix(b[i:], e.name) {
				return e.r, len(e.name)
			}
		}
		return 0, 0
	}
	k, base := i+2, rune(10)
	if at(b, k)|0x20 == 'x' {
		k, base = k+1, 16
	}
	from := k
	for ; k < len(b) && k-from < 7; k++ {
		v := hexValue(b[k])
		if v < 0 || v >= base {
			break
		}
		r = r*base + v
	}
	if k == from || at(b, k) != ';' || r > unicode.MaxRune {
		return 0, 0
	}
	return r, k + 1 - i
}

// folded reads a character beyond ASCII that stands for an ASCII one, or for
// nothing: digits of other scripts, fullwidth and mathematical forms, spaces,
// dashes, invisible characters.
func folded(b []byte, i int) (r rune, n int) {
	r, n = utf8.DecodeRune(b[i:])
	if n < 2 {
		return 0, 0
	}
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFF01 + '!', n
	case r == 0xA0, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x205F, r == 0x3000:
		return ' ', n
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xFE58, r == 0xFE63:
		return '-', n
	case invisible(r):
		return nothing, n
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return '0' + (r-0x1D7CE)%10, n
	case r >= 0x1D400 && r <= 0x1D6A3:
		if k := (r - 0x1D400) % 52; k < 26 {
			return 'A' + k, n
		} else {
			return 'a' + k - 26, n
		}
	}
	return foldedDigit(r, n)
}

// foldedDigit reads a decimal digit of another script. Unicode lists them in rows
// of ten, from zero on.
func foldedDigit(r rune, n int) (rune, int) {
	for _, row := range unicode.Nd.R16 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) && r > 0x7F {
			return '0' + (r-rune(row.Lo))%10, n
		}
	}
	for _, row := range unicode.Nd.R32 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return '0' + (r-rune(row.Lo))%10, n
		}
	}
	return 0, 0
}

// invisible tells whether a character shows nothing: zero-width ones, marks of
// direction, soft hyphens, variation selectors, tags.
func invisible(r rune) bool {
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x180E, r == 0xFEFF:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE01EF:
		return true
	}
	return false
}
