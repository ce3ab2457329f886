// Package sqltext finds the literals in database statements: SQL of any dialect,
// Redis commands, and query documents in JSON.
//
// It reads a statement once, without a grammar. Where dialects disagree about
// where a literal ends (a backslash before a quote ends it in one and continues it
// in another) or where one doesn't end at all, everything from its start on counts
// as a literal. The package changes nothing and holds no state.
package sqltext

// Literal is a literal at Start:End of a statement, found by a rule: "string",
// "number", "comment", "argument", "value" or "cut".
type Literal struct {
	Start, End int
	Rule       string
}

// Append appends the literals in a statement, in order and without overlap.
// Placeholders (?, $1, :name, @p1, %s) are none, nor is the number behind LIMIT,
// OFFSET, FETCH or TOP in a statement with placeholders.
func Append(dst []Literal, text []byte) []Literal {
	switch languageOf(text) {
	case redis:
		return appendRedis(dst, text)
	case document:
		return appendDocument(dst, text)
	}
	l := sqlLexer{text: text, found: dst, parameters: hasPlaceholder(text)}
	for l.pos < len(l.text) {
		l.token()
	}
	return l.found
}

type language uint8

const (
	sql language = iota
	redis
	document
)

// languageOf tells by the first word what a statement is written in.
func languageOf(text []byte) language {
	i := 0
	for i < len(text) && (space(text[i]) || text[i] == '(') {
		i++
	}
	if i < len(text) && (text[i] == '{' || text[i] == '[') {
		return document
	}
	from := i
	for i < len(text) && (letter(text[i]) || text[i] == '.') {
		i++
	}
	var buf wordBuffer
	word := buf.upper(text[from:i])
	switch {
	case isRedis(word, text[i:]):
		return redis
	case isVerb(word):
		return sql
	}
	for ; i < len(text) && text[i] != '\'' && text[i] != '"'; i++ {
		if text[i] == '{' {
			return document
		}
	}
	return sql
}

// isVerb tells whether a statement of SQL begins with the word.
func isVerb(word []byte) bool {
	switch string(word) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "CREATE", "ALTER", "DROP", "CALL", "EXEC", "EXECUTE", "BEGIN",
		"COMMIT", "ROLLBACK", "EXPLAIN", "SHOW", "TRUNCATE", "REPLACE", "UPSERT", "DECLARE", "GRANT", "REVOKE", "COPY", "VALUES",
		"SET", "USE", "MATCH", "PRAGMA", "ANALYZE", "VACUUM", "LOCK", "SAVEPOINT", "RELEASE":
		return true
	}
	return false
}

// hasPlaceholder tells whether values may have been given apart from the text.
func hasPlaceholder(text []byte) bool {
	for i, c := range text {
		next := byte(0)
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch c {
		case '?':
			return true
		case '$':
			if digit(next) {
				return true
			}
		case '%':
			if next == 's' || next == '(' {
				return true
			}
		case ':', '@':
			if letter(next) && (i == 0 || text[i-1] != ':' && !wordChar(text[i-1])) {
				return true
			}
		}
	}
	return false
}

func space(c byte) bool  { return c == ' ' || c >= '\t' && c <= '\r' }
func digit(c byte) bool  { return c-'0' < 10 }
func letter(c byte) bool { return (c|0x20)-'a' < 26 || c >= 0x80 }

// wordChar tells whether c may stand within a name.
func wordChar(c byte) bool {
	return letter(c) || digit(c) || c == '_' || c == '$' || c == '#' || c == '@'
}

// wordBuffer holds a word in capital letters.
type wordBuffer [24]byte

// upper returns a short word in capital letters, nil for a longer one.
func (w *wordBuffer) upper(b []byte) []byte {
	if len(b) > len(w) {
		return nil
	}
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			c &^= 0x20
		}
		w[i] = c
	}
	return w[:len(b)]
}
