package detect

import "bytes"

// addressedBy looks before each '@' that a network or a server follows for user
// and password without a scheme: user:secret@tcp(db:3306)/x of Go's MySQL driver,
// jdbc:oracle:thin:user/secret@//db:1521/x.
func (s *Scanner) addressedBy(w *Work, b []byte) {
	for i := 0; ; i++ {
		next := bytes.IndexByte(b[i:], '@')
		if next < 0 {
			return
		}
		i += next
		if from := passwordBefore(b, i); from > 0 && !s.harmless(b[from:i]) {
			w.add(from, i, URL, "userinfo")
		}
	}
}

// passwordBefore returns where the password before the '@' at b[i] begins, or 0.
func passwordBefore(b []byte, i int) int {
	rest := b[i+1:]
	separator := byte(0)
	switch {
	case hasPrefix(rest, "tcp("), hasPrefix(rest, "unix("), hasPrefix(rest, "tcp6("):
		separator = ':'
	case hasPrefix(rest, "//"), hasPrefix(rest, "(DESCRIPTION"), hasPrefix(rest, "(description"):
		separator = '/'
	case i > 0 && alnum(at(rest, 0)) && bytes.Contains(b[max(0, i-maxHost):i], []byte(":thin:")):
		separator = '/'
	case i > 0 && alnum(at(rest, 0)) && afterOracleTool(b, i):
		separator = '/'
	default:
		return 0
	}
	from := 0
	for k := i; k > 0 && i-k < maxHost && !is(b[k-1], inSpace) && b[k-1] != '"' && b[k-1] != '\''; k-- {
		if b[k-1] == separator && (separator == '/' || from == 0 || b[k-1] == ':') {
			from = k
		}
	}
	if from == i {
		return 0
	}
	return from
}

// afterOracleTool tells whether the word with the '@' at b[i] is the argument of a tool
// that logs in to Oracle: sqlplus user/secret@db.
func afterOracleTool(b []byte, i int) bool {
	from := i
	for from > 0 && i-from < maxHost && b[from-1] > ' ' {
		from--
	}
	before := bytes.TrimRight(b[max(0, from-maxKey):from], " ")
	for _, tool := range [...]string{"sqlplus", "expdp", "impdp", "sqlldr", "connect", "conn", "rman target", " -s", " -l"} {
		if hasFoldSuffix(before, tool) && (tool[0] != ' ' || bytes.Contains(before, []byte("sqlplus"))) {
			return true
		}
	}
	return false
}
