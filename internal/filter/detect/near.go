package detect

import (
	"bytes"
	"math/bits"
)

// near looks behind and before each telling word for a value that no separator of
// pairs announces: in sentences, in files whose fields a blank separates, behind
// arrows, bars and brackets.
func (s *Scanner) near(w *Work, b []byte) {
	done := 0
	for k, ends := range w.tells {
		for ; ends != 0; ends &= ends - 1 {
			to := k<<6 + bits.TrailingZeros64(ends) + 1
			if s.keys.near.tell(b, to, lastLetters(b, to)) {
				done = s.wordEnd(w, b, to, done)
			}
		}
	}
}

// wordEnd judges what stands around the word that ends before b[to], unless a value
// found before reaches to done, beyond it. It returns where the value ends.
func (s *Scanner) wordEnd(w *Work, b []byte, to, done int) int {
	if to < 2 || to <= done || !s.keys.mayTell(b, to) {
		return done
	}
	for k := to; k < len(b) && k-to < 3; k++ { // password2
		if !digit(b[k]) {
			to = k
			break
		}
	}
	if c := at(b, to); alnum(c) || c == '_' || (c == '-' || c == '.') && alnum(at(b, to+1)) {
		return done // the word goes on
	}
	h, from := s.spokenKey(b, to)
	if !tellsNear(h) || MaskLength(b[max(0, from-1):]) > 0 || at(b, from-1) == '<' && at(b, to) == '>' {
		return done
	}
	k := spoken{from: from, to: to, hint: h, kind: kindOfKey(h, b[from:to])}
	if start, end := s.behind(b, k); end > 0 {
		w.add(start, end, Secret, "password_in_text")
		return end
	}
	if start, end := s.before(b, k); end > 0 {
		w.add(start, end, Secret, "password_in_text")
	}
	return done
}

// spoken is a telling word, or two, b[from:to].
type spoken struct {
	from, to int
	hint     Hint
	kind     keyKind
}

// keyKind says how much like a secret the value of a key has to look where nothing
// but its place says that it is one.
type keyKind uint8

const (
	keyName     keyKind = iota // "token": objects have tokens and secrets, which have names
	keyPassword                // "password"
	keyWritten                 // as programs write keys: client_secret
	keyPass                    // "pass", "pw"
	keyPIN
)

func tellsNear(h Hint) bool {
	return h == HintSecret || h == HintToken || h == HintPass || h == HintPIN
}

func kindOfKey(h Hint, key []byte) keyKind {
	switch {
	case h == HintPIN:
		return keyPIN
	case h == HintPass:
		return keyPass
	case passwordKey(key):
		return keyPassword
	case h != HintPass && (hasByte(key, '_') || hasByte(key, '-') || hasByte(key, '.') || mixedCase(key)):
		return keyWritten
	}
	return keyName
}

// grip is how clearly a text says that what follows is the value of the key.
type grip uint8

const (
	loose  grip = iota // a blank, a comma, a word as "given"
	marked             // an arrow, a bar, brackets
	said               // "is", "=", ':'
)

// behind returns the value behind a key, or 0, 0.
func (s *Scanner) behind(b []byte, k spoken) (start, end int) {
	j := joint{pos: k.to, verb: changes(b, k.from)}
	if !j.read(b) {
		return 0, 0
	}
	start, end, quoted := wordAt(b, j.pos)
	if end == 0 || s.token(b[j.pos:]) > 0 {
		return 0, 0
	}
	text := b[start:end]
	if start == k.to || s.harmless(text) {
		return 0, 0
	}
	if s.secretLike(text, k.kind, j.grip, quoted) || s.standsOut(b, k, j.grip, start, end) {
		return start, end
	}
	return 0, 0
}

// standsOut tells whether letters alone are a password, by the place where they stand.
func (s *Scanner) standsOut(b []byte, k spoken, g grip, start, end int) bool {
	text := b[start:end]
	if len(text) < 6 || status(text) || !allLetters(text) || s.keys.classify(text) != NoHint {
		return false
	}
	switch k.kind {
	case keyPass:
		return string(b[k.from:k.to]) == "PASS" && isQuote(at(b, k.from-1)) && at(b, end) == b[k.from-1] // of FTP
	case keyPassword, keyWritten:
	default:
		return false
	}
	before := b[max(0, k.from-maxTag):k.from]
	netrc := bytes.LastIndex(before, []byte("login "))
	return netrc > 0 && bytes.Contains(before[:netrc], []byte("machine ")) || // of .netrc
		g == said && unpronounceable(text) || len(text) >= minWord && atLineEnds(b, k.from, k.to, start, end)
}

// maxJoint bounds what may stand between a key and its value.
const maxJoint = 6

// joint reads what stands between a key and its value.
type joint struct {
	pos   int
	grip  grip
	verb  bool // something is set or changed: "to" stands before the value
	spoke bool // words stand before the value
	path  bool // a slash stands before the value
}

// read moves to the value. It returns false if none can follow.
func (j *joint) read(b []byte) bool {
	start := j.pos
	if bytes.Contains(b[max(0, start-maxKey):start], []byte("{{")) {
		return false // a template
	}
	if c := at(b, start); c == '>' || c == '/' {
		return false // <password>@host, a path
	}
	for n := 0; n < 2 && j.pos < len(b) && (isQuote(b[j.pos]) || b[j.pos] == ']' || b[j.pos] == ')' || b[j.pos] == '*'); n++ {
		j.pos++
	}
	for range maxJoint {
		at0 := j.pos
		spaces := 0
		for spaces < maxPadding && is(at(b, j.pos), inSpace) && b[j.pos] != '\n' {
			j.pos++
			spaces++
		}
		if c := at(b, j.pos); (c == '=' || c == ':') && j.grip == loose && !j.spoke {
			return false // pairs judges it
		}
		if j.mark(b) {
			continue
		}
		if spaces > 0 && (j.word(b) || j.number(b)) {
			continue
		}
		if j.pos == at0 {
			break
		}
	}
	if c := at(b, j.pos); c == '(' || (c == '[' || c == '{') && j.pos > start {
		j.grip = max(j.grip, marked)
		return true
	}
	return j.pos > start && j.pos < len(b)
}

// mark skips a run of punctuation that points at a value.
func (j *joint) mark(b []byte) bool {
	pos := j.pos
	for pos < len(b) && pos-j.pos < maxKey {
		switch c := b[pos]; {
		case c == '-' || c == '>' || c == '=' || c == ':' || c == '|' || c == '#' || c == '~' || c == ',' || c == ';':
			pos++
			continue
		case c == '.' && at(b, pos+1) == '.' || c == '.' && pos > j.pos:
			pos++
			continue
		case c == 0xE2 && pos+2 < len(b): // arrows, dashes, bars, bullets
			pos += 3
			continue
		case c == '<' && at(b, pos+1) == '-':
			pos += 2
			continue
		}
		break
	}
	if pos == j.pos {
		return false
	}
	run := b[j.pos:pos]
	switch {
	case run[len(run)-1] == ':' || run[len(run)-1] == '=':
		j.grip = said
	case len(run) == 1 && (run[0] == ',' || run[0] == ';' || run[0] == '-' && at(b, pos) != ' '):
		j.grip = max(j.grip, loose)
	default:
		j.grip = max(j.grip, marked)
	}
	j.pos = pos
	return true
}

// jointWords may stand between a key and its value.
var jointWords = wordTable(`is was are be being equals equal ist lautet war est es era now value values string given provided supplied
	entered used received got typed submitted to as with the a an set changed reset updated rotated new of field currently your`)

// sayingWords are those behind which the value stands.
var sayingWords = wordTable(`is was are be being equals equal ist lautet war est es era value`)

// changeWords say that a value is given.
var changeWords = wordTable(`set changed reset updated rotated change setting sets changing update resetting changes`)

// word skips a word that may stand before a value.
func (j *joint) word(b []byte) bool {
	to := j.pos
	for to < len(b) && to-j.pos < minWord+4 && is(b[to], inLetter) {
		to++
	}
	word := b[j.pos:to]
	if len(word) == 0 || at(b, to) != ' ' && at(b, to) != ':' {
		return false
	}
	switch {
	case len(word) == 3 && hasFoldPrefix(word, "for") || len(word) == 2 && hasFoldPrefix(word, "of"):
		return j.owner(b, to)
	case !fixedWord(word, jointWords):
		return false
	case len(word) == 2 && hasFoldPrefix(word, "to"):
		if j.verb {
			j.grip = said
		}
	case fixedWord(word, sayingWords):
		j.grip = said
	case fixedWord(word, changeWords):
		j.verb = true
	}
	j.pos, j.spoke = to, true
	return true
}

// number skips the number of one of several keys: Unseal Key 1: x.
func (j *joint) number(b []byte) bool {
	n := j.pos
	for n-j.pos < 2 && digit(at(b, n)) {
		n++
	}
	if n == j.pos || at(b, n) != ':' || at(b, n+1) != ' ' {
		return false
	}
	j.pos, j.spoke = n, true
	return true
}

// owner skips whom a password is of, if a value is announced behind: for bob: x, of
// bob is x.
func (j *joint) owner(b []byte, pos int) bool {
	for range 2 { // user bob
		for at(b, pos) == ' ' {
			pos++
		}
		from := pos
		for pos < len(b) && pos-from < maxKey && (is(b[pos], inLocal) || b[pos] == '@' || b[pos] == '/' || isQuote(b[pos])) && b[pos] != '=' {
			pos++
		}
		if pos == from {
			return false
		}
		if at(b, pos) == ':' && at(b, pos+1) == ' ' {
			j.pos, j.grip = pos+1, said
			return true
		}
		for _, word := range [...]string{" is ", " was ", " = ", " ist ", " lautet "} {
			if hasPrefix(b[pos:], word) {
				j.pos, j.grip = pos+len(word)-1, said
				return true
			}
		}
		for _, word := range [...]string{" to ", " changed to ", " set to ", " reset to "} {
			if hasPrefix(b[pos:], word) && (j.verb || len(word) > 4) {
				j.pos, j.grip = pos+len(word)-1, said
				return true
			}
		}
	}
	return false
}

// changes tells whether a word before b[i] says that something is changed.
func changes(b []byte, i int) bool {
	text := b[max(0, i-2*maxPadding):i]
	for range 4 {
		text = bytes.TrimRight(text, " ")
		from := len(text)
		for from > 0 && is(text[from-1], inLetter) {
			from--
		}
		if from == len(text) {
			return false
		}
		if fixedWord(text[from:], changeWords) {
			return true
		}
		text = text[:from]
	}
	return false
}

// wordAt returns the word or the text in quotes or brackets at b[i].
func wordAt(b []byte, i int) (start, end int, quoted bool) {
	limit := b[:min(len(b), i+maxQuoted)]
	switch c := at(b, i); c {
	case '"', '\'', '`':
		end = closing(limit, i+1, c, 0)
		if at(b, end) != c {
			return 0, 0, false
		}
		return i + 1, end, true
	case '(', '[', '{', '<':
		closer := byte(')')
		if c != '(' {
			closer = c + 2
		}
		start = i + 1
		n := bytes.IndexByte(limit[start:], closer)
		if n < 0 || isQuote(b[start]) {
			return 0, 0, false
		}
		if cut := bytes.IndexAny(limit[start:start+n], ", "); cut >= 0 {
			n = cut
		}
		return start, start + n, false
	}
	start, end = i, i
	for end < len(limit) && b[end] > ' ' && b[end] != '"' && b[end] != '\'' && b[end] != '`' && b[end] != '<' && b[end] != '|' && !((b[end] == ',' || b[end] == ';') && delimits(b, end)) {
		end++
	}
	if end < len(b) && end == len(limit) {
		return 0, 0, false
	}
	if at(b, end) == '\'' && end > start && alnum(at(b, end+1)) {
		return 0, 0, false // user's
	}
	for end > start && (b[end-1] == '.' || b[end-1] == ',' || b[end-1] == ';' || b[end-1] == ':' || b[end-1] == '?' || (b[end-1] == ')' || b[end-1] == ']' || b[end-1] == '}') && !opened(b[start:end-1], b[end-1])) {
		end--
	}
	return start, end, false
}

// before returns the value that stands before a key, or 0, 0: use x as password,
// "x" is not a valid token.
func (s *Scanner) before(b []byte, k spoken) (start, end int) {
	i, told, n := k.from, false, 0
	for ; n < maxJoint; n++ {
		pos := i
		for pos > 0 && (b[pos-1] == ' ' || isQuote(b[pos-1]) && pos == k.from) {
			pos--
		}
		from := pos
		for from > 0 && pos-from < minWord+4 && is(b[from-1], inLetter) {
			from--
		}
		word := b[from:pos]
		if from == pos || !fixedWord(word, beforeWords) {
			i = pos
			break
		}
		told = told || fixedWord(word, tellsBefore)
		i = from
	}
	if !told || i == 0 {
		return 0, 0
	}
	end = i
	quoted := isQuote(b[end-1])
	if quoted {
		end--
	}
	start = end
	for start > 0 && end-start < maxQuoted && b[start-1] > ' ' && !(quoted && b[start-1] == b[end]) {
		start--
	}
	if quoted && at(b, start-1) != b[end] {
		return 0, 0
	}
	if text := b[start:end]; s.harmless(text) || placeholderInside(text) || !s.secretLike(text, k.kind, loose, quoted) {
		return 0, 0
	}
	return start, end
}

// placeholderInside tells whether a text holds a mask.
func placeholderInside(b []byte) bool {
	for i, c := range b {
		if (c == '[' || c == 'R') && MaskLength(b[i:]) > 0 {
			return true
		}
	}
	return false
}

// beforeWords may stand between a value and the key that follows; tellsBefore are
// those that say that the value is of that key.
var (
	beforeWords = wordTable(`as is was for your the a an my his her their new temporary valid invalid not wrong correct incorrect initial default key`)
	tellsBefore = wordTable(`as is was for`)
)
