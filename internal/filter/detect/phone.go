package detect

import (
	"bytes"
	"strings"
)

const (
	minPhoneDigits = 7  // Saint Helena
	maxPhoneDigits = 15 // ITU-T E.164
)

// lengths bounds the number of digits behind a country code.
type lengths struct{ min, max uint8 }

var phoneCodes = buildPhoneCodes()

// buildPhoneCodes returns the country codes that ITU-T assigned, with the lengths
// of their national numbers as libphonenumber 9.0 knows them. No code is the
// beginning of another.
func buildPhoneCodes() map[int]lengths {
	const table = `1:10-10 7:10-10 20:8-10 27:9-9 30:10-12 31:9-11 32:8-9 33:9-9 34:9-9 36:8-9 39:6-12 40:9-9 41:9-12
		43:6-13 44:9-10 45:8-8 46:7-12 47:8-8 48:9-10 49:6-13 51:8-9 52:10-10 53:6-10 54:10-11 55:8-11 56:9-11 57:8-11
		58:10-10 60:8-10 61:9-12 62:7-13 63:8-13 64:8-10 65:8-11 66:8-13 81:9-13 82:8-13 84:7-10 86:9-12 90:10-13 91:8-13
		92:8-12 93:9-9 94:9-9 95:6-10 98:10-10 211:9-9 212:9-9 213:8-9 216:8-8 218:9-9 220:7-9 221:9-9 222:8-8 223:8-8
		224:8-9 225:10-10 226:8-8 227:8-8 228:8-8 229:10-10 230:7-10 231:7-9 232:8-8 233:8-9 234:10-12 235:8-8 236:8-8
		237:8-9 238:7-7 239:7-7 240:9-9 241:7-8 242:9-9 243:7-10 244:9-9 245:7-9 246:7-7 247:5-6 248:7-7 249:9-9 250:8-9
		251:9-9 252:6-9 253:8-8 254:7-10 255:9-9 256:9-9 257:8-8 258:8-9 260:9-9 261:9-9 262:9-9 263:7-10 264:8-9 265:7-9
		266:8-8 267:7-10 268:8-9 269:7-7 290:4-5 291:7-7 297:7-7 298:6-6 299:6-6 350:8-8 351:9-9 352:5-11 353:7-10 354:7-9
		355:6-9 356:8-8 357:8-8 358:5-12 359:6-12 370:8-8 371:8-8 372:7-10 373:8-8 374:8-8 375:7-11 376:6-9 377:8-9 378:8-10
		380:9-10 381:6-12 382:8-9 383:8-12 385:7-9 386:7-8 387:8-9 389:8-8 420:9-12 421:8-9 423:7-9 500:5-5 501:7-11 502:8-11
		503:7-11 504:8-11 505:8-8 506:8-10 507:7-11 508:6-9 509:8-8 590:9-9 591:8-9 592:7-7 593:8-11 594:9-9 595:6-11 596:9-9
		597:6-7 598:6-12 599:7-8 670:7-8 672:6-6 673:7-7 674:7-7 675:7-8 676:5-7 677:5-7 678:5-7 679:7-11 680:7-7 681:6-9
		682:5-5 683:4-7 685:5-10 686:5-8 687:6-6 688:5-7 689:6-9 690:4-7 691:7-7 692:7-7 800:8-8 808:8-8 850:8-10 852:8-11
		853:7-8 855:8-10 856:8-10 870:9-12 878:12-12 880:6-10 881:9-10 882:7-12 883:8-12 886:7-11 888:11-11 960:7-10 961:7-8
		962:8-9 963:8-9 964:8-10 965:7-8 966:9-10 967:7-9 968:7-9 970:8-10 971:7-12 972:8-12 973:8-8 974:7-11 975:7-8 976:8-10
		977:8-11 979:9-9 992:9-9 993:8-8 994:9-9 995:9-9 996:9-10 998:9-9`
	codes := make(map[int]lengths)
	for _, f := range strings.Fields(table) {
		code, span, _ := strings.Cut(f, ":")
		from, to, _ := strings.Cut(span, "-")
		codes[number([]byte(code))] = lengths{uint8(number([]byte(from))), uint8(number([]byte(to)))}
	}
	return codes
}

// phones looks behind each '+' for an E.164 number.
func (s *Scanner) phones(w *Work, b []byte) {
	for i := 0; ; i++ {
		next := bytes.IndexByte(b[i:], '+')
		if next < 0 {
			return
		}
		i += next
		if end := internationalPhone(b, i); end > 0 {
			w.add(i, end, Phone, "e164")
			i = end - 1
		}
	}
}

// internationalPhone returns the end of the phone number that begins with the
// '+' at b[i], or 0. Groups may be set apart by spaces, dashes, dots, slashes and
// parentheses; the number ends behind the last group with which its length is one
// of its country's.
func internationalPhone(b []byte, i int) int {
	if before := at(b, i-1); alnum(before) || before == '+' || before == ')' || !digit(at(b, i+1)) && at(b, i+1) != '(' {
		return 0
	}
	var d [maxPhoneDigits]byte
	n, end, gap := 0, 0, 0
	for pos := i + 1; pos < len(b); pos++ {
		c := b[pos]
		if digit(c) {
			if n == len(d) {
				if gap == 0 {
					return 0
				}
				break
			}
			d[n] = c
			n++
			gap = 0
			if digit(at(b, pos+1)) {
				continue
			}
			if phoneLength(d[:n]) && phoneEnds(b, pos+1) {
				end = pos + 1
			}
			continue
		}
		if gap++; gap > 3 || !phoneSeparator(c) {
			break
		}
	}
	if end > 0 && decimal(b[i+1:end]) {
		return 0
	}
	return end
}

// decimal tells whether digits with one dot and nothing else between them are a
// decimal: in phone numbers the dot is behind the country code, +1.4155552671.
func decimal(b []byte) bool {
	dot := bytes.IndexByte(b, '.')
	return dot > 3 && allDigits(b[:dot]) && allDigits(b[dot+1:])
}

func phoneSeparator(c byte) bool {
	return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/'
}

// phoneEnds tells whether a phone number may end before b[i]: not within a word,
// nor before decimals.
func phoneEnds(b []byte, i int) bool {
	c := at(b, i)
	if c == '.' && digit(at(b, i+1)) && !digit(at(b, i+3)) {
		return false
	}
	if c == 'x' || c == 'e' && at(b, i+1) == 'x' {
		return true // extension
	}
	return !alnum(c) && c != '_'
}

// phoneLength tells whether the digits are a country code and as many digits as
// that country's numbers have.
func phoneLength(d []byte) bool {
	if len(d) < minPhoneDigits || d[0] == '0' {
		return false
	}
	for n := 1; n <= 3; n++ {
		l, ok := phoneCodes[number(d[:n])]
		if !ok {
			continue
		}
		rest := d[n:]
		// "(0)" is often written behind the country code.
		if n > 1 && rest[0] == '0' && len(rest)-1 >= int(l.min) && len(rest)-1 <= int(l.max) {
			return true
		}
		if len(rest) < int(l.min) || len(rest) > int(l.max) {
			return false
		}
		return n > 1 || d[0] != '1' || northAmerican(rest)
	}
	return false
}

// northAmerican tells whether ten digits are a number of the North American
// Numbering Plan: area code and exchange begin with 2 to 9.
func northAmerican(d []byte) bool {
	return len(d) == 10 && d[0] >= '2' && d[3] >= '2'
}

// nationalPhone looks for the national form that begins with the digits at b[i]:
// the North American one, (555) 123-4567, and trunk forms as 030 1234567. It
// returns where it begins and ends, or 0.
func nationalPhone(b []byte, i int) (start, end int) {
	start = i
	if at(b, i-1) == '(' {
		start--
	}
	if before := at(b, start-1); alnum(before) || before == '-' || before == '.' || before == '+' {
		return 0, 0
	}
	end, n, groups := phoneRun(b, i)
	switch {
	case n == 10 && groups == 3 && b[i] >= '2',
		n == 11 && groups == 4 && b[i] == '1',
		n >= 9 && n <= 12 && groups >= 2 && b[i] == '0':
		return start, end
	}
	return 0, 0
}

// phoneRun reads digits and separators from b[i], and returns where the last
// digit ends, how many there are and in how many groups.
func phoneRun(b []byte, i int) (end, digits, groups int) {
	gap := 1
	for pos := i; pos < len(b) && digits <= maxPhoneDigits; pos++ {
		switch c := b[pos]; {
		case digit(c):
			if gap > 0 {
				groups++
			}
			digits++
			gap, end = 0, pos+1
		case phoneSeparator(c) && gap < 2:
			gap++
		default:
			return end, digits, groups
		}
	}
	return end, digits, groups
}

// nestedPhones takes the texts of an array or object under a telling key that are phone
// numbers of at least nine digits, and returns the end of the last.
func nestedPhones(w *Work, b []byte, v value) (end int) {
	for i := v.start; i < v.end; i++ {
		if !isQuote(b[i]) {
			continue
		}
		close := closing(b[:v.end], i+1, b[i], 0)
		from, to := phoneInValue(b, i+1, close)
		if to > 0 && to == close && countDigits(b[from:to]) >= 9 {
			w.add(from, to, Phone, "telling_key")
			end = to
		}
		i = close
	}
	return end
}

func countDigits(b []byte) (n int) {
	for _, c := range b {
		if digit(c) {
			n++
		}
	}
	return n
}

// phoneInProse looks for a national number at the digits b[i] behind the word that names
// it: phone number (201) 555-7867.
func phoneInProse(b []byte, i int) (start, end int) {
	start, end = nationalPhone(b, i)
	if end == 0 {
		return 0, 0
	}
	before := bytes.TrimRight(trimAccountWords(b[max(0, start-maxPadding-8):start]), ">-= ")
	for _, word := range [...]string{"phone", "mobile", "tel", "fax"} {
		if hasFoldSuffix(before, word) && !alnum(at(before, len(before)-len(word)-1)) {
			return start, end
		}
	}
	return 0, 0
}

// phoneInValue returns the part of a value under a telling key that is a phone
// number in any form: at least 6 digits, at the start of the value.
func phoneInValue(b []byte, from, to int) (start, end int) {
	start = from
	for start < to && start-from < 4 && (is(b[start], inSpace) || b[start] == '[' || b[start] == '"') {
		start++
	}
	i := start
	for i < to && (b[i] == '+' || b[i] == '(') {
		i++
	}
	if i == to || !digit(b[i]) || i-start > 2 {
		return 0, 0
	}
	end, n, _ := phoneRun(b[:to], i)
	if n < 6 || n > maxPhoneDigits || is(at(b[:to], end), inLetter) && at(b, end) != 'x' {
		return 0, 0
	}
	return start, end
}
