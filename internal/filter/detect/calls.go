package detect

import "bytes"

// calls looks for values in quotes that are given to something with a telling name:
// setPassword("x"), .password('x'), ApiKey("x").
func (s *Scanner) calls(w *Work, b []byte) {
	for i := 0; ; {
		next := bytes.IndexByte(b[i:], '(')
		if next < 0 {
			return
		}
		i += next + 1
		if c := at(b, i); c == '"' || c == '\'' {
			s.call(w, b, i)
		}
	}
}

// call judges the quoted argument at b[i].
func (s *Scanner) call(w *Work, b []byte, i int) {
	to := i - 1
	if !s.keys.mayTell(b, to) {
		s.factory(w, b, i)
		return
	}
	from := to
	for from > 0 && to-from < maxKey && (alnum(b[from-1]) || b[from-1] == '_') {
		from--
	}
	h := s.keys.classify(b[from:to])
	if h != HintSecret && h != HintToken {
		s.factory(w, b, i)
		return
	}
	for _, verb := range [...]string{"get", "fetch", "find", "load", "read", "lookup", "require", "missing", "is", "has", "no", "invalid", "new_"} {
		if hasFoldPrefix(b[from:to], verb) {
			return
		}
	}
	end := closing(b[:min(len(b), i+maxQuoted)], i+1, b[i], 0)
	text := b[i+1 : end]
	if end+1 > len(b) || at(b, end) != b[i] || len(text) < 4 || hasByte(text, ' ') || s.harmless(text) || status(text) || template(text) {
		return
	}
	if !hasDigitIn(text) && (!mixedCase(text) || s.keys.classify(text) != NoHint) {
		return
	}
	w.add(i+1, end, Secret, "telling_key")
}

// factory judges the quoted argument at b[i] of a function of a telling type:
// SecretValue.unsafePlainText("x").
func (s *Scanner) factory(w *Work, b []byte, i int) {
	dot := i - 1
	for dot > 0 && i-dot < maxKey && alnum(b[dot-1]) {
		dot--
	}
	if at(b, dot-1) != '.' || !is(b[dot], inLetter) {
		return
	}
	from := dot - 1
	for from > 0 && dot-from < maxKey && alnum(b[from-1]) {
		from--
	}
	if !is(b[from], inUpper) || s.keys.classify(b[from:dot-1]) != HintSecret {
		return
	}
	end := closing(b[:min(len(b), i+maxQuoted)], i+1, b[i], 0)
	if text := b[i+1 : end]; at(b, end) == b[i] && !s.harmless(text) && s.secretLike(text, keyName, said, true) {
		w.add(i+1, end, Secret, "telling_key")
	}
}

// fieldAbove returns what the line says that names the field whose value is given
// below, as Pydantic does: the line of the nearest one that is a single word.
func (s *Scanner) fieldAbove(b []byte, i int) Hint {
	text := b[max(0, i-maxField):i]
	end := bytes.LastIndexByte(text, '\n')
	for end > 0 {
		start := bytes.LastIndexByte(text[:end], '\n') + 1
		if line := bytes.TrimRight(text[start:end], "\r"); every(line, inKey) {
			return s.keys.classify(line)
		}
		end = start - 1
	}
	return NoHint
}
