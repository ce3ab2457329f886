package detect

import "bytes"

// tuples looks for keys and values that a comma separates: ("password", "x"),
// [b'api-key', b'x'], ['--password', 'x'].
func (s *Scanner) tuples(w *Work, b []byte) {
	for i := 1; ; i++ {
		next := bytes.IndexByte(b[i:], ',')
		if next < 0 {
			return
		}
		if i += next; b[i-1] == '"' || b[i-1] == '\'' || b[i-1] == '>' || isQuote(at(b, i+1)) || at(b, i+1) == '<' {
			s.tuple(w, b, i)
		}
	}
}

// tuple judges the pair around the comma b[i], which stands behind a quote.
func (s *Scanner) tuple(w *Work, b []byte, i int) {
	keyEnd := i
	if at(b, i-1) == '>' && at(b, i-2) == '>' {
		keyEnd -= 2 // <<"password">> of Erlang
	}
	from, to := keyBefore(b, keyEnd, &s.keys)
	bare := to == i
	if to-from < 2 || !bare && (to != keyEnd-1 || from == 0 || b[from-1] != b[keyEnd-1]) || bare && at(b, from-1) != '{' && at(b, from-1) != '(' {
		return
	}
	h := s.keys.classify(b[from:to])
	if h == NoHint {
		return
	}
	v := valueAfter(b, i, h)
	if w.read += v.end - i; w.read > maxReads*len(b)+maxKept {
		w.doubt = Budget
		return
	}
	v.key = b[from:to]
	opener := from - 2
	if bare {
		opener++
	}
	for n := 0; n < maxPart && (at(b, opener) == 'b' || at(b, opener) == 'u' || at(b, opener) == ' ' || at(b, opener) == '<'); n++ {
		opener--
	}
	option := hasPrefix(b[from:], "-")
	text := b[v.start:v.end]
	if bare && at(b, opener) == '(' && !random(text, maxPart) {
		return
	}
	if c := at(b, opener); !v.quoted || !option && c != '(' && c != '[' && c != '{' && !random(text, minWord) && h != HintAuth {
		return
	}
	if !option && (!hasDigitIn(text) && s.keys.classify(text) != NoHint || allLetters(text) && !mixedCase(text) && (at(b, opener) == '[' || fixedWord(text, fieldWords))) {
		return // a list of names
	}
	end := v.end + 1
	for is(at(b, end), inSpace) || at(b, end) == '>' {
		end++
	}
	if c := at(b, end); c != ',' && c != ')' && c != ']' && c != '}' && c != 0 {
		return
	}
	if start, end, kind, rule := s.judge(b, h, v); end > 0 && s.set.Has(kind) {
		w.add(start, end, kind, rule)
	}
}

// isValueKey tells whether a key only says that its value is one: the name stands
// before it. So does "default" in Terraform's variables.
func isValueKey(key []byte) bool {
	return len(key) == 5 && hasFoldPrefix(key, "value") || string(key) == "default"
}

// named returns what the name says that stands before the key at b[from]:
// {"name": "password", "value": …}, <add key="password" value=…, and in YAML.
func (s *Scanner) named(b []byte, from int) Hint {
	i := skipBack(b, from, " \t\r\n,\"'\\;{")
	if at(b, i-1) == '<' {
		return s.namedElement(b, i-1)
	}
	if from-i > maxPadding {
		return NoHint
	}
	to := i
	for i > 0 && to-i < maxKey && is(b[i-1], inKey) {
		i--
	}
	name := b[i:to]
	separated := skipBack(b, i, " \"'=:\\")
	if separated == i || len(name) < 2 {
		return NoHint
	}
	key := separated
	for key > 0 && separated-key < maxKey && is(b[key-1], inLetter) {
		key--
	}
	if !fixedWord(b[key:separated], nameWords) {
		return NoHint
	}
	return s.keys.classify(name)
}

// skipBack returns where the run of the given characters before b[i] begins.
func skipBack(b []byte, i int, chars string) int {
	for n := 0; i > 0 && n <= maxPadding && bytes.IndexByte([]byte(chars), b[i-1]) >= 0; n++ {
		i--
	}
	return i
}

// namedElement returns what is said by the name before the element at b[i]:
// <name>fs.password</name><value>x</value>, <property name="password"><value>x.
func (s *Scanner) namedElement(b []byte, i int) Hint {
	i = skipBack(b, i, " \t\r\n")
	if at(b, i-1) != '>' {
		return NoHint
	}
	to := i - 1
	if isQuote(at(b, to-1)) {
		to--
		from := to
		for from > 0 && to-from < maxKey && is(b[from-1], inKey) {
			from--
		}
		if hasFoldSuffix(b[:max(0, from-1)], "name=") || hasFoldSuffix(b[:max(0, from-1)], "key=") {
			return s.keys.classify(b[from:to])
		}
		return NoHint
	}
	for to > 0 && i-to < maxPadding && b[to] != '<' {
		to--
	}
	if at(b, to+1) != '/' || !fixedWord(b[to+2:i-1], nameWords) {
		return NoHint
	}
	from := to
	for from > 0 && to-from < maxKey && is(b[from-1], inKey) {
		from--
	}
	return s.keys.classify(b[from:to])
}
