package detect

import "strings"

// cueWords are the words that cue knows before a blank or a semicolon: names of schemes,
// and what phrase and multipart know.
var cueWords = [...]string{
	"bearer", "basic", "plain", "apikey", "key", "negotiate", "token",
	"identified", "password", "securestring", "identify", "requirepass", "masterauth", "rabbitmqctl", "variable",
	"data",
}

// noteCues notes the last letters of what cue knows.
func (e *endings) noteCues() {
	for _, word := range cueWords {
		e.addCue(word)
	}
	for _, call := range loginCalls {
		e.addCue(call.name[strings.LastIndexByte(call.name, '_')+1:])
	}
}

func (e *endings) addCue(word string) {
	l := ending(word)
	e.cues.set(uint64(l))
	e.noteEnding(l, len(word))
	if len(word) == 3 { // of others, too
		for before := range letters(32) {
			e.cues.set(uint64(l | before))
		}
	}
}

// mayCue tells whether c may stand behind a word that cue knows.
func mayCue(c byte) bool { return c == ' ' || c == ';' || c == '(' }

// cue looks behind the word that ends before b[end] for what it announces.
func (s *Scanner) cue(w *Work, b []byte, end int) {
	if b[end] == '(' {
		if isQuote(at(b, end+1)) && w.seen&hasComma != 0 && w.seen&hasQuote != 0 {
			s.login(w, b, end+1)
		}
		return
	}
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
