package detect

import "bytes"

// passLine looks at the line around the ':' at b[i], behind which a port stands, for a
// line of .pgpass: host:port:database:user:password. It returns where the password
// ends, or done.
func (s *Scanner) passLine(w *Work, b []byte, i, done int) int {
	for host := i; host > 0 && b[host-1] > ' ' && !isQuote(b[host-1]); host-- {
		if b[host-1] == ':' && at(b, host-2) == '`' {
			return s.kdbHandle(w, b, i, done)
		}
		if b[host-1] == ':' || i-host > maxHost {
			return done
		}
	}
	var fields [4]int // where they begin: port, database, user, password
	pos := i + 1
	for k := range fields {
		fields[k] = pos
		if k == 3 {
			break
		}
		for pos < len(b) && pos-i < maxTag && (alnum(b[pos]) || b[pos] == '_' || b[pos] == '-' || b[pos] == '.' || b[pos] == '*') {
			pos++
		}
		if at(b, pos) != ':' || pos == fields[k] {
			return done
		}
		pos++
	}
	port, user := b[fields[0]:fields[1]-1], b[fields[2]:fields[3]-1]
	if !allDigits(port) && string(port) != "*" || len(port) > 5 || allDigits(user) || !alnum(at(b, i-1)) && at(b, i-1) != '*' {
		return done
	}
	end := pos
	for end < len(b) && end-pos < maxQuoted && b[end] > ' ' && !isQuote(b[end]) {
		end++
	}
	if text := b[pos:end]; s.token(text) > 0 || unescapedColon(text) || !s.secretLike(text, keyPassword, said, false) {
		return done
	}
	w.add(pos, end, Secret, "pgpass")
	return end
}

// kdbHandle looks behind the ':' at b[i], behind which a port stands, for the user and
// the password of a handle of kdb+: `:host:port:user:password.
func (s *Scanner) kdbHandle(w *Work, b []byte, i, done int) int {
	pos := i + 1
	for range 2 {
		for pos < len(b) && pos-i < maxTag && is(b[pos], inKey) {
			pos++
		}
		if at(b, pos) != ':' {
			return done
		}
		pos++
	}
	end := pos
	for end < len(b) && end-pos < maxQuoted && b[end] > ' ' && !isQuote(b[end]) && b[end] != ')' && b[end] != ']' {
		end++
	}
	if end == pos || s.harmless(b[pos:end]) {
		return done
	}
	w.add(pos, end, Secret, "kdb")
	return end
}

// unescapedColon tells whether b holds a ':' without a backslash before it: an address
// has more parts.
func unescapedColon(b []byte) bool {
	for i, c := range b {
		if c == ':' && (i == 0 || b[i-1] != '\\') {
			return true
		}
	}
	return false
}

// netUse looks behind and before the option whose colon is b[i] for the password of
// Windows' net use: net use Z: \\srv\x /user:bob secret.
func (s *Scanner) netUse(w *Work, b []byte, i int) {
	line := b[max(0, i-maxCommand):i]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	n := bytes.Index(line, []byte("net use "))
	if n < 0 {
		return
	}
	from := afterWords(b, i, 1)
	if at(b, from) > ' ' && b[from] != '/' {
		s.addArgument(w, b, from, "command_line")
		return
	}
	args := line[n+len("net use ") : len(line)-len("/user")]
	last := bytes.TrimRight(args, " ")
	from = bytes.LastIndexByte(last, ' ') + 1
	if from > 0 && last[from] != '/' && last[from] != '\\' && last[len(last)-1] != ':' {
		s.addArgument(w, b, i-len("/user")-len(args)+from, "command_line")
	}
}

// atLineEnds tells whether b[from:end] is a whole line, as in tables and files of fields.
func atLineEnds(b []byte, from, end int) bool {
	for from > 0 && b[from-1] == ' ' {
		from--
	}
	for end < len(b) && (b[end] == ' ' || b[end] == '\r') {
		end++
	}
	return (from == 0 || b[from-1] == '\n') && (end == len(b) || b[end] == '\n')
}

// slashOption judges the value at b[i] of the option /p: of programs for Windows.
func (s *Scanner) slashOption(w *Work, b []byte, i int) {
	if from, to := argument(b, i); s.secretLike(b[from:to], keyPass, said, false) && !s.harmless(b[from:to]) {
		w.add(from, to, Secret, "command_line")
	}
}

// piped looks before the program at b[i] for what echo gives it: echo 'bob:secret' |
// chpasswd, echo secret | sudo -S.
func (s *Scanner) piped(w *Work, b []byte, i int) {
	line := b[max(0, i-maxCommand):i]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	bar := bytes.LastIndexByte(line, '|')
	echo := bytes.LastIndex(line[:max(0, bar)], []byte("echo "))
	if echo < 0 {
		return
	}
	from, to := argument(b, afterWords(b, i-len(line)+echo+len("echo "), 0))
	if hasPrefix(b[i:], "chpasswd") {
		if n := bytes.IndexByte(b[from:to], ':'); n > 0 {
			from += n + 1
		}
	}
	if text := b[from:to]; to > from && text[0] != '$' && text[0] != '-' && !s.harmless(text) {
		w.add(from, to, Secret, "command_line")
	}
}
