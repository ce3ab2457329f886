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
	if option && len(text) > 0 && text[0] == '-' {
		return // the next option
	}
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
