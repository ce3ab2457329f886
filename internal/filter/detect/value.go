package detect

import "bytes"

// value is a value as it stands behind its key.
type value struct {
	start, end int
	quoted     bool
	nested     bool // an array or object
	prose      bool // behind a colon and a space, without quotes
	inURL      bool // in the query or fragment of a URL
	workDir    bool // the key is PWD, which shells keep the working directory in
	key        []byte
}

// behindSeparator returns where a value may begin behind the separator at b[i], what
// kind of separator it is, and whether the value is prose.
func behindSeparator(b []byte, i int) (pos int, sep byte, prose bool) {
	sep = b[i]
	if arrow(b, i) {
		sep = '='
	}
	pos = i + 1
	for pos < len(b) && pos-i < 4 && (b[pos] == '=' || b[pos] == '>' || b[pos] == ':') {
		pos++ // :=, =>, ==, :::=
	}
	spaces := pos
	for pos < len(b) && pos-spaces < 8 && is(b[pos], inSpace) {
		if b[pos] == '\n' && sep == '=' && at(b, i+1) != '>' {
			break
		}
		pos++
	}
	prose = sep == ':' && pos > spaces && b[i+1] != '='
	if hasPrefix(b[pos:], "** ") {
		pos += len("** ") // **Key:** value
	}
	return pos + phpString(b, pos), sep, prose
}

// valueAfter returns the value behind the separator at b[i].
func valueAfter(b []byte, i int, h Hint) (v value) {
	pos, sep, prose := behindSeparator(b, i)
	v.prose = prose
	in := unwrap(b, pos, sep)
	if pos = in.pos; in.stop != "" {
		v.start, v.end, v.quoted, v.prose = pos, len(b), true, false
		if n := bytes.Index(b[pos:], []byte(in.stop)); n >= 0 {
			v.end = pos + n
		}
		return v
	}
	slashes := 0
	for at(b, pos+slashes) == '\\' {
		slashes++
	}
	switch c := at(b, pos+slashes); {
	case sep == ':' && (c == '|' || c == '>') && slashes == 0 && announcesBlock(b, pos):
		v.start, v.end = blockScalar(b, pos)
		v.quoted, v.prose = true, false
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
	case c == '{' && sep == '=' && slashes == 0 && bracedEnd(b, pos) > 0:
		v.start, v.end, v.quoted = pos+1, bracedEnd(b, pos), true
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
	return c == 0 || is(c, inSpace) || c == ',' || c == '}' || c == ']' || c == ')' || c == ';' || c == '&' || c == '>' || c == '/' || c == '\\' || c == '.'
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
			if slashes == 0 && run == 0 && quote == '\'' && at(b, i+1) == quote && alnum(at(b, i+2)) && alnum(b[i-1]) {
				i++ // doubled, as in SQL and YAML
				continue
			}
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
		case c == '"', c == '\'' && i > 0 && !alnum(b[i-1]):
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
	return trimClosers(b, start, min(i, len(b))) // quotes may not end
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
	if b[i] == '#' {
		return false // of a URL, or a part of the value
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

// announcesBlock tells whether the '|' or '>' at b[pos] stands before a block of YAML.
func announcesBlock(b []byte, pos int) bool {
	_, end := blockScalar(b, pos)
	return end > 0
}

// bracedEnd returns the end of the value of ODBC at b[pos], PWD={x};, or 0.
func bracedEnd(b []byte, pos int) int {
	end := pos + 1
	for end < len(b) && end-pos < maxKey && b[end] != '}' && !is(b[end], inSpace) && b[end] != '{' {
		end++
	}
	if c := at(b, end+1); at(b, end) != '}' || c != ';' && c != 0 && !isQuote(c) || bytes.IndexByte(b[max(0, pos-maxCommand):pos], ';') < 0 {
		return 0
	}
	return end
}
