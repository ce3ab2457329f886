package detect

import (
	"bytes"

	"github.com/drl-trading/telemetry-agent/internal/filter/bytemap"
)

// pairs looks at each '=', ':' and '>' for a telling key before it and a value
// behind it. In URLs it also finds user information.
func (s *Scanner) pairs(w *Work, b []byte, hint Hint) {
	done := 0 // values found so far end here
	all := w.told || w.beyond
	for k := range w.bytes.Blocks {
		for marks := w.bytes.Blocks[k].Marks; marks != 0; marks &= marks - 1 {
			i := k<<6 + bytemap.First(marks)
			if !all && (b[i] != '=' || !s.parameters.before.has(b, i)) && (b[i] != ':' || !besideColon(b, i)) {
				continue
			}
			if all || s.setsApart(b, i, w.seen, hint) {
				done = s.separator(w, b, i, done, hint)
			}
		}
	}
}

// separator judges the pair around b[i], and returns where the last value found
// ends.
func (s *Scanner) separator(w *Work, b []byte, i, done int, hint Hint) int {
	switch b[i] {
	case ':':
		if at(b, i+1) == '/' && at(b, i+2) == '/' {
			if w.seen&hasAt != 0 && s.set.Has(URL) {
				s.userinfo(w, b, i+3)
			}
			return done
		}
		if i > 1 && digit(b[i-1]) && !is(b[i-2], inLetter) && digit(at(b, i+1)) {
			return done // a time, a port
		}
		if c := at(b, i+1); (digit(c) || c == '*') && i >= done && s.set.Has(Secret) && colonBehind(b, i+1) {
			done = s.passLine(w, b, i, done)
		}
		if i > 3 && b[i-1] == 'p' && b[i-2] == '/' && b[i-3] == ' ' && s.set.Has(Secret) {
			s.slashOption(w, b, i+1)
		}
		if i > 5 && b[i-1] == 'r' && b[i-5] == '/' && hasPrefix(b[i-4:], "user") && s.set.Has(Secret) {
			s.netUse(w, b, i)
		}
	case '=':
		if i > 1 && b[i-1] == '5' && b[i-2] == '3' && i >= w.fixed && messageType(b, i+1) && s.set.Has(Account) {
			w.fixed = s.fix(w, b, i-2) // its first fields aren't shown
		}
		if i > 3 && b[i-1] == '4' && b[i-2] == '5' && b[i-3] == '5' && i >= w.fixed && i >= done && s.set.Has(Secret) {
			done = s.fixPassword(w, b, i, done)
		}
		if i > 1 && b[i-1] == 'p' && b[i-2] == '&' && i >= done && s.set.Has(URL) {
			done = s.afterUser(w, b, i, done)
		}
		if i > 0 && b[i-1] == '8' && i >= w.fixed && hasPrefix(b[i+1:], "FIX") && s.set.Has(Account) {
			w.fixed = s.fix(w, b, i-1)
		}
		if s.parameters.longest > 0 && i >= done && s.set.Has(URL) {
			done = max(done, s.parameter(w, b, i, hint))
		}
	case '>':
	default:
		return done
	}
	if i < done || !w.told && !queryKey(b, i, hint) && !(w.beyond && foreign(b, i)) {
		return done
	}
	return max(done, s.pair(w, b, i, hint))
}

// maxReads bounds how often each byte of a text may be read as a part of a value:
// values that aren't private are read again with the keys in them.
const maxReads = 16

// keyOf returns what the key before the separator b[i] says, b[from:to], and whether it
// says only that the value is one, whose name stands beside.
func (s *Scanner) keyOf(b []byte, i int) (h Hint, from, to, beside int) {
	from, to = keyBefore(b, i, &s.keys)
	switch {
	case signs(b, i):
		from, to = serialized(b, i)
	case arrow(b, i):
		from, to = keyBefore(b, i-1, &s.keys)
	case b[i] == '>':
		from, to = elementBefore(b, i, from, to)
	}
	if foreign(b, i) {
		h, from, to = HintSecret, i-2, i
	}
	if to-from < 2 || at(b, from-1) == '[' && MaskLength(b[from-1:]) > 0 && !printed(b, from-1, to) {
		return NoHint, from, to, plainKey
	}
	if h == NoHint {
		h = s.keys.classify(b[from:to])
	}
	if (h == NoHint || h == HintQueryKey) && at(b, from-1) == ' ' {
		h, _ = s.spokenKey(b, to)
	}
	if h == NoHint {
		h, beside = s.nameBeside(b, i, from, to)
	}
	if h == NoHint && string(b[from:to]) == "input_value" {
		h = s.fieldAbove(b, from)
	}
	return h, from, to, beside
}

// pair judges the pair whose separator is b[i], and returns the end of the value
// if it is private.
func (s *Scanner) pair(w *Work, b []byte, i int, hint Hint) int {
	h, from, to, beside := s.keyOf(b, i)
	inURL := hint == HintQuery && from == 0 || from > 0 && (b[from-1] == '?' || b[from-1] == '&' || b[from-1] == '#')
	if h == NoHint || h == HintQueryKey && !inURL {
		return 0
	}
	if noPair(b, i, from, to) {
		return 0
	}
	v := valueAfter(b, i, h)
	if pair := secondOf(b, i, b[from:to]); pair.quoted {
		v = pair
	}
	v.key = b[from:to]
	if v.end > v.start && b[v.end-1] == '>' && at(b, from-1) == '<' && !v.quoted {
		v.end-- // <Token: x>
	}
	if to == i && isQuote(at(b, i+1)) && at(b, from-1) == b[i+1] && (b[i] == ':' || b[i] == '=') {
		if send := i + 1 + bytes.Index(b[i+1:min(len(b), i+maxPadding)], []byte("send ")); send > i {
			s.announced(w, b, send+len("send "))
		}
		return 0 // expect "password:"; send "x\r"
	}
	if arrow(b, i) && !v.quoted && !s.secretLike(b[v.start:v.end], keyWritten, said, false) || ruleList(b[v.start:v.end]) || b[i] == '>' && beside == valueKey && hasByte(b[v.start:v.end], ' ') {
		return 0
	}
	if missing(b, i, v) || beside == fieldKey && (!v.quoted || !s.secretLike(b[v.start:v.end], keyWritten, said, true)) {
		return 0
	}
	if w.read += v.end - i; w.read > maxReads*len(b)+maxKept {
		w.doubt = Budget
		return len(b)
	}
	v.inURL = inURL
	v.workDir = hasFoldSuffix(b[from:to], "pwd")
	if h == HintPhone && v.nested && s.set.Has(Phone) {
		return nestedPhones(w, b, v)
	}
	start, end, kind, rule := s.judge(b, h, v)
	if end == 0 || !s.set.Has(kind) {
		return 0
	}
	w.add(start, end, kind, rule)
	return end
}

// nameBeside returns what the name beside a value says of it, whose key b[from:to] says
// only that it is one.
func (s *Scanner) nameBeside(b []byte, i, from, to int) (Hint, int) {
	if b[i] == '>' {
		if tag := tagBefore(b, i); tag != nil {
			return s.namedTag(tag), valueKey
		}
		if at(b, from-1) == '<' && string(b[from:to]) == "string" {
			return s.named(b, from), valueKey
		}
	}
	beside := isValueKey(b[from:to])
	if beside == plainKey {
		if isNumberKey(b[from:to]) && s.heldBy(b, from) == HintAccount {
			return HintAccount, beside
		}
		return NoHint, beside
	}
	if h := s.typeAround(b, from); h != NoHint {
		return h, fieldKey
	}
	if h := s.heldBy(b, from); h == HintSecret || h == HintToken {
		return h, fieldKey
	}
	h := s.named(b, from)
	if h == NoHint && b[i] != '>' {
		v := valueAfter(b[:min(len(b), i+maxQuoted)], i, NoHint)
		h = s.namedBehind(b, v.end+1)
	}
	return h, beside
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
		if at(b, end) == ' ' && end-i >= 4 && at(b, end+1) != '-' && at(b, end+1) != ' ' && !shortWord(b, end+1) && !mentioned(b, i, end) && !nextPair(b[end+1:]) {
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
	if to > 2 && (b[to-1] == ')' || b[to-1] == ']') && alnum(b[to-2]) {
		to = beforeGroup(b, to)
	}
	if to > 2 && b[to-1] == ']' && is(b[to-2], inLetter) {
		to = beforeVisibility(b, to)
	}
	for n := 0; n < 4 && to > 0 && closesKey(b[to-1]); n++ {
		to--
	}
	if !t.mayTell(b, to) {
		return to, to
	}
	for from = keyStart(b, to); from < to && b[from] == '.'; {
		from++
	}
	if to-from > 3 && b[from] == '-' && b[from+1] == 'D' && is(b[from+2], inLetter) {
		from += 2 // -Ddb.password=… of Java
	}
	return from, to
}

// beforeGroup returns where the key ends before an index or a remark in brackets:
// passwd[0]=x, Password(554)=x, password (base64): x.
func beforeGroup(b []byte, to int) int {
	open := to - 2
	for open > 0 && to-open < maxPadding && alnum(b[open-1]) {
		open--
	}
	if open < 2 || b[open-1] != '(' && b[open-1] != '[' {
		return to
	}
	inner := b[open : to-1]
	if !allDigits(inner) && (b[to-1] == ']' || !fixedWord(inner, remarkWords)) {
		return to
	}
	open--
	for b[open-1] == ' ' && open > 1 {
		open--
	}
	if !alnum(b[open-1]) && !isQuote(b[open-1]) {
		return to
	}
	return open
}

// remarkWords may stand in brackets between a key and its separator.
var remarkWords = wordTable(`temp temporary initial default base64 plain plaintext cleartext hex again new old current utf8 raw`)

// maxPart is the length of "secret" and shorter words, which stand in names whose
// parts a colon separates.
const maxPart = 6

// maxPadding bounds the spaces between a key and its separator.
const maxPadding = 16

// assigns tells whether c may stand before '=' in an assignment.
func assigns(c byte) bool { return c == '?' || c == '.' || c == '+' || c == '|' }

func closesKey(c byte) bool {
	return c == '"' || c == '\'' || c == '`' || c == ']' || c == '[' || c == '\\' || c == ')' || c == '*'
}

// elementBefore returns the name of the XML element whose tag ends with the '>' at
// b[i], without its namespace: <wsse:Password Type="…">. from and to are the word
// before b[i]. 0, 0 if it is none, or ends one.
func elementBefore(b []byte, i, from, to int) (int, int) {
	if at(b, from-1) == '<' {
		if c := at(b, i+1); c == '@' || c == ':' || isQuote(c) || (is(at(b, from-2), inLetter) || !alnum(c)) && !elementEnds(b, i) {
			return 0, 0 // <password> stands for one; C<password> of POD
		}
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
	if (is(at(b, open-1), inLetter) || !alnum(at(b, i+1))) && !elementEnds(b, i) {
		return 0, 0 // of the help of programs; C<password> of POD
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
