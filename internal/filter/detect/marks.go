package detect

// arrow tells whether the '>' at b[i] is of an arrow with spaces around it, as between
// keys and values in Scala: it has another meaning without them.
func arrow(b []byte, i int) bool {
	return b[i] == '>' && at(b, i-1) == '-' && at(b, i-2) == ' ' && at(b, i+1) == ' '
}

// visibilities stand behind the names of properties where PHP shows an object.
var visibilities = [...]string{"protected]", "private]"}

// visibility tells whether the ':' at b[i] stands before one of them.
func visibility(b []byte, i int) bool {
	if b[i] != ':' {
		return false
	}
	for _, v := range visibilities {
		if hasPrefix(b[i+1:], v) {
			return true
		}
	}
	return false
}

// beforeVisibility returns where the name ends before the visibility that ends at
// b[to], or to: ["password":protected], [password:App\User:private].
func beforeVisibility(b []byte, to int) int {
	for _, v := range visibilities {
		if !hasFoldSuffix(b[:to], v) {
			continue
		}
		open := to - len(v)
		for open > 0 && to-open < maxKey && b[open] != '[' {
			open--
		}
		for k := open; k < to; k++ {
			if b[k] == ':' {
				return k
			}
		}
	}
	return to
}

// missing tells whether what stands behind the separator b[i] is no value but the
// next key: password= host=db, {Password: Port:1}.
func missing(b []byte, i int, v value) bool {
	if prompt(b, i, v) {
		return true
	}
	if v.quoted || v.nested || v.start == 0 || b[v.start-1] != ' ' || at(b, i-1) == ' ' {
		return false
	}
	k := v.start
	for k < v.end && (alnum(b[k]) || b[k] == '_' || b[k] == '.' || b[k] == '-') {
		k++
	}
	if k == v.start || k >= len(b) || !is(b[v.start], inLetter) {
		return false
	}
	next := at(b, k+1)
	switch {
	case b[i] == '=' && b[k] == '=':
		return next != '=' && next != 0 && !is(next, inSpace)
	case b[i] == ':' && b[k] == ':' && k+1 == v.end:
		return true // key: other: value
	case b[i] == ':' && b[k] == ':':
		return len(v.key) > 0 && is(v.key[0], inUpper) && is(b[v.start], inUpper) && next != ':'
	}
	return false
}

// secondOf returns the password of the pair that HTTP clients of Python are given, as
// in auth=("bob", "secret"). Its quoted is false if there is none.
func secondOf(b []byte, i int, key []byte) (v value) {
	if b[i] != '=' || at(b, i+1) != '(' || !isQuote(at(b, i+2)) || !hasFoldSuffix(key, "auth") {
		return v
	}
	end := closing(b[:min(len(b), i+maxQuoted)], i+3, b[i+2], 0)
	if at(b, end+1) != ',' || !isQuote(at(b, end+3)) {
		return v
	}
	return valueAfter(b[:min(len(b), end+maxQuoted)], end+1, HintSecret)
}
