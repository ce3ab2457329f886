package detect

// cueEndings are the last letters of the words that cue knows, before a blank or a
// semicolon: names of schemes, and what phrase and multipart know.
var cueEndings = [...]string{
	"bearer", "basic", "plain", "apikey", "key", "negotiate", "token",
	"identified", "password", "securestring", "identify", "requirepass", "masterauth", "rabbitmqctl", "variable",
	"data",
}

// noteCues notes these words.
func (e *endings) noteCues() {
	for _, word := range cueEndings {
		e.cues.set(uint64(ending(word)))
		e.note(ending(word))
	}
}

// cue looks behind the word that ends before b[end] for what it announces.
func (s *Scanner) cue(w *Work, b []byte, end int) {
	start := end
	for start > 0 && is(b[start-1], inWord) {
		start--
	}
	if b[end] == ';' {
		if string(b[start:end]) == "form-data" {
			s.multipart(w, b, end)
		}
		return
	}
	if end-start >= minWord {
		s.phrase(w, b, start, end)
	}
	i := end
	for i-end < 4 && at(b, i) == ' ' {
		i++
	}
	if w.bytes.WordEnd(i)-i >= minWord {
		if from, to, rule := schemeCredentials(b, b[:end], i); to > 0 {
			w.add(from, to, Secret, rule)
		}
	}
}
