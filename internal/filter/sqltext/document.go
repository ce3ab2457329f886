package sqltext

// appendDocument appends the values in a query document, and leaves its keys.
// Strings keep their quotes, so that the document stays one.
func appendDocument(dst []Literal, text []byte) []Literal {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '"' || c == '\'':
			end := i + 1
			for end < len(text) && text[end] != c {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(text) {
				return append(dst, Literal{i, len(text), "cut"})
			}
			inner := text[i+1 : end]
			if !isKey(text, end+1) && len(inner) > 0 && string(inner) != "?" {
				dst = append(dst, Literal{i + 1, end, "value"})
			}
			i = end + 1
		case digit(c):
			start := i
			for i < len(text) && (wordChar(text[i]) || text[i] == '.' || (text[i] == '-' || text[i] == '+') && text[i-1]|0x20 == 'e') {
				i++
			}
			if !isKey(text, i) {
				dst = append(dst, Literal{start, i, "number"})
			}
		case wordChar(c):
			for i < len(text) && (wordChar(text[i]) || text[i] == '.') {
				i++
			}
		default:
			i++
		}
	}
	return dst
}

// isKey tells whether a colon follows at text[i].
func isKey(text []byte, i int) bool {
	for i < len(text) && space(text[i]) {
		i++
	}
	return i < len(text) && text[i] == ':'
}
