package detect

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// pairs looks at each '=', ':' and '>' for a telling key before it and a value
// behind it. In URLs it also finds user information.
func (s *Scanner) pairs(w *Work, b []byte, hint Hint) {
	const (
		low      = 0x7F7F7F7F7F7F7F7F
		overLast = 0x4141414141414141 // added to the low bits of a byte, it sets the high bit above '>'
		atFirst  = 0x4646464646464646 // likewise from ':' on
		high     = 0x8080808080808080
	)
	done := 0 // values found so far end here
	i := 0
	for ; len(b)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		y := x & low
		for m := (y + atFirst) &^ (y + overLast) &^ x & high; m != 0; m &= m - 1 {
			done = s.separator(w, b, i+bits.TrailingZeros64(m)>>3, done, hint)
		}
	}
	for ; i < len(b); i++ {
		if b[i] >= ':' && b[i] <= '>' {
			done = s.separator(w, b, i, done, hint)
		}
	}
}

// separator judges the pair around b[i], and returns where the last value found
// ends.
func (s *Scanner) separator(w *Work, b []byte, i, done int, hint Hint) int {
	switch b[i] {
	case ':':
		if at(b, i+1) == '/' && at(b, i+2) == '/' {
			if w.bits&hasAt != 0 && s.set.Has(URL) {
				s.userinfo(w, b, i+3)
			}
			return done
		}
		if i > 1 && digit(b[i-1]) && !is(b[i-2], inLetter) && digit(at(b, i+1)) {
			return done // a time, a port
		}
	case '=':
		if i > 0 && b[i-1] == '8' && i >= w.fixed && hasPrefix(b[i+1:], "FIX") && s.set.Has(Account) {
			w.fixed = s.fix(w, b, i-1)
		}
	case '>':
	default:
		return done
	}
	if i < done {
		return done
	}
	return max(done, s.pair(w, b, i, hint))
}

// maxReads bounds how often each byte of a text may be read as a part of a value:
// values that aren't private are read again with the keys in them.
const maxReads = 16

// pair judges the pair whose separator is b[i], and returns the end of the value
// if it is private.
func (s *Scanner) pair(w *Work, b []byte, i int, hint Hint) int {
	from, to := keyBefore(b, i, &s.keys)
	if b[i] == '>' {
		from, to = elementBefore(b, i, from, to)
	}
	if to-from < 2 {
		return 0
	}
	h := s.keys.classify(b[from:to])
	if h == NoHint && isValueKey(b[from:to]) {
		h = s.named(b, from)
	}
	if h == NoHint {
		return 0
	}
	if b[i] == ':' && to-from <= maxPart && at(b, from-1) == ':' && alnum(at(b, from-2)) {
		return 0 // a part of a name as arn:…:secret:name
	}
	v := valueAfter(b, i, h)
	if w.read += v.end - i; w.read > maxReads*len(b)+maxKept {
		w.doubt = Budget
		return len(b)
	}
	v.inURL = hint == HintQuery && from == 0 || from > 0 && (b[from-1] == '?' || b[from-1] == '&' || b[from-1] == '#')
	v.workDir = to-from == 3 && hasFoldPrefix(b[from:to], "pwd")
	start, end, kind, rule := s.judge(b, h, v)
	if end == 0 || !s.set.Has(kind) {
		return 0
	}
	w.add(start, end, kind, rule)
	return end
}

// options judges the long options of a command line whose values stand behind a
// space: --password secret.
func (s *Scanner) options(w *Work, b []byte) {
	for i := 0; ; i++ {
		next := bytes.Index(b[i:], []byte("--"))
		if next < 0 {
			return
		}
		if i += next; i > 0 && (alnum(b[i-1]) || b[i-1] == '-') {
			continue
		}
		end := i + 2
		for end < len(b) && (alnum(b[end]) || b[end] == '-' || b[end] == '_') {
			end++
		}
		if at(b, end) == ' ' && end-i >= 4 && at(b, end+1) != '-' {
			s.pair(w, b, end, NoHint)
		}
		i = end - 1
	}
}

// keyBefore returns the key that ends before the separator b[i], if it may be
// telling: spaces, quotes and a bracket may stand between them.
func keyBefore(b []byte, i int, t *keyTable) (from, to int) {
	to = i
	if b[i] == '=' && to > 0 && assigns(b[to-1]) {
		to-- // ?= and .=
	}
	for n := 0; n < maxPadding && to > 0 && (b[to-1] == ' ' || b[to-1] == '\t'); n++ {
		to--
	}
	for n := 0; n < 4 && to > 0 && closesKey(b[to-1]); n++ {
		to--
	}
	if from = to; !t.mayTell(b, to) {
		return to, to
	}
	for from > 0 && to-from < maxKey && is(b[from-1], inKey) {
		from--
	}
	for from < to && b[from] == '.' {
		from++
	}
	if to-from > 3 && b[from] == '-' && b[from+1] == 'D' && is(b[from+2], inLetter) {
		from += 2 // -Ddb.password=… of Java
	}
	return from, to
}

// maxPart is the length of "secret" and shorter words, which stand in names whose
// parts a colon separates.
const maxPart = 6

// maxPadding bounds the spaces between a key and its separator.
const maxPadding = 16

// assigns tells whether c may stand before '=' in an assignment.
func assigns(c byte) bool { return c == '?' || c == '.' || c == '+' || c == '|' }

func closesKey(c byte) bool {
	return c == '"' || c == '\'' || c == '`' || c == ']' || c == '\\' || c == ')' || c == '*'
}

// value is a value as it stands behind its key.
type value struct {
	start, end int
	quoted     bool
	nested     bool // an array or object
	prose      bool // behind a colon and a space, without quotes
	inURL      bool // in the query or fragment of a URL
	workDir    bool // the key is PWD, which shells keep the working directory in
}

// valueAfter returns the value behind the separator at b[i].
func valueAfter(b []byte, i int, h Hint) (v value) {
	sep := b[i]
	pos := i + 1
	for pos < len(b) && pos-i < 4 && (b[pos] == '=' || b[pos] == '>' || b[pos] == ':') {
		pos++ // :=, =>, ==, :::=
	}
	spaces := pos
	for pos < len(b) && pos-spaces < 8 && is(b[pos], inSpace) {
		if b[pos] == '\n' && sep == '=' {
			break
		}
		pos++
	}
	v.prose = sep == ':' && pos > spaces && b[i+1] != '='
	if c := at(b, pos); (c == 'b' || c == 'u' || c == 'r') && (at(b, pos+1) == '\'' || at(b, pos+1) == '"') {
		pos++ // b'…' of Python
	}
	slashes := 0
	for at(b, pos+slashes) == '\\' {
		slashes++
	}
	if n := phpString(b, pos); n > 0 {
		pos += n
	}
	switch c := at(b, pos+slashes); {
	case c == '"' || c == '\'' || c == '`':
		pos += slashes + 1
		if slashes == 0 && at(b, pos) == c && !endsValue(at(b, pos+1)) {
			pos++ // quotes doubled, as in CSV
		}
		v.start, v.end, v.quoted, v.prose = pos, closing(b, pos, c, slashes), true, false
	case c == '{' && at(b, pos+1) == '{' && templateEnd(b, pos) > 0:
		v.start, v.end = pos, templateEnd(b, pos)
	case c == '(' && sep == '=' && b[i-1] == ')':
		v.start, v.end = pos+1, pos+1 // (password)=(x) of PostgreSQL
		for v.end < len(b) && b[v.end] != ')' && b[v.end] != '\n' {
			v.end++
		}
	case slashes == 0 && (c == '{' && at(b, pos+1) != '{' || c == '[') && at(b, pos+1) != 0:
		v.start, v.end, v.nested, v.prose = pos, balanced(b, pos), true, false
	case sep == '>':
		v.start, v.end = pos, pos
		for v.end < len(b) && b[v.end] != '<' {
			v.end++
		}
	default:
		v.start, v.end = pos, bareEnd(b, pos, h)
	}
	return v
}

// endsValue tells whether c may stand behind an empty value.
func endsValue(c byte) bool {
	return c == 0 || is(c, inSpace) || c == ',' || c == '}' || c == ']' || c == ')' || c == ';' || c == '&' || c == '>' || c == '/' || c == '\\'
}

// phpString returns the length of `string(8) ` at b[i], with which PHP shows the type
// of a value, or 0.
func phpString(b []byte, i int) int {
	const prefix = "string("
	if !hasPrefix(b[i:], prefix) {
		return 0
	}
	n := len(prefix)
	for digit(at(b, i+n)) {
		n++
	}
	if at(b, i+n) != ')' || at(b, i+n+1) != ' ' {
		return 0
	}
	return n + 2
}

// elementBefore returns the name of the XML element whose tag ends with the '>' at
// b[i], without its namespace: <wsse:Password Type="…">. from and to are the word
// before b[i]. 0, 0 if it is none, or ends one.
func elementBefore(b []byte, i, from, to int) (int, int) {
	if at(b, from-1) == '<' {
		return from, to
	}
	if from == to && at(b, i-1) != '"' && at(b, i-1) != '\'' {
		return 0, 0
	}
	open := i - 1
	for open >= 0 && i-open < maxTag && b[open] != '<' && b[open] != '>' && b[open] != '\n' {
		open--
	}
	if at(b, open) != '<' || at(b, open+1) == '/' {
		return 0, 0
	}
	from = open + 1
	for to = from; to < i && (is(b[to], inKey) || b[to] == ':'); to++ {
		if b[to] == ':' {
			from = to + 1
		}
	}
	return from, to
}

// maxTag bounds the tags whose names are looked for.
const maxTag = 128

// templateEnd returns the end of the {{ template }} at b[i], or 0.
func templateEnd(b []byte, i int) int {
	for k := i + 2; k+1 < len(b) && k-i < maxKey; k++ {
		if b[k] == '}' && b[k+1] == '}' {
			return k + 2
		}
	}
	return 0
}

// closing returns where the quoted value that begins at b[i] ends. A quote in it
// is escaped with more backslashes than its own quotes, of which slashes.
func closing(b []byte, i int, quote byte, slashes int) int {
	run := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '\\':
			run++
			continue
		case quote:
			if run <= slashes || run%2 == 0 && slashes == 0 {
				return i - min(run, slashes)
			}
		case '\n':
			if quote == '\'' {
				return i
			}
		}
		run = 0
	}
	return i
}

// balanced returns the end of the array or object at b[i].
func balanced(b []byte, i int) int {
	depth, quote := 0, byte(0)
	for ; i < len(b); i++ {
		c := b[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"':
			quote = c
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// bareEnd returns the end of a value without quotes.
func bareEnd(b []byte, i int, h Hint) int {
	toLineEnd := h == HintAuth || h == HintCookie || h == HintPhone
	start := i
	for ; i < len(b); i++ {
		switch c := b[i]; c {
		case '\n', '\r', 1, '`':
			return i
		case '"':
			if !toLineEnd || i == start || b[i-1] != '=' {
				return i
			}
			i = closing(b, i+1, c, 0) // Digest username="bob"
		case '\'':
			if i > start {
				return i
			}
		case ' ', '\t':
			if !toLineEnd {
				return trimClosers(b, start, i)
			}
		case '&', ';', ',', '|', '<', '#':
			if !toLineEnd && delimits(b, i) {
				return trimClosers(b, start, i)
			}
		case ')', ']', '}':
			if !toLineEnd && delimits(b, i) && !opened(b[start:i], c) {
				return i
			}
		}
	}
	return trimClosers(b, start, i)
}

// trimClosers leaves brackets and a full stop that close what stands around a
// value.
func trimClosers(b []byte, start, end int) int {
	for end > start && (b[end-1] == ')' || b[end-1] == ']' || b[end-1] == '}' || b[end-1] == '.') && !opened(b[start:end-1], b[end-1]) {
		end--
	}
	return end
}

// opened tells whether the closing bracket c has an opening one in b.
func opened(b []byte, c byte) bool {
	open := byte('(')
	if c != ')' {
		open = c - 2
	}
	if c == '.' {
		return false
	}
	for _, x := range b {
		if x == open {
			return true
		}
	}
	return false
}

// delimits tells whether the character b[i] ends a bare value, rather than being
// a part of it: behind it stands nothing, space, a bracket or the next key.
func delimits(b []byte, i int) bool {
	k := i + 1
	if k == len(b) || is(b[k], inSpace) {
		return true
	}
	switch b[k] {
	case '"', '\'', ')', ']', '}', '<', '{', '&', ';', ',', '|', '/', '#', '.', ':':
		return true
	}
	from := k
	for k < len(b) && k-from < maxKey && (is(b[k], inKey) || b[k] == '[' || b[k] == ']' || b[k] == '%') {
		k++
	}
	if k < len(b) && k > from && (b[k] == '=' || b[k] == ':' || b[k] == ' ') {
		return true
	}
	return b[i] == '<' && k > from
}
