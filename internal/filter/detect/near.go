package detect

import (
	"bytes"

	"github.com/drl-trading/telemetry-agent/internal/filter/bytemap"
)

// near looks behind and before each telling word for a value that no separator of
// pairs announces: in sentences, in files whose fields a blank separates, behind
// arrows, bars and brackets.
func (s *Scanner) near(w *Work, b []byte) {
	done := 0
	for k, ends := range w.tells {
		for ; ends != 0; ends &= ends - 1 {
			to := k<<6 + bytemap.First(ends) + 1
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
	k := spoken{from: from, to: to, hint: h, kind: kindOfKey(h, b, from, to)}
	if hasFoldSuffix(b[from:to], "passwd") && (hasPrefix(b[from:], "chpasswd") || hasPrefix(b[to:], " --stdin")) {
		s.piped(w, b, from)
		return done
	}
	if hasPrefix(b[max(0, from-len("Label=")):], "Label=") {
		s.labelled(w, b, k)
		return done
	}
	if at(b, from-1) == '=' || idPiece(b[from:to]) || hasFoldSuffix(b[:from], "name: ") {
		return done // it is a value, or an id: grant_type=password
	}
	if start, end := s.inserted(b, k); end > 0 {
		w.add(start, end, Secret, "telling_key")
		return done
	}
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

func kindOfKey(h Hint, b []byte, from, to int) keyKind {
	key := b[from:to]
	switch {
	case h == HintPIN:
		return keyPIN
	case h == HintPass && !adjective(b, from):
		return keyPass
	case h == HintPass:
		return keyPassword
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
	j := joint{pos: k.to, verb: changes(b, k.from), quoted: isQuote(at(b, k.from-1))}
	if from := announcedFar(b, k); from > 0 {
		j.pos, j.grip, k.kind = from, marked, keyName
	} else if !j.read(b) || j.grip != said && absent(b, k.from) {
		return 0, 0
	}
	if at(b, j.pos) == '(' && j.pos == k.to && (!is(b[k.from], inUpper) || at(b, k.from-1) == '.') {
		return 0, 0 // a call
	}
	if from, to := phraseOf(b, k, j); to > 0 {
		return from, to
	}
	start, end, quoted := wordAt(b, j.pos)
	if end == 0 || s.token(b[j.pos:]) > 0 {
		return 0, 0
	}
	if key := b[k.from:k.to]; hasFoldPrefix(key, "cred") || string(key) == "auth" {
		if from, to := s.userAnd(b, start, end); to > 0 {
			return from, to
		}
	}
	text := b[start:end]
	if start == k.to || s.harmless(text) || hasPrefix(b[max(0, start-2):], "--") {
		return 0, 0
	}
	if s.secretLike(text, k.kind, j.grip, quoted) || s.standsOut(b, k, j.grip, start, end) {
		return start, end
	}
	return 0, 0
}

// idPiece tells whether the last piece of a key has a digit within, as ids have by which
// a key seems to stand there: req_0x86Pw.
func idPiece(key []byte) bool {
	from := len(key) - 1
	for from > 0 && key[from-1] != '_' && key[from-1] != '-' && key[from-1] != '.' {
		from--
	}
	return hasDigitIn(key[from:len(key)-1]) && !digit(key[len(key)-1])
}

// announcedFar returns where the value stands that a key announces some words before it,
// or 0: password for the elastic user is: x.
func announcedFar(b []byte, k spoken) int {
	if k.kind == keyPIN || k.kind == keyPass || at(b, k.to) != ' ' {
		return 0
	}
	pos := k.to
	for range 2 * maxJoint {
		for at(b, pos) == ' ' {
			pos++
		}
		from := pos
		for pos < len(b) && pos-from < maxKey && (is(b[pos], inKey) || b[pos] == '@') {
			pos++
		}
		end := pos
		if at(b, pos) == ' ' && at(b, pos+1) == ':' {
			pos++
		}
		switch {
		case end == from:
			return 0
		case at(b, pos) != ':' || !is(at(b, pos+1), inSpace):
			if at(b, pos) != ' ' {
				return 0
			}
			continue
		case !fixedWord(b[from:end], sayingWords) && !fixedWord(b[from:end], announcingWords) && !hasByte(b[from:end], '@'):
			return 0
		}
		for pos++; is(at(b, pos), inSpace); pos++ {
		}
		return pos
	}
	return 0
}

var announcingWords = wordTable(`generated created below follows assigned issued`)

// absent tells whether one of the words before b[i] says that there is no secret:
// missing bearer token.
func absent(b []byte, i int) bool {
	for range 3 {
		to := i
		for to > 0 && b[to-1] == ' ' {
			to--
		}
		from := to
		for from > 0 && i-from < minWord+4 && is(b[from-1], inLetter) {
			from--
		}
		if from == to || to == i {
			return false
		}
		if fixedWord(b[from:to], absentWords) {
			return true
		}
		i = from
	}
	return false
}

var absentWords = wordTable(`missing no without lacks requires required needs expects any`)

// adjective tells whether a word stands before b[i] behind which "pass" is a password.
func adjective(b []byte, i int) bool {
	if at(b, i-1) != ' ' {
		return false
	}
	from := i - 1
	for from > 0 && i-from < minWord+4 && is(b[from-1], inLetter) {
		from--
	}
	return fixedWord(b[from:i-1], adjectives)
}

var adjectives = wordTable(`new old my your his her their temp temporary current default admin root initial`)

// userAnd returns the password behind the name of a user in b[start:end], or behind it:
// bob:x, bob / x.
func (s *Scanner) userAnd(b []byte, start, end int) (from, to int) {
	n := start
	for n < end && is(b[n], inKey) {
		n++
	}
	if n == start {
		return 0, 0
	}
	switch {
	case at(b, n) == ':' || at(b, n) == '/' && at(b, n+1) > ' ':
		from, to = n+1, end
		if sign := bytes.LastIndexByte(b[from:max(from, to)], '@'); sign > 0 {
			to = from + sign
		}
	case hasPrefix(b[n:], " / "):
		from, to, _ = wordAt(b, n+len(" / "))
	}
	if from >= to || pathLike(b[start:to]) || s.harmless(b[from:to]) || s.token(b[from:]) > 0 || !s.secretLike(b[from:to], keyPassword, marked, false) {
		return 0, 0
	}
	return from, to
}

// standsOut tells whether letters alone are a password, by the place where they stand.
func (s *Scanner) standsOut(b []byte, k spoken, g grip, start, end int) bool {
	text := b[start:end]
	if len(text) < 6 || status(text) || !allLetters(text) || s.keys.classify(text) != NoHint {
		return false
	}
	switch k.kind {
	case keyPass:
		return string(b[k.from:k.to]) == "PASS" && bytes.HasSuffix(b[:k.from], []byte("C: ")) || string(b[k.from:k.to]) == "PASS" && isQuote(at(b, k.from-1)) && at(b, end) == b[k.from-1] // of FTP
	case keyPassword, keyWritten:
	default:
		return false
	}
	before := b[max(0, k.from-maxTag):k.from]
	netrc := bytes.LastIndex(before, []byte("login "))
	if longWord(text) && k.kind == keyPassword && (atLineEnds(b, k.from, end) || at(b, k.from-1) == ' ' && at(b, k.from-2) == '|' && twoCells(b, end)) {
		return true
	}
	return netrc > 0 && bytes.Contains(before[:netrc], []byte("machine ")) || // of .netrc
		g == said && unpronounceable(text) || len(text) >= minWord && atLineEnds(b, k.from, end) && (start-k.to >= 2 || mixedCase(text))
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
		if isQuote(at(b, start)) && at(b, i-1) == ' ' {
			return wordAt(b, start) // IN ('x')
		}
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
	if !told || i == 0 || kindFollows(b, k.to) {
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
	beforeWords = wordTable(`as is was for your the a an my his her their new temporary valid invalid not wrong correct incorrect initial default key stored saved expected actual with`)
	tellsBefore = wordTable(`as is was for stored saved expected`)
)
