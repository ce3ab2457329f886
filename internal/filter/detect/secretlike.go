package detect

// secretLike tells whether a text looks like the value of a key of that kind, rather
// than a word, a name or a number, where the grip of the text around says how likely
// it is one.
func (s *Scanner) secretLike(text []byte, kind keyKind, g grip, quoted bool) bool {
	if kind == keyPIN {
		return len(text) >= 4 && len(text) <= 8 && allDigits(text)
	}
	if len(text) < 5 || status(text) || template(text) || fixedWord(text, methodWords) || quantity(text) || storeReference(text) {
		return false
	}
	if !quoted && (g != said && nameOfCode(text) || text[0] == '*' && is(at(text, 1), inLetter) || version(text) || kind == keyName && g == loose && camelName(text)) || exported(text) && (g != said || !digit(text[len(text)-1])) {
		return false
	}
	if kind == keyPass && g == loose && camelName(text) {
		return false // pass it to GetRoot
	}
	l := look(text)
	l.other = l.call || text[0] == '@' || l.other && (l.signs < 2 || l.digits == 0 || hasByte(text, ' '))
	if l.other || l.letters == 0 || shellVariable(text) || text[0] == '$' || text[0] == '-' || s.keys.classify(text) != NoHint && (l.digits == 0 || l.digits == 1 && hasByte(text, '_')) {
		return l.letters == 0 && !l.other && g == said && kind == keyPassword && len(text) >= 6
	}
	mixed := l.digits > 0 || l.signs > 0 && (l.upper > 0 || quoted)
	three := l.digits > 0 && l.upper > 0 && l.lower > 0 || l.signs > 0 && l.digits > 0
	switch {
	case l.noun > 0 && (l.noun <= 2 || fixedWord(text[:l.noun], numberedWords) || l.digits <= 2 && s.keys.classify(text[:l.noun]) != NoHint), nextPair(text), fileName(text), dotted(text), hasPrefix(text, "\\u"), hasPrefix(text, "data:"):
		return false
	case quoted && (kind == keyPassword || kind == keyWritten) && g != loose:
		return true
	case quoted && !mixed:
		return mixedCase(text) && !l.kebab
	}
	switch kind {
	case keyPassword, keyWritten:
		if g == loose {
			return len(text) >= 6 && mixed
		}
		return mixed || mixedCase(text) && g == said
	case keyPass:
		return len(text) >= 6 && (three || (g != loose || quoted) && mixed || random(text, minSecret)) && !hasFoldPrefix(text, "test")
	}
	if l.kebab {
		return false
	}
	if quoted && l.digits > 2 && len(text) >= minWord {
		return true
	}
	switch g {
	case loose:
		return three && len(text) >= 10 || random(text, minSecret)
	case marked:
		return three && len(text) >= minWord || random(text, minWord+2)
	}
	return random(text, minWord) || mixedCase(text) && len(text) >= minWord+2
}

// numberedWords are words that numbers are given to.
var numberedWords = wordTable(`user users node host db app api web prod dev test stage env key keys field hash grant type step phase line page
	version option slot worker shard team group level oauth base sha md tls utf part item attempt id row col column index arg param
	value val num x y a b c p v pod job task thread core cpu disk vol volume port server client node- user- svc service team region zone
	account customer vault store file config table queue topic bucket cluster instance vm box`)

// looks counts what a text is made of.
type looks struct {
	lower, upper, letters, digits, signs int
	other                                bool // what passwords in texts hardly hold: paths, calls, pairs
	noun                                 int  // letters before the digits at the end: user42
	call                                 bool // a call, a URL, a path
	kebab                                bool // small letters and digits in pieces, as names are
}

func look(b []byte) (l looks) {
	pieces := 0
	for i, c := range b {
		switch {
		case digit(c):
			l.digits++
		case is(c, inUpper):
			l.upper++
		case is(c, inLetter) || c >= 0x80:
			l.lower++
		case c == '-' || c == '_' || c == '.':
			pieces++
		case c == '=' && i < len(b)-2 || c == '(' || c == '[' || c == '{' || c == '<' || c == '>' || c == ':' || c == '\\' || c == ' ':
			l.other = true
			l.call = l.call || c == '(' && i > 1 && is(b[i-1], inLetter) || c == ':' && at(b, i+1) == '/'
			if c != ' ' {
				l.signs++
			}
		case c == '/':
			l.call = l.call || !random(b, minSuffix)
		case c != '=' && c != ',' && c != '"' && c != '\'':
			l.signs++
		}
	}
	l.letters = l.lower + l.upper
	n := len(b)
	for n > 0 && digit(b[n-1]) {
		n--
	}
	if l.digits > 0 && len(b)-n == l.digits && !l.other {
		l.noun = n
	}
	l.kebab = pieces > 0 && l.upper == 0 && l.signs == 0
	return l
}

// quantity tells whether b is a number with a unit, an ordinal, a version or a time:
// 12ms, 3rd, v2, 10:00:01.
func quantity(b []byte) bool {
	if lower(b[0]) == 'v' && digit(at(b, 1)) {
		b = b[1:]
	}
	if !digit(b[0]) {
		return false
	}
	if b[0] == '0' && at(b, 1) == 'x' {
		return true
	}
	n := 0
	for n < len(b) && (digit(b[n]) || b[n] == '.' || b[n] == ':' || b[n] == '-' || b[n] == '/' || b[n] == ',') {
		n++
	}
	rest := b[n:]
	if n > 1 && b[n-1] == '/' && len(rest) > 3 && allLetters(rest[:3]) && rest[3] == '/' {
		return true // 18/Feb/2025
	}
	return len(rest) == 0 && n < len(b) || len(rest) <= 4 && allLetters(rest) && len(rest)*2 <= n+2 ||
		len(rest) > 0 && (rest[0] == 'T' || rest[0] == 'Z') && n >= len("2006-01-02") || len(rest) == 0 && !allDigits(b)
}

// unpronounceable tells whether letters are drawn at random: five consonants in a row.
func unpronounceable(b []byte) bool {
	run := 0
	for _, c := range b {
		switch lower(c) {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			run = 0
		default:
			if run++; run == 5 {
				return true
			}
		}
	}
	return false
}

// mixed3 tells whether b has letters of both cases and digits, and no piece that is none.
func mixed3(b []byte) bool {
	l := look(b)
	return l.lower > 0 && l.upper > 0 && l.digits > 0 && !l.other && !l.call
}

// fileName tells whether b ends as the names of files do.
func fileName(b []byte) bool {
	for i := len(b) - 1; i > 0 && len(b)-i <= minWord; i-- {
		if b[i] == '.' {
			return hasByte(b[:i], '/') && len(b)-i > 2 && every(b[i+1:], inLetter) || fileEnding(b[i+1:]) || string(b[i:]) == ".py" || string(b[i:]) == ".rs"
		}
	}
	return false
}

// kindFollows tells whether the key that ends before b[i] goes on as a kind of it: token
// type, password policy.
func kindFollows(b []byte, i int) bool {
	for _, word := range [...]string{" type", " kind", " format", " policy", " hash", " name", " field", " expiry", " length"} {
		if hasPrefix(b[i:], word) {
			return true
		}
	}
	return false
}

// dotted tells whether b are names with dots between: auth.tests.LoginTest2.
func dotted(b []byte) bool {
	dots := 0
	for i, c := range b {
		switch {
		case c == '.':
			dots++
		case (i == 0 || b[i-1] == '.') && (!is(c, inLetter) || i == 0 && is(c, inUpper)) || !alnum(c) && c != '_':
			return false
		}
	}
	return dots > 1
}

// longWord tells whether b are small letters, as several words written together: more
// than words have, and without an ending of long ones.
func longWord(b []byte) bool {
	if len(b) < 13 || !allLetters(b) || some(b, inUpper) {
		return false
	}
	for _, end := range [...]string{"tion", "tions", "ment", "ments", "ness", "able", "ally", "ably", "ized", "ised", "ated", "ings", "ting", "ring", "ning", "tive", "ence", "ance", "ability", "ically", "ively", "ingly"} {
		if hasFoldSuffix(b, end) {
			return false
		}
	}
	return true
}

// twoCells tells whether a row of a table ends with the cell that ends at b[i].
func twoCells(b []byte, i int) bool {
	for at(b, i) == ' ' {
		i++
	}
	return at(b, i) == '|' && (at(b, i+1) == '\n' || i+1 == len(b))
}
