package detect

import "bytes"

// reference tells whether a value names where the secret is, or its type, and isn't
// the secret: $PASSWORD, os.Getenv("X"), config.apiKey, Option<String>.
func (s *Scanner) reference(b []byte, v value) bool {
	text := b[v.start:v.end]
	switch {
	case len(text) == 0:
		return true
	case v.nested:
		return schema(text)
	case headerName(text), numbersDotted(text), text[0] == '/' && pathLike(text), hasSuffix(text, ".pem"), len(text) > 2 && text[0] == '{' && alternatives(text[1:len(text)-1]), constantOf(text, v.key), filledIn(text):
		return true
	case template(text), hasFoldPrefix(text, "your-"), hasFoldPrefix(text, "your_"), shellVariable(text), storeReference(text):
		return true
	case v.quoted && at(b, v.start-1) == '`' && (sameName(text, v.key) || hasByte(text, ' ')):
		return true // a column, a command
	case v.quoted:
		return v.end == len(b) && (!meaningful(text) || hasPrefix(text, " + ") || hasPrefix(text, ", ")) || is(text[0], inUpper) && len(v.key) > 0 && !is(v.key[0], inUpper) && allLetters(text) && sameName(text, v.key)
	}
	return typeName(text) || expression(text) || variableOf(text, v.key) || annotation(b, v) || s.compared(b, v) || s.code(b, v) || s.fieldPath(text) || fieldOf(text) || bytes.Contains(text, []byte("@sha256:")) || v.prose && allLetters(text) && s.keys.classify(text) != NoHint
}

// annotation tells whether a bare value is a type of a language: ed25519.PrivateKey,
// AuthTypes | None, FilterOrBool = False.
func annotation(b []byte, v value) bool {
	text := b[v.start:v.end]
	if hasPrefix(text, "0x") && len(text) <= len("0x12345678") {
		return true // a constant
	}
	if text[0] == '&' && len(text) > 1 && allLetters(text[1:]) && at(b, v.start-1) == ' ' {
		return true
	}
	if !v.prose || !is(text[0], inLetter) {
		return false
	}
	return exported(bytes.TrimRight(text, ",")) || allLetters(text) && (hasPrefix(b[v.end:], " = ") || hasPrefix(b[v.end:], " | None"))
}

// compared tells whether a bare value is what a program compares with, or a variable of
// it that is named as what it holds: token == badToken.
func (s *Scanner) compared(b []byte, v value) bool {
	text := b[v.start:v.end]
	if name := bytes.TrimRight(text, ":"); !is(text[0], inLetter) || !every(name, inKey) || hasDigitIn(text) {
		return false
	}
	if v.prose && len(v.key) >= minWord && len(text) > len(v.key) && mixedCase(text) && hasPrefix(text, string(v.key)) {
		return true // GetToken: GetTokenResponse
	}
	if hasSuffix(b[:v.start], "== ") {
		return true
	}
	return !is(text[0], inUpper) && (hasSuffix(b[:v.start], "= ") || hasSuffix(b[:v.start], ": ")) && mixedCase(text) && s.keys.classify(text) != NoHint
}

// fieldPath tells whether b names a field of something, as data.vault_secret.db1.value.
func (s *Scanner) fieldPath(b []byte) bool {
	dots, tells := 0, hasByte(b, '_')
	for from, i := 0, 0; i <= len(b); i++ {
		if i < len(b) && b[i] != '.' {
			if c := b[i]; !digit(c) && c != '_' && c != '[' && c != ']' && (!is(c, inLetter) || is(c, inUpper)) {
				return false
			}
			continue
		}
		if i == from || !is(b[from], inLetter) {
			return false
		}
		tells = tells || s.keys.classify(b[from:i]) != NoHint
		if from = i + 1; i < len(b) {
			dots++
		}
	}
	return dots >= 2 && tells
}

// smallPath tells whether b are names in small letters with dots between: hashlib.sha256.
func smallPath(b []byte) bool {
	for i, c := range b {
		if is(c, inUpper) || c == ':' || digit(c) && (i == 0 || b[i-1] == '.') {
			return false
		}
	}
	return true
}

// roots are the objects whose fields hold what programs are given.
var roots = [...]string{"process.env.", "os.environ", "import.meta.env.", "config.", "settings.", "secrets.", "env.", "args.", "options.", "opts.", "vars.", "var.", "local.", "data.", "module."}

// fieldOf tells whether b is a field of one of them.
func fieldOf(b []byte) bool {
	if len(b) < 5 || bytes.IndexByte(b, '.') < 3 {
		return false
	}
	for _, root := range roots {
		if hasPrefix(b, root) {
			return every(b, inKey)
		}
	}
	return false
}

// nextPair tells whether b is another key with its value: jwt: alg=RS256.
func nextPair(b []byte) bool {
	n := 0
	for n < len(b) && (is(b[n], inLetter) || b[n] == '_') {
		n++
	}
	return n > 0 && n < len(b)-1 && b[n] == '=' && b[n+1] != '='
}

// template tells whether b is filled in later by a template language.
func template(b []byte) bool {
	n := len(b)
	return n > 4 && (b[0] == '{' && (b[1] == '{' || b[1] == '%') && b[n-1] == '}' && b[n-2] == b[1]+b[1]%2*2 ||
		b[0] == '<' && b[1] == '%' && b[n-1] == '>' && b[n-2] == '%' || (b[0] == '#' || b[0] == '@') && b[1] == '{' && b[n-1] == '}')
}

// shellVariable tells whether b is a variable of the environment, in capitals.
func shellVariable(b []byte) bool {
	if len(b) < 3 || b[0] != '$' || digit(b[1]) {
		return false
	}
	for _, c := range b[1:] {
		if !is(c, inUpper|inDigit) && c != '_' {
			return false
		}
	}
	return true
}

// storeReference tells whether b is a path in a store of secrets.
func storeReference(b []byte) bool {
	for _, p := range [...]string{"vault:", "arn:aws:", "op://", "secretref:", "ref+", "env://", "file://", "ssm:/", "ssm://", "keyvault:", "urn:", "([", "[^", "@microsoft.keyvault("} {
		if hasFoldPrefix(b, p) {
			return true
		}
	}
	return false
}

// schema tells whether an array or object describes a field: {"type": "string"}.
func schema(b []byte) bool {
	if b[0] == '[' && isQuote(at(b, 1)) && messages(b) {
		return true // messages about a field
	}
	i := 1
	for i < len(b) && (is(b[i], inSpace) || isQuote(b[i]) || b[i] == '\\' || b[i] == '{') {
		i++
	}
	from := i
	for i < len(b) && is(b[i], inKey) {
		i++
	}
	word := b[from:i]
	for i < len(b) && (isQuote(b[i]) || b[i] == '\\' || b[i] == ' ') {
		i++
	}
	return at(b, i) == ':' && fixedWord(word, schemaWords) && !bytes.Contains(b, []byte("value"))
}

// messages tells whether an array holds sentences rather than values.
func messages(b []byte) bool {
	commas := bytes.Count(b, []byte(","))
	spaces := bytes.Count(b, []byte(" ")) - bytes.Count(b, []byte(", "))
	return spaces > 0 && !hasDigitIn(b) || spaces > commas && (spaces > 2 || commas > 0)
}

// schemaWords are the keys with which a description of a field begins.
var schemaWords = wordTable(`type in $ref description required enabled format minlength maxlength min_length min max nullable title
	readonly writeonly secretkeyref valuefrom ttl pattern example sensitive presence method path name audience kind namespace ref shape`)

// code tells whether the bare value is an expression: a call, a field, the variable
// that is named as the key.
func (s *Scanner) code(b []byte, v value) bool {
	text := b[v.start:v.end]
	for len(text) > 2 && (text[0] == '&' || text[0] == '*') && is(text[1], inLetter) {
		text = text[1:]
	}
	for len(text) > 2 && text[0] == '\\' && (text[1] == 'n' || text[1] == 'r' || text[1] == 't') {
		text = text[2:] // the next line
	}
	n, dots, digits := 0, 0, 0
	for n < len(text) && (alnum(text[n]) || text[n] == '_' || text[n] == '.' || text[n] == ':' && (at(text, n+1) == ':' || n > 0 && text[n-1] == ':')) {
		if text[n] == '.' || text[n] == ':' {
			dots++
		}
		if digit(text[n]) {
			digits++
		}
		n++
	}
	if hasFoldPrefix(text, "x-") && !hasDigitIn(text) && s.keys.classify(text) != NoHint || hasPrefix(text, "(*") {
		return true // the name of a header, a pointer of Go
	}
	if n == 0 && (hasPrefix(text, "$_") || text[0] == '!' && len(text) > 2 && every(text[1:], inKey) && !hasDigitIn(text) && v.prose) {
		return true // of PHP; a tag of YAML
	}
	if n == 0 && text[0] == '$' && every(text[1:], inLetter) && s.keys.classify(text[1:]) != NoHint {
		return true // a variable
	}
	if n == 0 || !is(text[0], inLetter) && text[0] != '_' {
		return !v.inURL && len(text) <= 2 && allDigits(text) // the number of a field, or of a kind
	}
	if n < len(text) {
		next := at(b, v.end-len(text)+n+1)
		switch text[n] {
		case '(':
			return dots > 0 && smallPath(text[:n]) || next == ')' || next == '.' || next == '$' || nextPair(text[n+1:]) || isQuote(next) || dots > 0 && digits == 0 || hasPrefix(text[n+1:], "[REDACTED")
		case '[':
			return (isQuote(next) || next == '\\') && digits == 0 || typeName(text[n+1:]) || text[0] == '_' && dots == 0
		}
		return false
	}
	if sameName(text, v.key) || capitals(text) && len(text) < len(v.key) && sameName(text, v.key[len(v.key)-len(text):]) {
		return true
	}
	return digits == 0 && s.keys.classify(text) != NoHint && (dots > 0 || capitals(text) && bytes.IndexByte(text, '_') > 0)
}

// sameName tells whether a value is the name of its key: password=password in code,
// --api-key API_KEY in the help of programs.
func sameName(a, key []byte) bool {
	if dot := bytes.LastIndexByte(key, '.'); dot >= 0 && bytes.IndexByte(a, '.') < 0 {
		key = key[dot+1:] // self.api_key = api_key
	}
	i := 0
	for _, c := range key {
		if !alnum(c) {
			continue
		}
		for i < len(a) && !alnum(a[i]) {
			i++
		}
		if i == len(a) || lower(a[i]) != lower(c) {
			return false
		}
		i++
	}
	return i == len(a) && i > 0
}

func capitals(b []byte) bool {
	for _, c := range b {
		if is(c, inLetter) && !is(c, inUpper) {
			return false
		}
	}
	return true
}
