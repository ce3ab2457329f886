package detect

import (
	"bytes"

	"github.com/drl-trading/telemetry-agent/internal/filter/bytemap"
)

const (
	minWord   = 8  // shorter words hold no credential that the shape gives away
	minSecret = 16 // likewise for credentials known by their prefix
)

// words finds the words of at least minSecret characters, and the shorter ones that may
// begin a key or stand behind "1.", by the bits for them.
func (s *Scanner) words(w *Work, b []byte) {
	blocks := w.bytes.Blocks
	done, before, digits := -1, uint64(0), uint64(0) // the last word, or what was found, ends here; the runs and digits of the block before
	next := runsOf8(blocks, 0)
	for k := range blocks {
		block, runs := &blocks[k], next
		next = runsOf8(blocks, k+1)
		long := runs>>8 | next<<56
		starts := runs &^ (runs<<1 | before>>63) & (long | block.Dashes | block.Digits<<2 | digits>>62)
		before, digits = runs, block.Digits
		for ; starts != 0; starts &= starts - 1 {
			start := k<<6 + bytemap.First(starts)
			end := w.bytes.WordEnd(start + minWord)
			if start <= done { // behind what word found
				start = done + 1
			}
			if end-start >= minWord {
				done = max(end, s.word(w, b, start, end))
			}
		}
	}
}

// runsOf8 returns the bits of block k from which on words have eight bytes.
func runsOf8(blocks []bytemap.Block, k int) uint64 {
	if k >= len(blocks) {
		return 0
	}
	bits, next := blocks[k].Words, uint64(0)
	if k+1 < len(blocks) {
		next = blocks[k+1].Words
	}
	bits &= bits>>1 | next<<63
	next &= next >> 1
	bits &= bits>>2 | next<<62
	next &= next >> 2
	return bits & (bits>>4 | next<<60)
}

// word tries what the word b[start:end] may be or begin, and returns the end of
// what goes beyond it.
func (s *Scanner) word(w *Work, b []byte, start, end int) int {
	if s.set.Has(PrivateKey) && b[start] == '-' {
		if from, to := privateKey(b, start); to > 0 {
			w.add(from, to, PrivateKey, "pem")
			return to
		}
	}
	if end-start < minSecret && !(at(b, start-1) == '.' && at(b, start-2) == '1') {
		return 0 // but for atlasv1. of Terraform
	}
	if s.set.Has(Secret) || s.set.Has(JWT) {
		s.prefixed(w, b, start, end)
	}
	if s.set.Has(Wallet) {
		wallets(w, b, start, end)
	}
	if s.set.Has(HighEntropy) {
		highEntropy(w, b, start, end)
	}
	return 0
}

// privateKey returns the private key that begins with the dashes at b[i]: to the
// line that ends it, or to the end of the text. Where only the end is there, the
// key is all that stands before it. Public keys and certificates are none.
func privateKey(b []byte, i int) (start, end int) {
	const (
		begin = "-----BEGIN "
		finis = "-----END "
	)
	switch {
	case hasPrefix(b[i:], begin):
		label, n := pemLabel(b[i+len(begin):])
		if end := i + len(begin) + n; !privateLabel(label) || isQuote(at(b, end)) && at(b, i-1) == b[end] {
			return 0, 0 // the line alone, in quotes
		}
		for k := i + len(begin) + n; k+len(finis) <= len(b); k++ {
			if b[k] == '-' && hasPrefix(b[k:], finis) {
				_, n := pemLabel(b[k+len(finis):])
				return i, k + len(finis) + n
			}
		}
		return i, len(b)
	case hasPrefix(b[i:], finis):
		label, n := pemLabel(b[i+len(finis):])
		if privateLabel(label) {
			return 0, i + len(finis) + n
		}
	}
	return 0, 0
}

// pemLabel returns the label at the start of b, and its length with the dashes
// behind it.
func pemLabel(b []byte) (label []byte, n int) {
	for n < len(b) && n < 64 && (is(b[n], inUpper|inDigit) || b[n] == ' ') {
		n++
	}
	label = b[:n]
	for n < len(b) && b[n] == '-' {
		n++
	}
	return label, n
}

func privateLabel(label []byte) bool {
	const word = "PRIVATE KEY"
	for i := 0; i+len(word) <= len(label); i++ {
		if hasPrefix(label[i:], word) {
			return true
		}
	}
	return false
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// schemeCredentials looks for credentials at b[i] that stand behind the name of an HTTP
// authentication scheme and a space. before is the text to the end of the name.
func schemeCredentials(b, before []byte, i int) (start, end int, rule string) {
	switch {
	case hasFoldSuffix(before, "bearer"):
		rule = "bearer"
	case hasFoldSuffix(before, "basic"):
		rule = "basic"
	case hasFoldSuffix(before, "auth plain"):
		rule = "sasl_plain"
	case hasFoldSuffix(before, "apikey"), hasFoldSuffix(before, "api-key"), hasFoldSuffix(before, "negotiate"), len(before) >= 5 && string(before[len(before)-5:]) == "Token":
		rule = "scheme"
	default:
		return 0, 0, ""
	}
	end = i
	for end < len(b) && is(b[end], inWord) { // token68 of RFC 9110
		end++
	}
	for end > i && b[end-1] == '.' {
		end--
	}
	value := b[i:end]
	for end < len(b) && b[end] == '=' {
		end++
	}
	if end < len(b) && b[end-1] == '=' && alnum(b[end]) {
		return 0, 0, "" // a key and its value
	}
	switch rule {
	case "sasl_plain":
		var out [256]byte
		if bytes.IndexByte(decodeBase64(out[:0], value), 0) < 0 {
			return 0, 0, ""
		}
	case "basic":
		if !basicCredentials(value) {
			return 0, 0, ""
		}
	case "bearer":
		if !random(value, 8) && (len(value) < 24 || !every(value, inDigit|inLetter)) {
			return 0, 0, ""
		}
	default:
		if !random(value, 20) {
			return 0, 0, ""
		}
	}
	return i, end, rule
}

// basicCredentials tells whether b is base64 of user:password (RFC 7617).
func basicCredentials(b []byte) bool {
	var out [512]byte
	n := len(b) / 4 * 4
	if n == 0 {
		return false
	}
	d := decodeBase64(out[:0], b)
	colon := false
	for _, c := range d {
		if c < 0x20 || c == 0x7F {
			return false
		}
		colon = colon || c == ':'
	}
	return colon
}

// decodeBase64 appends to dst what b holds in base64 or base64url, as far as dst
// has room and b is valid.
func decodeBase64(dst, b []byte) []byte {
	acc, bits := uint32(0), 0
	for _, c := range b {
		v := base64Values[c]
		if v == 0 || len(dst) == cap(dst) {
			break
		}
		acc = acc<<6 | uint32(v-1)
		if bits += 6; bits >= 8 {
			bits -= 8
			dst = append(dst, byte(acc>>bits))
		}
	}
	return dst
}

// base64Values are the values of the characters of base64 and base64url, plus one.
var base64Values = buildBase64()

func buildBase64() (t [256]byte) {
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i + 1)
	}
	t['-'], t['_'] = 63, 64
	return t
}

// random tells whether b looks generated rather than written: at least n
// characters, with digits and letters, or in mixed case within words.
func random(b []byte, n int) bool {
	if len(b) < n {
		return false
	}
	digits, uppers, lowers, turns := 0, 0, 0, 0
	for i, c := range b {
		switch {
		case digit(c):
			digits++
		case is(c, inUpper):
			uppers++
			if i > 0 && is(b[i-1], inLetter) && !is(b[i-1], inUpper) {
				turns++
			}
		case is(c, inLetter):
			lowers++
		}
	}
	return digits > 0 && uppers+lowers > 0 || turns >= 3 || digits == len(b)
}
