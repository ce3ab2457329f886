package detect

import "bytes"

// What follows tells keys that are only spoken of from keys with values.

// mentioned tells whether a sentence speaks of the option b[i:end]: and --password options.
func mentioned(b []byte, i, end int) bool {
	next := goesOn(b, end)
	if next == 0 || i == 0 && goesOn(b, next) == 0 {
		return false
	}
	return i == 0 || fixedWord(b[wordStart(b[:i-1]):i-1], mentioningWords)
}

var mentioningWords = wordTable(`and or the a new use using via but option options also if when without that with now make`)

// step tells whether a key names something that is done with a secret: check_password.
func step(key []byte) bool {
	last := bytes.LastIndexByte(key, '_')
	if last < 1 {
		return false
	}
	from := max(bytes.LastIndexByte(key[:last], '.'), bytes.LastIndexByte(key[:last], '_')) + 1
	return fixedWord(key[from:last], stepWords)
}

var stepWords = wordTable(`check verify validate hash compare forgot reset rotate refresh revoke`)

// inPath tells whether the name at b[from] is the last one of an absolute path:
// /etc/passwd.
func inPath(b []byte, from int) bool {
	for from > 0 && (is(b[from-1], inKey) || b[from-1] == '/') {
		from--
	}
	return b[from] == '/'
}

// elementEnds tells whether the end of an element, or another kind of markup, follows soon
// behind b[i].
func elementEnds(b []byte, i int) bool {
	text := b[i:min(len(b), i+maxCommand)]
	return bytes.Contains(text, []byte("</")) || bytes.Contains(text, []byte("<![")) || bytes.Contains(text, []byte("&lt;/"))
}

// shortWord tells whether at b[i] stands a word of up to three letters: the sentence
// goes on.
func shortWord(b []byte, i int) bool {
	n := i
	for is(at(b, n), inLetter) {
		n++
	}
	return n-i <= 3 && at(b, n) == ' '
}

// noPair tells whether the separator b[i] behind the key b[from:to] announces no value of it.
func noPair(b []byte, i, from, to int) bool {
	if b[i] == ':' && at(b, to) == ')' && to == i-1 && (at(b, from-1) == '(' || at(b, from-1) == ' ' && at(b, from-2) == ',') && at(b, i+1) == ' ' {
		return true // what changed in a function: x.c (get_secret): Ditto
	}
	if b[i] == ':' && (at(b, i-1) == '[' || at(b, from-1) == '/' && at(b, i+1) == ' ' && inPath(b, from)) {
		return true // a slice, a file
	}
	if b[i] == ':' && to == i && is(at(b, i+1), inLetter) && step(b[from:to]) {
		return true // auth.check_password:web
	}
	if hasSuffix(b[:from], ":param ") || hasSuffix(b[:from], "@param ") {
		return true // of documentation
	}
	if visibility(b, i) || b[i] == ':' && at(b, i+1) == '?' && at(b, from-1) == '{' {
		return true // ${password:?is missing}
	}
	if b[i] == ':' && at(b, from-1) == '/' && alnum(at(b, from-2)) && digit(at(b, i+1)) {
		return true // the tag of an image: registry/auth:12
	}
	if b[i] == ':' && at(b, i+1) == ':' && is(at(b, i+2), inLetter) {
		return true // a name in a class
	}
	if b[i] == ':' && to-from <= maxPart && at(b, from-1) == ':' && alnum(at(b, from-2)) {
		return true // a part of a name as arn:…:secret:name
	}
	if before := b[max(0, from-maxKey):from]; bytes.LastIndex(before, []byte("{{")) > bytes.LastIndex(before, []byte("}}")) {
		return true // in a template
	}
	return false
}
