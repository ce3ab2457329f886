package filter

// glob matches keys: '*' stands for any characters, also none. Letters match in
// either case, as the names of headers do.
type glob struct{ text string }

func newGlob(s string) glob {
	b := []byte(s)
	for i := range b {
		b[i] = lowerByte(b[i])
	}
	return glob{string(b)}
}

func newGlobs(list []string) (globs []glob) {
	for _, s := range list {
		globs = append(globs, newGlob(s))
	}
	return globs
}

func matchAny(globs []glob, key []byte) bool {
	for _, g := range globs {
		if g.match(key) {
			return true
		}
	}
	return false
}

// match compares without backtracking further than to the last '*'.
func (g glob) match(key []byte) bool {
	i, k := 0, 0
	star, mark := -1, 0
	for k < len(key) {
		switch {
		case i < len(g.text) && g.text[i] == '*':
			star, mark = i, k
			i++
		case i < len(g.text) && g.text[i] == lowerByte(key[k]):
			i++
			k++
		case star >= 0:
			mark++
			i, k = star+1, mark
		default:
			return false
		}
	}
	for i < len(g.text) && g.text[i] == '*' {
		i++
	}
	return i == len(g.text)
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}
