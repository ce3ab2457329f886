package detect

// accountInProse looks for an account number around the digits b[i:j] behind the
// word "account": account U1234567, acct no. 12345678.
func accountInProse(b []byte, i, j int) (start, end int) {
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
	if digits < 5 || start == 0 || alnum(b[start-1]) || start == i && b[i-1] == '-' {
		return 0, 0
	}
	before := trimAccountWords(b[max(0, start-24):start])
	for _, word := range [...]string{"account", "acct", "konto"} {
		if hasFoldSuffix(before, word) && !alnum(at(before, len(before)-len(word)-1)) {
			return start, end
		}
	}
	return 0, 0
}

// trimAccountWords takes "number", "no.", "id", '#' and spaces off the end.
func trimAccountWords(b []byte) []byte {
	b = trimRight(b, " #:.")
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
