package detect

import "bytes"

// judge decides whether the value v under a key of class h is private, and which
// part of it.
func (s *Scanner) judge(b []byte, h Hint, v value) (start, end int, kind Kind, rule string) {
	text := b[v.start:v.end]
	kind = Secret
	if v.inURL && s.set.Has(URL) {
		kind = URL
	}
	rule = "telling_key"
	if s.harmless(text) || s.reference(b, v) || !v.inURL && len(text) <= 2 && (len(text) == 1 || !meaningful(text)) {
		return 0, 0, kind, rule
	}
	if (h == HintSecret || h == HintToken) && (v.prose && nextPair(text) || sentence(b, v)) {
		return 0, 0, kind, rule
	}
	if len(text) <= 4 && hasPrefix(b[v.end:], "...") {
		return 0, 0, kind, rule // sk-...
	}
	private := false
	switch h {
	case HintSecret:
		private = !called(b, v) && (!v.prose || !prose(text) && !hasPrefix(text, "https://")) && !(len(v.key) == len("secret") && kebabName(text))
		private = private && !status(text) && !(v.nested && onlyNumbers(text)) && !(v.workDir && path(text))
	case HintToken:
		private = tokenLike(text, v)
	case HintPass:
		private = (!v.prose || s.secretLike(text, keyPass, said, false) && !testResult(b, v)) && len(text) >= 6 && hasLetter(text) && !status(text) && !hasFoldPrefix(text, "test") && (!allLetters(text) || v.quoted && len(text) >= 12 || !v.prose && mixedCase(text))
	case HintAuth:
		return s.judgeAuthorization(b, v, kind)
	case HintCookie:
		private = hasByte(text, '=') && !s.plainCookies(text)
	case HintSession:
		private = !(v.nested && text[0] == '{') && (random(text, 16) || v.inURL && random(text, 10)) && !epoch(text)
	case HintSignature:
		private = random(text, 16) || v.inURL && random(text, minWord)
	case HintQueryKey:
		private = v.inURL && random(text, 20)
	case HintPIN:
		private = len(text) >= 4 && len(text) <= 8 && allDigits(text)
	case HintCVV:
		private = (len(text) == 3 || len(text) == 4) && allDigits(text)
	case HintPhone:
		from, to := phoneInValue(b, v.start, v.end)
		return from, to, Phone, "telling_key"
	case HintAccount:
		kind, private = Account, accountValue(text, v)
	}
	if !private {
		return 0, 0, kind, rule
	}
	return v.start, v.end, kind, rule
}

// kebabName tells whether b is a name as Kubernetes gives to secrets: words of small
// letters with dashes.
func kebabName(b []byte) bool {
	dashes := 0
	for _, c := range b {
		if c == '-' {
			dashes++
		} else if !is(c, inLetter) || is(c, inUpper) {
			return false
		}
	}
	return dashes > 0
}

// path tells whether b is an absolute path of a directory.
func path(b []byte) bool {
	return len(b) == 1 && b[0] == '/' || len(b) > 2 && b[0] == '/' && is(b[1], inLetter|inDigit) && !some(b, inSpace) && !hasByte(b, '=') ||
		len(b) > 2 && is(b[0], inLetter) && b[1] == ':' && (b[2] == '\\' || b[2] == '/')
}

// judgeAuthorization leaves the name of the scheme: "Bearer [secret]".
func (s *Scanner) judgeAuthorization(b []byte, v value, kind Kind) (start, end int, k Kind, rule string) {
	text := b[v.start:v.end]
	if text[0] == '<' {
		if n := bytes.IndexByte(text, '>'); n > 0 && allLetters(text[1:n]) {
			return 0, 0, kind, "" // <present>
		}
	}
	i := 0
	for i < len(text) && (alnum(text[i]) || text[i] == '-') {
		i++
	}
	if i == 0 || at(text, i) != ' ' {
		if !random(text, 8) && (len(text) < 20 || hasByte(text, ' ')) {
			return 0, 0, kind, ""
		}
		if at(text, i) != ' ' {
			return v.start, v.end, kind, "authorization"
		}
	}
	rest := i
	for rest < len(text) && text[rest] == ' ' {
		rest++
	}
	scheme := text[:i]
	if !v.quoted && nextPair(text[rest:]) && !some(scheme, inUpper) && !hasPrefix(scheme, "digest") {
		return 0, 0, kind, "" // authorization=stale policy=x
	}
	if hasFoldPrefix(scheme, "bearer") || hasFoldPrefix(scheme, "basic") || hasFoldPrefix(scheme, "token") || hasFoldPrefix(scheme, "apikey") {
		to := rest
		for to < len(text) && text[to] != ' ' && text[to] != ',' && text[to] != ';' {
			to++
		}
		if s.harmless(text[rest:to]) || status(text[rest:to]) || shellVariable(text[rest:to]) {
			return 0, 0, kind, ""
		}
		return v.start + rest, v.start + to, kind, "authorization"
	}
	if hasFoldPrefix(scheme, "digest") || hasFoldPrefix(scheme, "aws4") || hasFoldPrefix(scheme, "hmac") || hasFoldPrefix(scheme, "negotiate") || hasFoldPrefix(scheme, "ntlm") || v.quoted && random(text[rest:], 12) || random(text[rest:], 16) && hasDigit2(text[rest:]) {
		if s.harmless(text[rest:]) {
			return 0, 0, kind, ""
		}
		return v.start + rest, v.end, kind, "authorization"
	}
	return 0, 0, kind, ""
}

func hasDigit2(b []byte) bool { return !hasByte(b, ' ') || hasByte(b, '=') }

// tokenLike tells a token from a count, a kind or a word about one.
func tokenLike(b []byte, v value) bool {
	switch {
	case v.nested && b[0] == '[' && !hasByte(b, ','):
		inner := bytes.Trim(b, "[]\"' ")
		return !(len(inner) > 1 && quantity(inner)) && tokenLike(inner, value{quoted: true})
	case v.nested:
		return nestedSecret(b, minSecret)
	case pathLike(b), hasPrefix(b, "https://") || hasPrefix(b, "http://"), !v.quoted && !v.inURL && lettersDotted(b):
		return false
	case len(b) < 6 || status(b) || v.prose && allDigits(b) && len(v.key) == len("auth") && hasFoldPrefix(v.key, "auth"):
		return false
	case allLetters(b):
		return len(b) >= 8 && (v.quoted || !hasFoldSuffix(v.key, "auth") || !camelName(b)) && (!v.prose || mixedCase(b)) && (v.inURL || v.quoted || mixedCase(b) || len(b) >= 16)
	case hasByte(b, ' '):
		return false
	}
	return hasDigitIn(b) || len(b) >= 12 && !v.prose || len(b) >= 8 && (v.quoted || some(b, inUpper) && !every(b, inKey))
}

// epoch tells whether b is a time since 1970 in micro- or nanoseconds, which nonces are
// made of: 2001 to 2286.
func epoch(b []byte) bool {
	return (len(b) == 16 || len(b) == 19) && b[0] == '1' && allDigits(b)
}

// accountValue tells an account from a number of accounts or a kind of them.
func accountValue(b []byte, v value) bool {
	digits, code := 0, len(b) >= minWord // of capital letters and digits
	for _, c := range b {
		if digit(c) {
			digits++
		}
		code = code && is(c, inUpper|inDigit)
		if c == ' ' || c == '@' || c == '/' || c == '(' {
			return false
		}
	}
	named := hasFoldSuffix(v.key, "number") || hasFoldSuffix(v.key, "no") // rather than the kind of an account
	return !v.nested && (digits >= 4 || code && (digits >= 2 || named && !status(b))) && len(b) <= 48
}

// harmless tells whether a value is none, or stands for one: empty, a
// placeholder, what this agent or another has put in its place.
func (s *Scanner) harmless(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if s.placeholder(b) {
		return true
	}
	first, last := b[0], b[len(b)-1]
	switch {
	case first == '?' && len(b) == 1, first == '$' && len(b) <= 3, first == '@' && len(b) <= 3,
		first == '$' && (at(b, 1) == '(' || at(b, 1) == '{' && last == '}'),
		first == '{' && last == '}' && variable(b[1:len(b)-1]) && (hasByte(b, '_') || !random(b, 10)),
		first == '<' && last == '>', first == '%' && (last == '%' || is(at(b, 1), inLetter) && at(b, 2) == '\\' || len(b) <= 3 || last == 's' && at(b, 1) == '('),
		first == ':' && len(b) > 1 && variable(b[1:]),
		first == '[' && last == ']' && constant(b[1:len(b)-1], 0), constant(b, 2),
		startsVariable(b), removed(b):
		return true
	}
	same := true
	for _, c := range b {
		same = same && (c == '*' || c == '.' || c == '-' || c == '_' || c|0x20 == 'x' || c == '#' || c == '?' || c >= 0x80)
	}
	return same || fixedWord(b, harmlessWords)
}

// constant tells whether b is in capital letters, with at least some underscores:
// [PROTECTED], YOUR_API_KEY.
func constant(b []byte, underscores int) bool {
	for _, c := range b {
		if c == '_' || c == ' ' || c == '-' {
			underscores--
		} else if !is(c, inUpper) {
			return false
		}
	}
	return underscores <= 0 && len(b) > 2
}

// variable tells whether b is the name of a variable, in braces or not.
func variable(b []byte) bool {
	for len(b) > 1 && b[0] == '{' && b[len(b)-1] == '}' {
		b = b[1 : len(b)-1]
	}
	for _, c := range b {
		if !alnum(c) && c != '_' && c != '.' && c != ' ' && c != '|' {
			return false
		}
	}
	return true
}

// token returns the length of the replacement at the start of b, or 0.
func (s *Scanner) token(b []byte) int {
	if n := MaskLength(b); n > 0 || s.tokens == nil {
		return n
	}
	return s.tokens.Token(b)
}

// placeholder tells whether b is a mask like [card] or REDACTED, or several.
func (s *Scanner) placeholder(b []byte) bool {
	for len(b) > 0 {
		n := s.token(b)
		if n == 0 {
			return false
		}
		b = b[n:]
		if len(b) > 0 && (b[0] == ':' || b[0] == ' ' || b[0] == ',') {
			b = b[1:]
		}
	}
	return true
}

// MaskLength returns the length of the mask at the start of b, or 0: REDACTED in
// URLs, "[card]" and so on by kind, "[card:1111]" with the last four digits kept,
// "[masked]" where a whole value was masked in doubt.
func MaskLength(b []byte) int {
	if hasPrefix(b, "REDACTED") {
		return len("REDACTED")
	}
	if len(b) == 0 || b[0] != '[' {
		return 0
	}
	end := 1
	for end < len(b) && end < 24 && b[end] != ']' {
		end++
	}
	if at(b, end) != ']' {
		return 0
	}
	name := b[1:end]
	if hasPrefix(name, "card:") && len(name) == 9 && allDigits(name[5:]) || string(name) == "masked" {
		return end + 1
	}
	for _, k := range names[HighEntropy:] {
		if string(name) == k {
			return end + 1
		}
	}
	return 0
}

func hasByte(b []byte, c byte) bool {
	for _, x := range b {
		if x == c {
			return true
		}
	}
	return false
}

func every(b []byte, set uint16) bool {
	for _, c := range b {
		if !is(c, set) {
			return false
		}
	}
	return len(b) > 0
}

func some(b []byte, set uint16) bool {
	for _, c := range b {
		if is(c, set) {
			return true
		}
	}
	return false
}

func allDigits(b []byte) bool  { return every(b, inDigit) }
func allLetters(b []byte) bool { return every(b, inLetter) }
func hasLetter(b []byte) bool  { return some(b, inLetter) }
func hasDigitIn(b []byte) bool { return some(b, inDigit) }

// mixedCase tells whether a capital letter follows a small one.
func mixedCase(b []byte) bool {
	for i := 1; i < len(b); i++ {
		if is(b[i], inUpper) && is(b[i-1], inLetter) && !is(b[i-1], inUpper) {
			return true
		}
	}
	return false
}
