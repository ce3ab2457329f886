package sqltext

// documentLiterals reports the values in a query document, and leaves its keys.
// Strings keep their quotes, so that the document stays one.
func documentLiterals(text []byte, emit Emit) {
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
				emit(i, len(text), "cut")
				return
			}
			inner := text[i+1 : end]
			if !isKey(text, end+1) && len(inner) > 0 && string(inner) != "?" {
				emit(i+1, end, "value")
			}
			i = end + 1
		case digit(c):
			start := i
			for i < len(text) && (wordChar(text[i]) || text[i] == '.' || (text[i] == '-' || text[i] == '+') && text[i-1]|0x20 == 'e') {
				i++
			}
			if !isKey(text, i) {
				emit(start, i, "number")
			}
		case wordChar(c):
			for i < len(text) && (wordChar(text[i]) || text[i] == '.') {
				i++
			}
		default:
			i++
		}
	}
}

// isKey tells whether a colon follows at text[i].
func isKey(text []byte, i int) bool {
	for i < len(text) && space(text[i]) {
		i++
	}
	return i < len(text) && text[i] == ':'
}
