package sqltext

// sqlLexer reads one statement of SQL.
type sqlLexer struct {
	text       []byte
	found      []Literal
	parameters bool // the statement has placeholders

	pos   int
	last  keyword // the last word; none after anything else
	value bool    // what follows is compared with or assigned: a literal stands here
	list  int     // depth of parentheses within a list of values, 0 outside
}

// keyword is a word that says something about what follows it.
type keyword uint8

const (
	none       keyword = iota
	other              // any other word
	escapes            // E, before a string with backslash escapes
	count              // LIMIT, before a number of rows
	list               // VALUES or IN
	compare            // LIKE, before a value
	neutral            // AND, NOT: a value may still follow
	identified         // IDENTIFIED, before BY and a password
)

func keywordOf(word []byte) keyword {
	switch string(word) {
	case "LIMIT", "OFFSET", "FETCH", "TOP", "FIRST", "NEXT":
		return count
	case "VALUES", "IN":
		return list
	case "LIKE", "ILIKE", "RLIKE", "REGEXP", "SIMILAR", "BETWEEN", "THEN", "ELSE", "CONTAINS":
		return compare
	case "E":
		return escapes
	case "IDENTIFIED":
		return identified
	case "AND", "NOT", "TO", "N", "B", "X":
		return neutral
	}
	return other
}

func (l *sqlLexer) emit(start, end int, rule string) {
	l.found = append(l.found, Literal{start, end, rule})
}

func (l *sqlLexer) peek(n int) byte {
	if l.pos+n < len(l.text) {
		return l.text[l.pos+n]
	}
	return 0
}

// token reads one token.
func (l *sqlLexer) token() {
	c := l.text[l.pos]
	switch {
	case space(c):
		l.pos++
		return
	case c == '\'':
		l.quoted(l.pos, c, l.last == escapes && l.text[l.pos-1]|0x20 == 'e')
	case c == '"':
		l.doubleQuoted()
	case c == '`':
		l.skipQuoted('`')
	case c == '$' && l.dollar():
	case digit(c), c == '.' && digit(l.peek(1)):
		l.number()
		return
	case wordChar(c):
		l.word()
		return
	case c == '-' && l.peek(1) == '-' && (l.peek(2) == 0 || space(l.peek(2))):
		l.comment(l.lineEnd())
		return
	case c == '/' && l.peek(1) == '*' && l.peek(2) != '!':
		l.comment(l.commentEnd())
		return
	case c == ':' || c == '?' || c == '%':
		l.placeholder(c)
	default:
		l.punctuation(c)
		return
	}
	l.last, l.value = none, false
}

// cut reports all from start on.
func (l *sqlLexer) cut(start int) {
	l.emit(start, len(l.text), "cut")
	l.pos = len(l.text)
}

// quoted reads the string at l.pos, which the report begins at start. A quote in
// it is doubled; escapes says that a backslash certainly escapes.
func (l *sqlLexer) quoted(start int, quote byte, escapes bool) {
	end := stringEnd(l.text, l.pos, quote, escapes)
	if end < 0 {
		l.cut(start)
		return
	}
	l.emit(start, end, "string")
	l.pos = end
}

// stringEnd returns where the string that begins with a quote at text[i] ends, or
// -1 if it doesn't, or dialects disagree about it.
func stringEnd(text []byte, i int, quote byte, escapes bool) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			run := i
			for i+1 < len(text) && text[i+1] == '\\' {
				i++
			}
			if i+1 < len(text) && text[i+1] == quote && (i-run)%2 == 0 {
				if !escapes {
					return -1
				}
				i++
			} else if i+1 < len(text) && text[i+1] == quote && !escapes && i > run {
				// An even number of backslashes before a quote ends the string in
				// every dialect.
				return i + 2
			}
		case quote:
			if i+1 < len(text) && text[i+1] == quote {
				i++
				continue
			}
			return i + 1
		}
	}
	return -1
}

// doubleQuoted reads "…": a name by the standard, a string in MySQL and SQLite. It
// is a name if it looks like one and doesn't stand where values do.
func (l *sqlLexer) doubleQuoted() {
	start := l.pos
	end := stringEnd(l.text, start, '"', false)
	if end < 0 {
		l.cut(start)
		return
	}
	qualified := start > 0 && l.text[start-1] == '.' || end < len(l.text) && l.text[end] == '.'
	if named(l.text[start+1:end-1]) && (qualified || !l.value && l.list == 0) {
		l.pos = end
		return
	}
	l.emit(start, end, "string")
	l.pos = end
}

// named tells whether b could be the name of a table or a column.
func named(b []byte) bool {
	for i, c := range b {
		if !wordChar(c) || i == 0 && digit(c) {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 63
}

func (l *sqlLexer) skipQuoted(quote byte) {
	end := stringEnd(l.text, l.pos, quote, false)
	if end < 0 {
		l.cut(l.pos)
		return
	}
	l.pos = end
}

// dollar reads $1, or a string in dollar quotes: $$…$$, $tag$…$tag$.
func (l *sqlLexer) dollar() bool {
	if digit(l.peek(1)) {
		for l.pos++; l.pos < len(l.text) && digit(l.text[l.pos]); {
			l.pos++
		}
		return true
	}
	i := l.pos + 1
	for i < len(l.text) && (letter(l.text[i]) || digit(l.text[i]) || l.text[i] == '_') {
		i++
	}
	if i >= len(l.text) || l.text[i] != '$' {
		return false
	}
	tag := l.text[l.pos : i+1]
	for k := i + 1; k+len(tag) <= len(l.text); k++ {
		if l.text[k] == '$' && string(l.text[k:k+len(tag)]) == string(tag) {
			l.emit(l.pos, k+len(tag), "string")
			l.pos = k + len(tag)
			return true
		}
	}
	l.cut(l.pos)
	return true
}

// number reads 12, 1.5e-3, 0xFF.
func (l *sqlLexer) number() {
	start := l.pos
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		sign := (c == '-' || c == '+') && l.pos > start && l.text[l.pos-1]|0x20 == 'e' && digit(l.peek(1)) && digit(l.text[start])
		if !wordChar(c) && c != '.' && !sign {
			break
		}
		l.pos++
	}
	if l.last == count && l.parameters {
		return
	}
	l.emit(start, l.pos, "number")
	l.last, l.value = none, false
}

// word reads a name or a keyword.
func (l *sqlLexer) word() {
	start, before := l.pos, l.last
	for l.pos < len(l.text) && wordChar(l.text[l.pos]) {
		l.pos++
	}
	var buf wordBuffer
	if l.last = keywordOf(buf.upper(l.text[start:l.pos])); before == identified {
		l.last = compare
	}
	switch l.last {
	case compare:
		l.value = true
	case escapes, neutral:
	default:
		l.value = false
	}
}

func (l *sqlLexer) lineEnd() int {
	i := l.pos
	for i < len(l.text) && l.text[i] != '\n' {
		i++
	}
	return i
}

func (l *sqlLexer) commentEnd() int {
	for i := l.pos + 2; i+1 < len(l.text); i++ {
		if l.text[i] == '*' && l.text[i+1] == '/' {
			return i + 2
		}
	}
	return len(l.text)
}

// comment reads a comment. What it says is a literal if it may hold one.
func (l *sqlLexer) comment(end int) {
	from, to := l.pos+2, end
	if to-from >= 2 && string(l.text[to-2:to]) == "*/" {
		to -= 2
	}
	for i := from; i < to; i++ {
		if c := l.text[i]; digit(c) || c == '\'' || c == '"' || c == '=' {
			for from < to && space(l.text[from]) {
				from++
			}
			for to > from && space(l.text[to-1]) {
				to--
			}
			if string(l.text[from:to]) != "?" {
				l.emit(from, to, "comment")
			}
			break
		}
	}
	l.pos = end
}

// placeholder reads ?, ?1, :name, ::type, %s and %(name)s.
func (l *sqlLexer) placeholder(c byte) {
	l.pos++
	if c == '%' && l.pos < len(l.text) && l.text[l.pos] == '(' {
		i := l.pos + 1
		for i < len(l.text) && wordChar(l.text[i]) {
			i++
		}
		if i < len(l.text) && l.text[i] == ')' {
			l.pos = i + 1
		}
	}
	if c == ':' && l.pos < len(l.text) && l.text[l.pos] == ':' {
		l.pos++
	}
	for l.pos < len(l.text) && (wordChar(l.text[l.pos])) {
		l.pos++
	}
}

// punctuation reads operators and parentheses.
func (l *sqlLexer) punctuation(c byte) {
	l.pos++
	switch c {
	case '=', '<', '>', '!', '~', '|':
		l.value = true
	case '(':
		switch {
		case l.list > 0:
			l.list++
		case l.last == list || l.value:
			l.list = 1
		}
	case ')':
		if l.list > 0 {
			l.list--
		}
	case ',':
		if l.list == 0 && l.last != none {
			l.value = false
		}
		return // VALUES (…), (…)
	}
	if c != '(' || l.list == 0 {
		l.last = none
	}
}
