package detect

import "bytes"

// This file knows how programs and their logs write names, which stand near telling words
// in sources, traces, changes and documentation, and are no values.

// nameOfCode tells whether b is a name as sources have them, rather than a value that only
// its place gives away: *arm.ClientOptions, crypto.SHA256, SSL_OP_NO_TLSv1, CVE-2019-13117,
// base64-encoded, {string|Buffer}.
func nameOfCode(b []byte) bool {
	return b[0] == '*' && (alnum(at(b, 1)) || at(b, 1) == '_' || at(b, 1) == '[') || b[0] == '\\' && is(at(b, 1), inLetter) ||
		bytes.Contains(b, []byte("::")) || exported(b) || snakeCase(b) || ticket(b) || encodedAs(b) || alternatives(b)
}

// exported tells whether b is a name of a package and of what it exports: crypto.SHA256.
func exported(b []byte) bool {
	dot := bytes.IndexByte(b, '.')
	if dot < 2 || dot+4 > len(b) || !is(b[dot+1], inUpper) || !is(b[0], inLetter) {
		return false
	}
	for i, c := range b {
		if i < dot && (is(c, inUpper) || !alnum(c)) || i > dot && !alnum(c) && c != '_' {
			return false
		}
	}
	return !hasDigitIn(b[:dot]) || fixedWord(b[:dot], methodWords)
}

// snakeCase tells whether b are at least three words, or two in capital letters, of letters
// for the most part, with underscores between: decode_nla_in6_addr, USE_AVX2.
func snakeCase(b []byte) bool {
	bars, digits := 0, 0
	for _, c := range b {
		switch {
		case c == '_':
			bars++
		case digit(c):
			digits++
		case !is(c, inLetter):
			return false
		}
	}
	return (bars >= 2 || bars == 1 && capitals(b)) && digits*3 <= len(b)
}

// version tells whether b is the version of a package: 4.13+dfsg1-1.
func version(b []byte) bool {
	n := 0
	for n < len(b) && (digit(b[n]) || b[n] == '.') {
		n++
	}
	return n >= 3 && digit(b[0]) && digit(b[n-1]) && hasByte(b[:n], '.') && (at(b, n) == '+' || at(b, n) == '-' || at(b, n) == '~')
}

// camelName tells whether b are words of at least three letters, each with a capital
// letter, and one number at most: DecapsulationKey1024.
func camelName(b []byte) bool {
	run, words, numbers := 3, 0, 0
	for i, c := range b {
		switch {
		case digit(c):
			if i > 0 && !digit(b[i-1]) {
				numbers++
			}
		case !is(c, inLetter):
			return false
		case is(c, inUpper) && i > 0 && !is(b[i-1], inUpper):
			if run < 3 {
				return false
			}
			run, words = 1, words+1
		default:
			run++
		}
	}
	return words > 0 && numbers <= 1
}

// variableOf tells whether b is the name of a variable that ends as its key does:
// password=key_password.
func variableOf(b, key []byte) bool {
	bar := bytes.LastIndexByte(b, '_')
	if bar < 1 || len(b)-bar < 4 || len(key) < len(b)-bar-1 || hasPrefix(b, "_") {
		return false
	}
	for _, c := range b {
		if c != '_' && (!is(c, inLetter) || is(c, inUpper)) {
			return false
		}
	}
	for i, c := range key[len(key)-(len(b)-bar-1):] {
		if lower(c) != b[bar+1+i] {
			return false
		}
	}
	return true
}

// headerName tells whether b is the name of a header that HTTP doesn't know: X-Auth-Key.
func headerName(b []byte) bool {
	if !hasPrefix(b, "X-") || len(b) < 6 {
		return false
	}
	for i, c := range b[2:] {
		if c != '-' && (!is(c, inLetter) || is(c, inUpper) && b[i+1] != '-') {
			return false
		}
	}
	return true
}

// numbersDotted tells whether b are numbers with dots between, as in versions and object
// identifiers.
func numbersDotted(b []byte) bool {
	dots := 0
	for _, c := range b {
		if c == '.' {
			dots++
		} else if !digit(c) {
			return false
		}
	}
	return dots > 0 && digit(b[0])
}

// constantOf tells whether b is the name that its key ends with: opGetToken = "GetToken".
func constantOf(b, key []byte) bool {
	if len(b) < minWord || len(key) <= len(b) || !hasByte(b, '_') && !mixedCase(b) {
		return false
	}
	for i, c := range key[len(key)-len(b):] {
		if lower(c) != lower(b[i]) {
			return false
		}
	}
	return true
}

// filledIn tells whether a program fills in a part of b: share-{portfolio_id}.
func filledIn(b []byte) bool {
	open := bytes.IndexByte(b, '{')
	if open < 0 {
		return false
	}
	n := open + 1
	for n < len(b) && (is(b[n], inLetter) || b[n] == '_' || b[n] == '.' || b[n] == ':' || b[n] == '!') {
		n++
	}
	return n > open+5 && at(b, n) == '}'
}

// ticket tells whether b names a report or a standard: CVE-2019-13117, GH-1935.
func ticket(b []byte) bool {
	n := 0
	for n < len(b) && is(b[n], inUpper) {
		n++
	}
	if n < 2 || n > 8 || at(b, n) != '-' {
		return false
	}
	for _, c := range b[n:] {
		if !digit(c) && c != '-' {
			return false
		}
	}
	return digit(b[len(b)-1])
}

// encodedAs tells whether b says in which way something is written: base64-encoded.
func encodedAs(b []byte) bool {
	dash := bytes.IndexByte(b, '-')
	return dash > 0 && allLetters(b[dash+1:]) && fixedWord(b[:dash], methodWords)
}

// lettersDotted tells whether b are names of letters with dots between: Name.Function.
func lettersDotted(b []byte) bool {
	dots := 0
	for i, c := range b {
		if c == '.' && i > 0 && i < len(b)-1 {
			dots++
		} else if !is(c, inLetter) && c != '_' {
			return false
		}
	}
	return dots > 0
}

// alternatives tells whether b lists types: string|Buffer.
func alternatives(b []byte) bool {
	bars := 0
	for _, c := range b {
		if c == '|' {
			bars++
		} else if !is(c, inLetter) {
			return false
		}
	}
	return bars > 0
}

// expression tells whether the bare text b is a call, an element, a literal or a member in
// a program, perhaps cut where its arguments go on: newToken(user, tokens[0], &Secret{},
// $self->token.
func expression(b []byte) bool {
	if b[0] == '$' {
		return bytes.Contains(b, []byte("->"))
	}
	if b[0] == '(' && lettersDotted(b[1:]) {
		return true
	}
	b = bytes.TrimLeft(b, "&*!")
	n, digits := 0, 0
	for n < len(b) && (alnum(b[n]) || b[n] == '_' || b[n] == '.') {
		if digit(b[n]) {
			digits++
		}
		n++
	}
	if n < 3 || n == len(b) || !is(b[0], inLetter) && b[0] != '_' || n < len(b)-1 && digits > 0 && !hasByte(b[:n], '.') && !mixedCase(b[:n]) {
		return false
	}
	rest := b[n+1:]
	if len(rest) == 0 && b[n] != '.' {
		return b[n] == '(' || b[n] == '{'
	}
	switch b[n] {
	case '(':
		return digits == 0 && arguments(rest) || len(rest) > 0 && rest[len(rest)-1] == ')' && arguments(rest)
	case '{':
		return digits == 0 && arguments(rest)
	case '[':
		return digits == 0 && len(rest) > 1 && (bytes.IndexByte(rest, ']') > 0 || rest[0] == '[') && arguments(rest)
	}
	return false
}

// arguments tells whether b holds nothing but what names and numbers are made of in the
// arguments of a call.
func arguments(b []byte) bool {
	from, digits := 0, 0 // of a name or number
	for i, c := range b {
		switch {
		case digit(c):
			digits++
		case is(c, inLetter), c == '_':
		case c == '.', c == '*', c == '[', c == ']', c == '{', c == '}', c == '(', c == ')', c == '&', c == '+' && i > 0,
			c == ':' && (i == len(b)-1 || hasByte(b, ']')):
			from, digits = i+1, 0
		default:
			return false
		}
		if digits > 0 && i-from >= minSecret {
			return false
		}
	}
	return true
}
