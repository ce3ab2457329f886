package detect

import "bytes"

// quotes looks for values in quotes that stand behind a key without a separator:
// password "x" in configuration files, password is 'x' in sentences.
func (s *Scanner) quotes(w *Work, b []byte) {
	for _, open := range [...]string{" \"", " '"} {
		for i := 0; ; {
			next := bytes.Index(b[i:], []byte(open))
			if next < 0 {
				break
			}
			i += next + 1
			s.quote(w, b, i)
		}
	}
}

// maxQuoted bounds the values that quote looks at.
const maxQuoted = 256

// quote judges the quoted value at b[i], behind a space.
func (s *Scanner) quote(w *Work, b []byte, i int) {
	to, said := i-1, false
	for _, word := range [...]string{" is", " to", " was", " string =", " with value", " with the value"} {
		if hasPrefix(b[max(0, to-len(word)):to], word) {
			to, said = to-len(word), true
			break
		}
	}
	if !s.keys.mayTell(b, to) {
		s.quotedFor(w, b, i)
		return
	}
	h, from := s.spokenKey(b, to)
	if h == HintPhone && s.quotedPhone(w, b, i) {
		return
	}
	if h != HintSecret && h != HintToken {
		s.quotedFor(w, b, i)
		return
	}
	end := closing(b, i+1, b[i], 0)
	if end >= len(b) || end-i > maxQuoted {
		return
	}
	text := b[i+1 : end]
	if !said && at(b, from-1) != ':' && !passwordKey(b[from:to]) && !random(text, minSuffix) || len(text) < 4 || hasByte(text, ' ') || status(text) || s.harmless(text) {
		return
	}
	if allLetters(text) && !mixedCase(text) && !passwordKey(b[from:to]) {
		return
	}
	w.add(i+1, end, Secret, "telling_key")
}

// quotedPhone takes the quoted text at b[i], beside the name of a phone, for its number if
// it is nothing but one.
func (s *Scanner) quotedPhone(w *Work, b []byte, i int) bool {
	end := closing(b[:min(len(b), i+maxKey)], i+1, b[i], 0)
	from, to := phoneInValue(b, i+1, end)
	if to == 0 || to != end || at(b, end) != b[i] || !s.set.Has(Phone) {
		return false
	}
	w.add(from, to, Phone, "telling_key")
	return true
}

// passwordKey tells whether a key names a password, rather than something that
// has a name of its own, as secrets in Kubernetes do.
func passwordKey(key []byte) bool {
	return hasFoldSuffix(key, "password") || hasFoldSuffix(key, "passwd") || hasFoldSuffix(key, "pwd") || hasFoldSuffix(key, "passphrase")
}

// quotedFor judges the quoted value at b[i] by the key that is named behind it:
// invalid value "x" for api_key.
func (s *Scanner) quotedFor(w *Work, b []byte, i int) {
	end := closing(b[:min(len(b), i+maxQuoted)], i+1, b[i], 0)
	if bytes.HasSuffix(b[:i-1], []byte("\"AUTH\"")) { // MONITOR of Redis
		if end < len(b) && hasPrefix(b[end+1:], " \"") {
			i = end + 2 // behind the user
		}
		s.announced(w, b, i)
		return
	}
	const words = " for "
	if end <= i+4 || end >= len(b) || !hasPrefix(b[end+1:], words) {
		return
	}
	from := end + 1 + len(words)
	if isQuote(at(b, from)) {
		from++
	}
	to := from
	for to < len(b) && to-from < maxKey && is(b[to], inKey) {
		to++
	}
	text := b[i+1 : end]
	h := s.keys.classify(b[from:to])
	if h == HintPhone && s.quotedPhone(w, b, i) {
		return
	}
	if (h == HintSecret || h == HintToken) && !hasByte(text, ' ') && (hasDigitIn(text) || mixedCase(text)) && !s.harmless(text) {
		w.add(i+1, end, Secret, "telling_key")
	}
}
