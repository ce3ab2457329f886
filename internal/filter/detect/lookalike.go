package detect

import "bytes"

// sentence tells whether the bare value v behind "password: " is the first word of a
// sentence: a word in small letters, and others behind it.
func sentence(b []byte, v value) bool {
	text := b[v.start:v.end]
	if len(text) > 1 && is(text[0], inUpper) && v.prose && allLetters(text) && !some(text[1:], inUpper) {
		return goesOn(b, v.end) > 0 && goesOn(b, goesOn(b, v.end)) > 0
	}
	if !v.prose || some(text, inUpper) || !allLetters(text) || unpronounceable(text) || at(b, v.end) != ' ' {
		return false
	}
	end := v.end + 1
	for is(at(b, end), inLetter) {
		end++
	}
	return end > v.end+2 && at(b, end) != ':' && at(b, end) != '='
}

// goesOn returns the end of the word in small letters behind the blank at b[i], or 0.
func goesOn(b []byte, i int) int {
	if at(b, i) != ' ' {
		return 0
	}
	end := i + 1
	for is(at(b, end), inLetter) && !is(b[end], inUpper) {
		end++
	}
	if end == i+1 || at(b, end) == ':' || at(b, end) == '=' {
		return 0
	}
	return end
}

// testResult tells whether the text says that a test passed: PASS: ld-ifunc-13.
func testResult(b []byte, v value) bool {
	if string(v.key) != "PASS" || !hasPrefix(b, "PASS: ") || v.start != len("PASS: ") {
		return false
	}
	l := look(b[v.start:v.end])
	return l.upper == 0 && l.signs == 0 || at(b, v.end) == ' '
}

// called tells whether a sentence calls an option by its name: --password= can be empty.
func called(b []byte, v value) bool {
	text := b[v.start:v.end]
	return !v.quoted && !v.nested && v.start > 2 && b[v.start-1] == ' ' && b[v.start-2] == '=' && is(b[v.start-3], inLetter) &&
		allLetters(text) && !some(text, inUpper) && goesOn(b, v.end) > 0
}

// pathLike tells whether b is a path of small letters: prod/db1, /tmp/token.
func pathLike(b []byte) bool {
	slashes := 0
	for i, c := range b {
		switch {
		case c == '/':
			if i < len(b)-1 {
				slashes++
			}
		case is(c, inUpper) || !is(c, inKey) || digit(c) && (i == 0 || b[i-1] == '/'):
			return false
		}
	}
	return slashes > 0
}

// prompt tells whether the value v on the line after its key is the next question:
// Password:, Confirm password:.
func prompt(b []byte, i int, v value) bool {
	if v.quoted || v.nested || bytes.IndexByte(b[i:v.start], '\n') < 0 {
		return false
	}
	end := v.end
	for end < len(b) && b[end] != '\n' && end-v.start < maxKey {
		end++
	}
	line := bytes.TrimRight(b[v.start:end], " ")
	return len(line) > 0 && line[len(line)-1] == ':'
}

// nestedSecret tells whether a text of an object or an array looks generated. Texts that
// are keys don't count. Without quotes the whole is looked at.
func nestedSecret(b []byte, n int) bool {
	quoted := false
	for i := 0; i < len(b); i++ {
		if !isQuote(b[i]) || i > 0 && alnum(b[i-1]) {
			continue
		}
		quoted = true
		end := closing(b, i+1, b[i], 0)
		if end >= len(b) {
			break
		}
		if text := b[i+1 : end]; (random(text, n) || len(text) >= 10 && mixed3(text)) && !hasByte(text, ' ') && at(b, end+1) != ':' && !isUUID(text) {
			return true
		}
		i = end
	}
	return !quoted && random(b, n+4)
}

// startsVariable tells whether b begins with a variable in braces: ${X:?is not set}.
func startsVariable(b []byte) bool {
	if !hasPrefix(b, "${") {
		return false
	}
	n := 2
	for n < len(b) && (alnum(b[n]) || b[n] == '_' || b[n] == '.') {
		n++
	}
	return n > 2 && (n == len(b) || b[n] == '}' || b[n] == ':')
}

// removed tells whether b says that something was taken out: (removed), ***MASKED***,
// XXXX1XXXX.
func removed(b []byte) bool {
	n := len(b)
	if n > 2 && b[0] == '(' && b[n-1] == ')' && allLetters(b[1:n-1]) {
		return true
	}
	if n > 2 && b[0] == '[' && b[n-1] == ']' && allLetters(b[1:n-1]) && !some(b, inUpper) && !unpronounceable(b) {
		return true // [suppressed]
	}
	if n > 2 && n < 2*maxPadding && (b[0] == '[' && b[n-1] == ']' || b[0] == '(' && b[n-1] == ')' || b[0] == '<' && b[n-1] == '>') {
		for _, word := range [...]string{"redacted", "masked", "removed", "filtered", "hidden"} {
			if hasFoldPrefix(b[1:], word) && !alnum(at(b, 1+len(word))) {
				return true // [REDACTED:87], <hidden: 3 bytes>
			}
		}
	}
	if stars := n - len(bytes.TrimLeft(b, "*")); stars > 1 && (n-stars <= 4 || bytes.HasSuffix(b, []byte("**"))) {
		return true // ****1674, **REMOVED**
	}
	return n > 6 && (hasPrefix(b, "***") && bytes.HasSuffix(b, []byte("***")) || hasPrefix(b, "XXXX") && bytes.HasSuffix(b, []byte("XXXX")))
}

// ruleList tells whether b are rules for a field: required|min:8, [required, min:8].
func ruleList(b []byte) bool {
	if len(b) > 0 && b[0] != '[' && bytes.IndexByte(b, '|') < 0 {
		return false
	}
	b = bytes.TrimLeft(b, "[\"' ")
	n := 0
	for n < len(b) && is(b[n], inLetter) {
		n++
	}
	return n > 3 && n < len(b) && !alnum(b[n]) && status(b[:n])
}

// plainCookies tells whether the cookies in b say nothing of a person: theme=dark;
// Max-Age=3600.
func (s *Scanner) plainCookies(b []byte) bool {
	for len(b) > 0 {
		pair := b
		if n := bytes.IndexByte(b, ';'); n >= 0 {
			pair, b = b[:n], b[n+1:]
		} else {
			b = nil
		}
		pair = bytes.Trim(pair, " \"'")
		n := bytes.IndexByte(pair, '=')
		if n < 0 || fixedWord(pair[:n], cookieAttributes) {
			continue
		}
		if value := pair[n+1:]; s.keys.classify(pair[:n]) != NoHint || len(value) > minWord+4 || !allLetters(value) && len(value) > 3 {
			return false
		}
	}
	return true
}

var cookieAttributes = wordTable(`max-age path expires domain samesite priority`)

// onlyNumbers tells whether an object in JSON or Python holds nothing but numbers and
// what stands for none.
func onlyNumbers(b []byte) bool {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case isQuote(c):
			end := closing(b, i+1, c, 0)
			if at(b, end+1) != ':' {
				return false
			}
			i = end
		case is(c, inLetter):
			n := i
			for n < len(b) && alnum(b[n]) {
				n++
			}
			if !fixedWord(b[i:n], harmlessWords) {
				return false
			}
			i = n
		}
	}
	return b[0] == '{'
}
