package detect

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// prefixIndex finds which secrets may begin at a place by three bytes there. Only
// every other byte of a word is looked at, so that each form is noted with the bytes
// at its start and with those one byte on: or, if nothing that goes on with it may
// stand before, one byte before.
type prefixIndex struct {
	three   [1 << prefixBits / 64]uint64 // a bit for each hash of three bytes
	starts  [1 << prefixBits / 64]uint64 // likewise for those at the start of a form
	byFirst [256][]*secretForm
	hex     int // the least length of those whose prefix may stand in a hexadecimal number
}

// prefixBits bounds the hashes: 8 KiB, a hundredth of which is set.
const prefixBits = 16

// threeBytes returns where the bit for them is.
func threeBytes(a, b, c byte) uint32 {
	return (uint32(a) | uint32(b)<<8 | uint32(c)<<16) * 0x9E3779B1 >> (32 - prefixBits)
}

func newPrefixIndex(forms []secretForm) (x prefixIndex) {
	for i := range forms {
		f := &forms[i]
		x.byFirst[f.prefix[0]] = append(x.byFirst[f.prefix[0]], f)
		x.note(f.prefix, f.chars, f.bounded)
		if n := len(f.prefix) + f.min; inSmallHex(f.prefix) && (x.hex == 0 || n < x.hex) {
			x.hex = n
		}
	}
	x.note(jwtPrefix, b64Chars(), false)
	return x
}

// note notes a prefix, which characters of a set follow.
func (x *prefixIndex) note(prefix string, chars byteSet, bounded bool) {
	for c := range 256 {
		if !chars.has(byte(c)) {
			continue
		}
		p := prefix + string([]byte{byte(c)})
		k := x.add(p[0], p[1], p[2])
		x.starts[k>>6] |= 1 << (k & 63)
		if !bounded {
			x.add(p[1], p[2], (p + p)[3])
		}
	}
	if bounded {
		for _, before := range []byte("-_~") { // what is in a word besides letters and digits
			x.add(before, prefix[0], prefix[1])
		}
	}
}

func (x *prefixIndex) add(a, b, c byte) uint32 {
	k := threeBytes(a, b, c)
	x.three[k>>6] |= 1 << (k & 63)
	return k
}

// jwtPrefix is base64 of `{"`, with which the header of a token begins.
const jwtPrefix = "eyJ"

// minSuffix is the least length of a word that is secret because of what stands
// before it.
const minSuffix = 20

// prefixed looks in the word b[start:end] for secrets known by their prefix.
func (s *Scanner) prefixed(w *Work, b []byte, start, end int) {
	if smallHex(b[start:end]) {
		s.hexPrefixed(w, b, start, end)
	} else {
		s.anyPrefixed(w, b, start, end)
	}
	if start > 1 && (end-start >= minSuffix || b[start-2] == '1') && (b[start-1] == '.' || b[start-1] == '/' || b[start-1] == '|') && s.set.Has(Secret) {
		s.afterDot(w, b, start, end)
	}
}

func (s *Scanner) anyPrefixed(w *Work, b []byte, start, end int) {
	x := &s.prefixes
	last := min(len(b), end+2) // three bytes that begin in the word end here
	done := start              // what was found ends here
	for text := b[start:last]; len(text) > 2; {
		k := threeBytes(text[0], text[1], text[2])
		i := last - len(text)
		text = text[2:]
		if x.three[k>>6]>>(k&63)&1 == 0 {
			continue
		}
		for at := max(done, i-1); at <= min(i+1, end-2) && at+2 < len(b); at++ {
			if !x.mayStart(b, at) {
				continue
			}
			if n := s.prefixedAt(w, b, start, at); n > at {
				done = n
				text = b[min(last, max(i+2, n&^1|start&1)):last]
				break
			}
		}
	}
}

// mayStart tells whether a form may begin at b[i].
func (x *prefixIndex) mayStart(b []byte, i int) bool {
	k := threeBytes(b[i], b[i+1], b[i+2])
	return x.starts[k>>6]>>(k&63)&1 != 0
}

// hexPrefixed does the same in a word for which smallHex holds: a hash, a UUID, the
// context of a trace. What may begin in it stands at its start or behind a dash.
func (s *Scanner) hexPrefixed(w *Work, b []byte, start, end int) {
	for i := start; i+s.prefixes.hex <= end; {
		if s.prefixes.mayStart(b, i) {
			s.prefixedAt(w, b, start, i)
		}
		next := bytes.IndexByte(b[i:end], '-')
		if next < 0 {
			return
		}
		i += next + 1
	}
}

// smallHex tells whether a word of at least eight bytes has only digits, letters from a
// to f and dashes.
func smallHex(word []byte) bool {
	for rest := word; len(rest) > 8; rest = rest[8:] {
		if !smallHex8(rest) {
			return false
		}
	}
	return smallHex8(word[len(word)-8:])
}

// smallHex8 looks at eight bytes of a word at once: at the bit that capital letters and
// underscores lack, and at what adding carries up from g on.
func smallHex8(b []byte) bool {
	const each = 0x0101010101010101
	x := binary.LittleEndian.Uint64(b)
	return ^x&(0x20*each)|(x+(0x80-'g')*each)&(0x80*each) == 0
}

// inSmallHex tells whether a prefix may stand in such a word.
func inSmallHex(prefix string) bool { return strings.Trim(prefix, digitChars+"abcdef-") == "" }

// twoBytes returns the bytes before b[i], for a set of those that end prefixes.
func twoBytes(b []byte, i int) uint64 { return uint64(at(b, i-2))<<8 | uint64(at(b, i-1)) }

// dottedEnds returns the bytes before the dots of the forms.
func dottedEnds(forms []secretForm) (ends hashes) {
	for _, f := range forms {
		ends.set(twoBytes([]byte(f.prefix), len(f.prefix)-1))
	}
	return ends
}

// afterDot looks for secrets whose prefix ends with the dot, the slash or the bar
// before the word b[start:end].
func (s *Scanner) afterDot(w *Work, b []byte, start, end int) {
	switch b[start-1] {
	case '/':
		if from, to := webhook(b, start, end); to > 0 {
			w.add(from, to, Secret, "webhook")
		}
		return
	case '|':
		if from, to := facebookApp(b, start, end); to > 0 {
			w.add(from, to, Secret, "facebook_app_token")
		}
		return
	}
	if from := discordBot(b, start, end); from >= 0 {
		w.add(from, end, Secret, "discord_bot_token")
		return
	}
	if !s.dottedEnds.has(twoBytes(b, start-1)) {
		return
	}
	for i := range s.dotted {
		f := &s.dotted[i]
		if !bytes.HasSuffix(b[:start], []byte(f.prefix)) {
			continue
		}
		if from, to := f.match(b, start, start-len(f.prefix)); to > 0 {
			w.add(from, to, Secret, f.name)
			return
		}
	}
}

// prefixedAt tries the forms that may begin at b[i], and returns the end of what
// it found.
func (s *Scanner) prefixedAt(w *Work, b []byte, start, i int) int {
	if b[i] == 'e' && hasPrefix(b[i:], jwtPrefix) {
		if end := jwt(b, i); end > 0 {
			if s.set.Has(JWT) {
				w.add(i, end, JWT, "header")
			}
			return end
		}
	}
	if !s.set.Has(Secret) {
		return 0
	}
	for _, f := range s.prefixes.byFirst[b[i]] {
		if f.prefix[1] == b[i+1] && hasPrefix(b[i:], f.prefix) {
			if from, to := f.match(b, start, i); to > 0 {
				w.add(from, to, Secret, f.name)
				if f.name == "aws_access_key_id" {
					s.besideAccessKey(w, b, to)
				}
				return to
			}
		}
	}
	return 0
}

// awsSecretLength is the length of an AWS secret access key, which has no prefix.
const awsSecretLength = 40

// besideAccessKey looks for the secret access key that is given together with its
// id: 40 characters of base64, within the next 200 bytes.
func (s *Scanner) besideAccessKey(w *Work, b []byte, from int) {
	limit := min(len(b), from+200)
	for i := from; i < limit; i++ {
		if base64Values[b[i]] == 0 {
			continue
		}
		j := i
		for j < len(b) && base64Values[b[j]] != 0 {
			j++
		}
		if j-i == awsSecretLength && random(b[i:j], awsSecretLength) {
			w.add(i, j, Secret, "aws_secret_access_key")
			return
		}
		i = j
	}
}

// match returns the secret of this form whose prefix stands at b[i], in the word
// that begins at b[start].
func (f *secretForm) match(b []byte, start, i int) (from, to int) {
	if f.bounded && i > 0 && alnum(b[i-1]) {
		return 0, 0
	}
	if f.find != nil {
		return f.find(b, start, i)
	}
	body := i + len(f.prefix)
	to = body
	for to < len(b) && f.chars.has(b[to]) && (f.max == 0 || to-body <= f.max) {
		to++
	}
	for to > body+f.min && (b[to-1] == '.' || b[to-1] == '-') { // the end of a sentence or a rule
		to--
	}
	n := to - body
	if n < f.min {
		return 0, 0
	}
	if f.max > 0 && n > f.max || uniform(b[body:to]) {
		return 0, 0
	}
	return i, to
}

// uniform tells whether b is one character again and again, as in examples.
func uniform(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}
