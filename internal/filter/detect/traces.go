package detect

import (
	"bytes"
	"unicode/utf8"
)

// variables looks for the values that loguru draws below the variables of a line of
// code: "└ 'x'" under connect(password).
func (s *Scanner) variables(w *Work, b []byte) {
	const corner = "└ "
	for i := 0; ; {
		next := bytes.Index(b[i:], []byte(corner))
		if next < 0 {
			return
		}
		at0 := i + next
		i = at0 + len(corner)
		v := valueAfter(b[:min(len(b), i+maxField)], i-1, HintSecret)
		if !v.quoted || v.end <= v.start {
			continue
		}
		before := b[max(0, at0-maxField):at0]
		line := bytes.LastIndexByte(before, '\n') + 1
		column := utf8.RuneCount(before[line:])
		if h := s.keys.classify(above(before, line, column)); (h == HintSecret || h == HintToken) && !s.harmless(b[v.start:v.end]) {
			w.add(v.start, v.end, Secret, "telling_key")
		}
	}
}

// above returns the name that stands at a column in the line of code before b[line],
// over the lines that draw other values.
func above(b []byte, line, column int) []byte {
	for range maxPadding {
		if line == 0 {
			return nil
		}
		start := bytes.LastIndexByte(b[:line-1], '\n') + 1
		text := b[start : line-1]
		line = start
		if bytes.Contains(text, []byte("│")) || bytes.Contains(text, []byte("└")) {
			continue
		}
		if column >= len(text) {
			return nil
		}
		from, to := column, column
		for from > 0 && is(text[from-1], inKey) {
			from--
		}
		for to < len(text) && is(text[to], inKey) {
			to++
		}
		return text[from:to]
	}
	return nil
}

// serialized returns the key before the ':' at b[i], if it stands before a text as PHP
// serializes it: s:8:"password";s:7:"x".
func serialized(b []byte, i int) (from, to int) {
	k := i
	for k > 0 && digit(b[k-1]) {
		k--
	}
	if k == i || !isQuote(at(b, i+1)) && at(b, i+1) != '\\' || !bytes.HasSuffix(b[:k], []byte(";s:")) {
		return 0, 0
	}
	to = k - len(";s:")
	for n := 0; n < 2 && to > 0 && (isQuote(b[to-1]) || b[to-1] == '\\'); n++ {
		to--
	}
	return keyStart(b, to), to
}

// signs tells whether the ':' at b[i] is of such a text's length.
func signs(b []byte, i int) bool { return digit(at(b, i-1)) && at(b, i+1) == '"' }

// printed tells whether the key in brackets b[i:to] is one of those that PHP prints, and
// no mask: [user] => bob, [secret] => x.
func printed(b []byte, i, to int) bool {
	if !hasPrefix(b[to:], "] => ") {
		return false
	}
	before := b[max(0, i-maxTag):i]
	return bytes.Contains(before, []byte("] => ")) || bytes.HasSuffix(bytes.TrimRight(before, " \n"), []byte("("))
}
