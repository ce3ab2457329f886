package detect

import "bytes"

// accountWords are words before account numbers in prose.
var accountWords = [...]string{"account", "acct", "konto"}

// accountInProse looks for an account number around the digits b[i:j] behind the
// word "account": account U1234567, acct no. 12345678.
func accountInProse(b []byte, i, j int) (start, end int) {
	if start, end := codeBesideAccount(b, i, j); end > 0 {
		return start, end
	}
	if isQuote(b[i-1]) && at(b, j) == b[i-1] && i > 6 {
		if before := trimAccountWords(b[max(0, i-25) : i-1]); hasFoldSuffix(before, "account") || hasFoldSuffix(before, "acct") {
			return i, j
		}
	}
	if c := b[i-1]; c == '.' && !is(b[i-2], inLetter) || c != ' ' && c != '#' && c != ':' && c != '.' && !is(c, inLetter) && c != '-' {
		return 0, 0
	}
	if b[i-1] == '-' && !is(b[i-2], inLetter) {
		return 0, 0
	}
	start, end = i, j
	for start > 0 && i-start < 8 && (is(b[start-1], inLetter) || b[start-1] == '-') {
		start--
	}
	for end < len(b) && end-start < 24 && (alnum(b[end]) || b[end] == '-' && alnum(at(b, end+1))) {
		end++
	}
	digits := 0
	for _, c := range b[start:end] {
		if digit(c) {
			digits++
		}
	}
	for digits < 5 && start > 0 && i-start < 24 && is(b[start-1], inUpper|inDigit) { // 9ENRIHCRX86
		start--
		if digit(b[start]) {
			digits++
		}
	}
	if digits < 5 && !(digits >= 2 && end-start >= minWord && every(b[start:end], inUpper|inDigit)) || start == 0 || alnum(b[start-1]) || start == i && b[i-1] == '-' {
		return 0, 0
	}
	before := trimAccountWords(b[max(0, start-24):start])
	for _, word := range accountWords {
		if hasFoldSuffix(before, word) && !alnum(at(before, len(before)-len(word)-1)) {
			return start, end
		}
	}
	return 0, 0
}

// mayCode tells whether the digits b[i:j] may be of what codeBesideAccount looks for.
func mayCode(b []byte, i, j int) bool {
	return j-i >= 6 && j-i <= 8 && i > 0 && (b[i-1] == 'U' || b[i-1] == 'D' || b[i-1] == 'F')
}

// codeBesideAccount looks around the digits b[i:j] for an account of Interactive
// Brokers (U1234567, DU1234567) in quotes, if the word "account" stands shortly before.
func codeBesideAccount(b []byte, i, j int) (start, end int) {
	start = i
	for start > 0 && i-start < 2 && (b[start-1] == 'U' || b[start-1] == 'D' || b[start-1] == 'F') {
		start--
	}
	n, sign := j-i, at(b, start-1)
	if start == i || n < 6 || n > 8 || sign != '=' && (!isQuote(sign) || at(b, j) != sign) || sign == '=' && alnum(at(b, j)) {
		return 0, 0
	}
	before := b[max(0, start-2*maxPadding):start]
	if sign == '=' {
		if hasSuffix(before, "79=") && !alnum(at(before, len(before)-4)) {
			return start, j // of an allocation in FIX
		}
		before = before[bytes.LastIndexByte(before, ' ')+1:]
	}
	for k := range before {
		if hasFoldPrefix(before[k:], "account") || hasFoldPrefix(before[k:], "acct") {
			return start, j
		}
	}
	return 0, 0
}

// oandaAccount returns the end of an account of OANDA at b[i], or 0: 101-001-1234567-001.
func oandaAccount(b []byte, i int) int {
	if i > 0 && (alnum(b[i-1]) || b[i-1] == '-') {
		return 0
	}
	for part, least := range [...]int{3, 3, 5, 3} {
		n := i
		for digit(at(b, n)) {
			n++
		}
		if n-i != least && (part != 2 || n-i < least || n-i > 9) {
			return 0
		}
		if i = n; part < 3 {
			if at(b, i) != '-' {
				return 0
			}
			i++
		}
	}
	if alnum(at(b, i)) || at(b, i) == '-' {
		return 0
	}
	return i
}

// trimAccountWords takes "number", "no.", "id", '#' and spaces off the end.
func trimAccountWords(b []byte) []byte {
	b = trimRight(b, " #:.")
	for _, word := range [...]string{" is", " was", " ist"} {
		if hasFoldSuffix(b, word) {
			b = b[:len(b)-len(word)]
		}
	}
	for _, word := range [...]string{" number", " no", " nr", " num", " id", " with", " for"} {
		if hasFoldSuffix(b, word) {
			return trimRight(b[:len(b)-len(word)], " #:.")
		}
	}
	return b
}

func trimRight(b []byte, chars string) []byte {
	for len(b) > 0 {
		cut := false
		for i := range len(chars) {
			cut = cut || b[len(b)-1] == chars[i]
		}
		if !cut {
			break
		}
		b = b[:len(b)-1]
	}
	return b
}
