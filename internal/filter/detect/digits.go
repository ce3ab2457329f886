package detect

import "github.com/drl-trading/telemetry-agent/internal/filter/bytemap"

const (
	// minDigits is the least number of digits in a text that digitGroups finds
	// something in, apart from IBANs and some national identifiers.
	minDigits = 5
	// nationalSet are the detectors of what only some countries know.
	nationalSet = 1<<NationalID | 1<<PhoneNational
	// minIBANDigits are the check digits: what follows them may be letters.
	minIBANDigits = 2
)

// digitGroups walks the groups of digits by the bits for them, and tries at each
// what may begin there. Most groups of two are of a date, a time or a version: they
// count behind two letters only, unless the forms of single countries are looked for.
func (s *Scanner) digitGroups(w *Work, b []byte, hint Hint) {
	national := s.set&nationalSet != 0
	account := w.told
	blocks := w.bytes.Blocks
	done := 0                                       // what was found ends here
	lastDigits, lastLetters := uint64(0), uint64(0) // of the block before
	for k := range blocks {
		block, next := &blocks[k], uint64(0)
		if k+1 < len(blocks) {
			next = blocks[k+1].Digits
		}
		digits := block.Digits
		if digits == 0 {
			lastDigits, lastLetters = 0, block.Letters
			continue
		}
		starts := digits &^ (digits<<1 | lastDigits>>63) & (digits>>1 | next<<63)
		if !national {
			three := digits>>2 | next<<62
			if !account {
				three &^= beforeLetter(digits, block.Letters)
			}
			starts &= three | behindWord(digits, lastDigits, block.Letters, lastLetters, account)
		}
		lastDigits, lastLetters = digits, block.Letters
		for ; starts != 0; starts &= starts - 1 {
			i := k<<6 + bytemap.First(starts)
			if i < done {
				continue
			}
			if j := w.bytes.DigitsEnd(i + 2); s.mayBegin(b, i, j, account) {
				done = s.digitGroup(w, b, i, j, hint)
			}
		}
	}
}

// beforeLetter returns the bits of the groups of up to eight digits behind which a letter
// stands, as in hashes.
func beforeLetter(digits, letters uint64) uint64 {
	groups := digits & (letters >> 1) // the last digit of each
	groups |= digits & (groups >> 1)
	digits &= digits >> 1
	groups |= digits & (groups >> 2)
	digits &= digits >> 2
	return groups | digits&(groups>>4)
}

// behindWord returns the bits of a block behind two letters with which an IBAN may
// begin: none, the word "iban" or ?31 of MT940 stands before them; behind any two, if
// they may be of an account.
func behindWord(digits, lastDigits, letters, lastLetters uint64, account bool) uint64 {
	letter := func(n int) uint64 { return letters<<n | lastLetters>>(64-n) }
	two := letter(1) & letter(2)
	if account || two&digits == 0 {
		return two
	}
	digit := func(n int) uint64 { return digits<<n | lastDigits>>(64-n) }
	return two & (^(letter(3) | digit(3)) | letter(3)&letter(4)&letter(5)&letter(6) | digit(3)&digit(4)&^(letter(5)|digit(5)))
}

// mayBegin tells whether digitGroup could find anything at the group b[i:j]. Most
// groups are a version, a part of a time, a small number. account says whether the
// text may name an account.
func (s *Scanner) mayBegin(b []byte, i, j int, account bool) bool {
	n := j - i
	if n >= 9 || s.set&nationalSet != 0 {
		return true
	}
	if n >= 3 && j+3 < len(b) && sets[b[j]]&inGap != 0 && sets[b[j+1]]&(inGap|inDigit) != 0 {
		// The first of several groups: of a social security number, or of a card's.
		if n == 3 && (b[j+3] == b[j] || b[j] == '-' && at(b, j+4) == '-') || n > 3 && cardStarts[number(b[i:i+2])] && fourBehind(b, j) {
			return true
		}
	}
	if i < 2 {
		return false
	}
	before := sets[b[i-1]]
	word := before&sets[b[i-2]]&inLetter != 0
	if mayCode(b, i, j) {
		return true
	}
	if account && (word || n == 3 && b[i-1] == '(' || n >= 4 && before&(inGap|inLetter|inHash) != 0) {
		return true
	}
	return word && ibanStarts(b, i-2)
}

// fourBehind tells whether four digits stand behind the separator at b[j], as in the
// second group of all cards.
func fourBehind(b []byte, j int) bool {
	k := separated(b, j)
	return k >= 0 && k+4 <= len(b) && allDigits(b[k:k+4])
}

// digitGroup tries the group b[i:j], and returns the end of what it found.
func (s *Scanner) digitGroup(w *Work, b []byte, i, j int, hint Hint) int {
	n := j - i
	if n >= 2 && i >= 2 && is(b[i-1], inLetter) && is(b[i-2], inLetter) && s.set.Has(IBAN) {
		if end := iban(b, i-2); end > 0 {
			w.add(i-2, end, IBAN, "mod97")
			return end
		}
	}
	if (n >= minCard || n >= 4 && n <= 8 && j+1 < len(b) && !alnum(b[j])) && s.set.Has(Card) && (hint != HintQuantity || n != len(b)) {
		if end, rule := card(b, i, j); end > 0 {
			w.add(i, end, Card, rule)
			return end
		}
	}
	if (n == 3 || n == 9) && s.set.Has(SSN) {
		if end, rule := ssn(b, i, j, hint); end > 0 {
			w.add(i, end, SSN, rule)
			return end
		}
	}
	if n == 3 && s.set.Has(Account) {
		if end := oandaAccount(b, i); end > 0 {
			w.add(i, end, Account, "oanda")
			return end
		}
	}
	if n == 3 && w.told && i > 4 && s.set.Has(Phone) {
		if start, end := phoneInProse(b, i); end > 0 {
			w.add(start, end, Phone, "telling_key")
			return end
		}
	}
	if (n >= 4 || is(b[max(0, i-1)], inUpper)) && i > 4 && s.set.Has(Account) && (w.told || mayCode(b, i, j)) {
		if start, end := accountInProse(b, i, j); end > 0 {
			w.add(start, end, Account, "account_in_text")
			return end
		}
	}
	if s.set&nationalSet == 0 {
		return 0
	}
	return s.nationalForms(w, b, i, j)
}

// nationalForms tries what only some countries know.
func (s *Scanner) nationalForms(w *Work, b []byte, i, j int) int {
	if s.set.Has(NationalID) {
		if start, end, rule := nationalID(b, i, j); end > 0 {
			w.add(start, end, NationalID, rule)
			return end
		}
	}
	if s.set.Has(PhoneNational) {
		if start, end := nationalPhone(b, i); end > 0 {
			w.add(start, end, PhoneNational, "national_form")
			return end
		}
	}
	return 0
}

// glued tells whether the digits b[i:j] are a part of something longer than a
// number: of a decimal, a hexadecimal number, a random identifier. A word before
// or after them, as in "card4111…", doesn't count.
func glued(b []byte, i, j int) bool {
	before, after := at(b, i-1), at(b, j)
	if before == '.' && digit(at(b, i-2)) || after == '.' && digit(at(b, j+1)) {
		return true
	}
	if before == ',' && digit(at(b, i-2)) && digit(at(b, i-3)) && digit(at(b, i-4)) {
		return true // thousands
	}
	if !alnum(before) && !alnum(after) || before == 'B' && at(b, i-2) == '%' && after == '^' { // a card's magnetic track
		return false
	}
	lo, hi := i, j
	letters, other, mixed := 0, 0, false
	for lo > 0 && alnum(b[lo-1]) && i-lo < 64 {
		lo--
		letters, other, mixed = countGlued(b[lo], letters, other, mixed)
	}
	for hi < len(b) && alnum(b[hi]) && hi-j < 64 {
		letters, other, mixed = countGlued(b[hi], letters, other, mixed)
		hi++
	}
	return mixed || other == 0 && letters > 0
}

func countGlued(c byte, letters, other int, mixed bool) (int, int, bool) {
	switch {
	case digit(c):
		return letters, other, true
	case is(c, inHex):
		return letters + 1, other, mixed
	}
	return letters + 1, other + 1, mixed
}

// inUUID tells whether b[i:j] lies in a UUID (8-4-4-4-12 hexadecimal digits).
func inUUID(b []byte, i, j int) bool {
	lo, hi := i, j
	for lo > 0 && i-lo < 36 && (hexDigit(b[lo-1]) || b[lo-1] == '-') {
		lo--
	}
	for hi < len(b) && hi-j < 36 && (hexDigit(b[hi]) || b[hi] == '-') {
		hi++
	}
	for at := lo; at+36 <= hi; at++ {
		if at <= i && j <= at+36 && isUUID(b[at:at+36]) {
			return true
		}
	}
	return false
}

func isUUID(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') || !dash && !hexDigit(c) {
			return false
		}
	}
	return true
}

// luhn checks the check digit of ISO/IEC 7812-1, annex B.
func luhn(digits []byte) bool {
	sum := 0
	for i, c := range digits {
		d := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// number returns the value of up to 9 digits.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}
