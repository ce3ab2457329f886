package detect

import "bytes"

// maxJoint bounds what may stand between a key and its value.
const maxJoint = 8

// joint reads what stands between a key and its value.
type joint struct {
	pos    int
	grip   grip
	verb   bool // something is set or changed: "to" stands before the value
	spoke  bool // words stand before the value
	quoted bool // the key is
}

// read moves to the value. It returns false if none can follow.
func (j *joint) read(b []byte) bool {
	start := j.pos
	if bytes.Contains(b[max(0, start-maxKey):start], []byte("{{")) {
		return false // a template
	}
	if hasPrefix(b[start:], "'s ") { // the password's x
		j.pos, j.grip = start+len("'s "), said
		return j.pos < len(b)
	}
	if c := at(b, start); c == '>' || c == '/' {
		return false // <password>@host, a path
	}
	for n := 0; n < 2 && j.pos < len(b) && (isQuote(b[j.pos]) || b[j.pos] == ']' || b[j.pos] == ')' || b[j.pos] == '*'); n++ {
		j.pos++
	}
	if j.quoted && at(b, j.pos) == ',' {
		return false // tuples judges it
	}
	if hasPrefix(b[j.pos:], " /d ") { // of Windows' reg
		j.pos, j.grip = j.pos+len(" /d "), said
		return j.pos < len(b)
	}
	if n := shown(b, j.pos); n > 0 {
		j.pos = n
		return true
	}
	if n := listItem(b, j.pos); n > 0 {
		j.pos, j.grip = n, marked
		return true
	}
	for range maxJoint {
		at0 := j.pos
		spaces := 0
		for spaces < maxPadding && is(at(b, j.pos), inSpace) && (b[j.pos] != '\n' || b[j.pos-1] == ':') {
			j.pos++
			spaces++
		}
		if c := at(b, j.pos); (c == '=' || c == ':') && j.grip == loose && !j.spoke && !announcement(b, j.pos) {
			return false // pairs judges it
		}
		if j.tags(b) || j.mark(b) {
			continue
		}
		if spaces > 0 && (j.word(b) || j.number(b) || j.remark(b)) {
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

// announcement tells whether behind the ':' at b[i] the value is announced once more:
// field 'password': rejected value [x].
func announcement(b []byte, i int) bool {
	for _, words := range [...]string{": rejected value ", ": invalid value ", ": got ", ": value is ", ": actual value ", ":</"} {
		if hasPrefix(b[i:], words) {
			return true
		}
	}
	return false
}

// tags skips the end of the element that the key stands in, and the start of the next:
// <td>password</td><td>x.
func (j *joint) tags(b []byte) bool {
	if at(b, j.pos) != '<' || at(b, j.pos+1) != '/' {
		return false
	}
	for range maxJoint {
		if at(b, j.pos) != '<' {
			break
		}
		n := bytes.IndexByte(b[j.pos:min(len(b), j.pos+maxKey)], '>')
		if n < 0 {
			return false
		}
		for j.pos += n + 1; is(at(b, j.pos), inSpace); j.pos++ {
		}
	}
	j.grip = max(j.grip, marked)
	return true
}

// mark skips a run of punctuation that points at a value.
func (j *joint) mark(b []byte) bool {
	pos := j.pos
	for pos < len(b) && pos-j.pos < maxKey {
		switch c := b[pos]; {
		case c == '#' && at(b, pos+1) == ' ' || c == '/' && at(b, pos+1) == '/':
			return false // a comment
		case c == '-' || c == '>' || c == '=' || c == ':' || c == '|' || c == '#' || c == '~' || c == ',' || c == ';':
			pos++
			continue
		case c == '.' && at(b, pos+1) == ' ' && at(b, pos-1) == ' ' && isQuote(at(b, pos+2)): // of Lisp
			pos++
			continue
		case c == '.' && at(b, pos+1) == '.' || c == '.' && pos > j.pos:
			pos++
			continue
		case hasPrefix(b[pos:], "“"):
			if pos == j.pos {
				return false
			}
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
var jointWords = wordTable(`is was are be being equals equal ist lautet war est es era now value values string in like invalid rejected mismatch differs overridden expected want one below follows stored given provided supplied
	entered used received got typed submitted to from as with the a an set changed reset updated rotated new of field currently your`)

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
	case equalFold(word, "for") || equalFold(word, "of"):
		return j.owner(b, to)
	case !fixedWord(word, jointWords), equalFold(word, "in") && at(b, to+1) != '(':
		return false
	case equalFold(word, "to"):
		if j.verb {
			j.grip = said
		}
	case equalFold(word, "from"):
		if !j.verb {
			return false
		}
		j.grip = said
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
	if n == j.pos || at(b, n) != ':' && (at(b, n) != ' ' || n-j.pos > 1 || j.spoke) {
		return false // but for the kind of a password of Cisco's: password 7 x
	}
	j.pos, j.spoke = n, true
	return true
}

// shown returns where the next line begins, if the line that ends at b[i] is a command
// that shows a secret: $ echo $API_TOKEN. Else 0.
func shown(b []byte, i int) int {
	if at(b, i) != '\n' || i+1 >= len(b) {
		return 0
	}
	line := b[max(0, i-maxTag):i]
	if n := bytes.LastIndexByte(line, '\n'); n >= 0 {
		line = line[n+1:]
	} else if i > maxTag {
		return 0
	}
	if !hasPrefix(line, "$ ") && !hasPrefix(line, "# ") {
		return 0
	}
	return i + 1
}

// listItem returns where the quote of the next item begins, behind an item that ends
// before b[i], as redis-cli lists them: 1) "password" 2) "x". 0 if there is none.
func listItem(b []byte, i int) int {
	if i == 0 || !isQuote(b[i-1]) {
		return 0
	}
	for n := 0; n < maxPadding && is(at(b, i), inSpace); n++ {
		i++
	}
	from := i
	for digit(at(b, i)) && i-from < maxPart {
		i++
	}
	if i == from || at(b, i) != ')' || at(b, i+1) != ' ' || at(b, i+2) != '"' {
		return 0
	}
	return i + 2
}

// remark skips a remark: password (temp) x.
func (j *joint) remark(b []byte) bool {
	n := j.pos + 1
	for is(at(b, n), inLetter) && n-j.pos < minWord+4 {
		n++
	}
	if at(b, j.pos) != '(' || at(b, n) != ')' || at(b, n+1) != ' ' || !fixedWord(b[j.pos+1:n], remarkWords) {
		return false
	}
	j.pos, j.spoke = n+1, true
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
		from := wordStart(text)
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
