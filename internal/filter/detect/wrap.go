package detect

// wrapped is what stands between a separator and the value that programs show with
// its type, or as their languages write it.
type wrapped struct {
	pos  int    // the value, or its opening quote, begins here
	stop string // ends the value; empty: its quotes or its form do
}

// unwrap skips the type before the value at b[pos]: Some("x"), []byte("x"),
// (string) (len=1) "x", <<"x">>, N'x', !!str x, &anchor x, str = "x", <![CDATA[x]]>.
func unwrap(b []byte, pos int, sep byte) wrapped {
	for range 3 {
		n := skipType(b, pos, sep)
		if n == 0 {
			break
		}
		pos += n
	}
	if hasPrefix(b[pos:], "<![CDATA[") {
		return wrapped{pos + len("<![CDATA["), "]]>"}
	}
	if n := heredoc(b, pos); n > 0 {
		return wrapped{pos + n, "\n"}
	}
	for _, q := range [...]string{`"""`, `'''`} {
		if hasPrefix(b[pos:], q) {
			return wrapped{pos + len(q), q}
		}
	}
	return wrapped{pos: pos}
}

// skipType returns the length of one such type, with the spaces behind it, or 0.
func skipType(b []byte, pos int, sep byte) int {
	c := at(b, pos)
	switch {
	case is(c, inLetter):
		if isQuote(at(b, pos+1)) && stringPrefix(c) {
			return 1 // b'…', N'…'
		}
		return skipNamedType(b, pos, sep)
	case c == '[' || c == '*':
		return skipNamedType(b, pos, sep)
	case c == '(':
		return skipCast(b, pos)
	case c == '<' && at(b, pos+1) == '<' && isQuote(at(b, pos+2)):
		return 2
	case c == '&' && (isQuote(at(b, pos+1)) || is(at(b, pos+1), inUpper) && opensCall(b, pos+1) > 0):
		return 1
	case sep == ':' && (c == '&' || c == '!') && (c == '!' || is(at(b, pos+1), inLetter)):
		end := pos + 1
		for end < len(b) && end-pos < maxKey && (is(b[end], inKey) || b[end] == '!' || b[end] == '/') {
			end++
		}
		if at(b, end) == ' ' && at(b, end+1) == '=' && at(b, end+2) == ' ' && typeName(b[pos+1:end]) {
			return end + 3 - pos // &str = …
		}
		if at(b, end) == ' ' && at(b, end+1) > ' ' && end > pos+1 && (c == '&' || b[pos+1] == '!') {
			return end + 1 - pos
		}
	}
	return 0
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// stringPrefix tells whether a letter may stand before the quotes of a literal.
func stringPrefix(c byte) bool {
	switch lower(c) {
	case 'b', 'u', 'r', 'n', 'e', 'f', 'l':
		return true
	}
	return false
}

// skipCast returns the length of a type in brackets at b[pos], and the space behind
// it, if a value in quotes follows, or another type.
func skipCast(b []byte, pos int) int {
	end := pos + 1
	for end < len(b) && end-pos < maxKey && (is(b[end], inKey) || b[end] == '*' || b[end] == '[' || b[end] == ']' || b[end] == '=' || b[end] == ' ') {
		end++
	}
	if at(b, end) != ')' || end == pos+1 {
		return 0
	}
	end++
	for at(b, end) == ' ' {
		end++
	}
	if c := at(b, end); isQuote(c) || c == '(' && is(at(b, end+1), inLetter) {
		return end - pos
	}
	return 0
}

// skipNamedType returns the length of `Some(`, `[]byte(`, `[]string{` at b[pos]
// before a value in quotes; of `Some(` before any; of `str = ` before one.
func skipNamedType(b []byte, pos int, sep byte) int {
	if n := opensCall(b, pos); n > 0 && !(sep == ':' && hasPrefix(b[pos:], "Optional[") && is(at(b, pos+n), inUpper)) {
		return n
	}
	if sep != ':' {
		return 0
	}
	end := pos
	for end < len(b) && end-pos < maxKey && (is(b[end], inKey) || b[end] == '[' || b[end] == ']' || b[end] == '<' || b[end] == '>' || b[end] == '?') {
		end++
	}
	if at(b, end) != ' ' || at(b, end+1) != '=' || at(b, end+2) != ' ' || !typeName(b[pos:end]) {
		return 0
	}
	return end + 3 - pos
}

// opensCall returns the length of the name of a type at b[pos] and the bracket
// behind it, if a value in quotes follows. Functions, which begin with a small
// letter or are called by a path, give a value but don't hold it.
func opensCall(b []byte, pos int) int {
	i := pos
	for at(b, i) == '[' && at(b, i+1) == ']' {
		i += 2
	}
	name := i
	for i < len(b) && i-name < maxKey && (alnum(b[i]) || b[i] == '_' || b[i] == ':' && at(b, i+1) == ':' || b[i] == ':' && b[i-1] == ':') {
		i++
	}
	open := at(b, i)
	if open == ' ' && isQuote(at(b, i+1)) && fixedWord(b[name:i], optionWords) {
		return i + 1 - pos // Just "x" of Haskell
	}
	if i == name || open != '(' && open != '{' && open != '[' {
		return 0
	}
	word := b[name:i]
	if name == pos && !is(word[0], inUpper) && !fixedWord(word, typeWords) {
		return 0
	}
	i++
	if fixedWord(word, optionWords) && alnum(at(b, i)) {
		return i - pos
	}
	if open == '{' && hasPrefix(b[i:], "String:\"") {
		return i + len("String:") - pos // sql.NullString of Go
	}
	for n := 0; n < maxPadding && is(at(b, i), inSpace); n++ {
		i++
	}
	slashes := i
	for at(b, slashes) == '\\' {
		slashes++
	}
	if isQuote(at(b, slashes)) || stringPrefix(at(b, i)) && isQuote(at(b, i+1)) {
		return i - pos
	}
	return 0
}

// optionWords are types that hold one value or none, as programs show them.
var optionWords = wordTable(`some optional just ok right`)

// typeWords are names of types of texts, and of what holds them.
var typeWords = wordTable(`string str text bytes byte char secretstr secretstring secretbytes any object int integer number bool boolean
	option optional maybe nullable list array vec varchar nvarchar uint8 std::string securestring protectedstring hash redacted
	sensitive final annotated classvar literal nonnull java.lang.string promise unknown never interface void`)

// typeName tells whether b is the name of a type: str, String?, Optional[str],
// Option<String>, char[], string|null.
func typeName(b []byte) bool {
	n := 0
	for n < len(b) && (is(b[n], inKey) || b[n] == ':' && n+1 < len(b)) {
		n++
	}
	if !fixedWord(b[:n], typeWords) {
		return false
	}
	if n == len(b) {
		return true
	}
	switch b[n] {
	case '<', '[', '?', '!', '|', '(', ';':
		return true
	}
	return false
}

// blockScalar returns the text of the block that a '|' or '>' at b[pos] announces in
// YAML: the lines that are indented as the first one is.
func blockScalar(b []byte, pos int) (start, end int) {
	i := pos + 1
	for c := at(b, i); c == '-' || c == '+' || digit(c); c = at(b, i) {
		i++
	}
	if at(b, i) == '\r' {
		i++
	}
	if at(b, i) != '\n' {
		return 0, 0
	}
	indent := 0
	for at(b, i+1+indent) == ' ' {
		indent++
	}
	if start = i + 1 + indent; indent == 0 || start >= len(b) {
		return 0, 0
	}
	for end = start; end < len(b); end++ {
		if b[end] != '\n' {
			continue
		}
		for k := range indent {
			if at(b, end+1+k) != ' ' {
				return start, end
			}
		}
	}
	return start, end
}

// heredoc returns the length of the announcement <<EOT and its line's end at b[pos].
func heredoc(b []byte, pos int) int {
	if !hasPrefix(b[pos:], "<<") {
		return 0
	}
	end := pos + 2
	for end < len(b) && end-pos < maxKey && (is(b[end], inUpper) || b[end] == '-' || b[end] == '_') {
		end++
	}
	if at(b, end) != '\n' || end < pos+4 {
		return 0
	}
	return end + 1 - pos
}
