package detect

import "bytes"

// loginCalls are calls that are given a password beside the name of a user: db.auth("bob",
// "secret"), connect(url, "bob", "secret"). They are known by the end of their name; user
// is how many texts stand before the password.
var loginCalls = [...]struct {
	name string
	user int
}{
	{"login", 1}, {"auth", 1}, {"authenticate", 1}, {"authentication", 1}, {"credentials", 1}, {"credential", 1}, {"signin", 1}, {"addlogin", 1},
	{"connect", 2}, {"connection", 2}, {"pdo", 2}, {"pdo->__construct", 2}, {"mysqli->__construct", 2}, {"plainauth", 2}, {"open", 2},
}

// login judges the texts that the call is given whose first quote is b[i].
func (s *Scanner) login(w *Work, b []byte, i int) {
	name := b[max(0, i-1-maxKey) : i-1]
	for k := range loginCalls {
		call := &loginCalls[k]
		if !hasFoldSuffix(name, call.name) {
			continue
		}
		pos, given := i, 0
		for ; given <= maxPart; given++ {
			end := closing(b[:min(len(b), pos+maxQuoted)], pos+1, b[pos], 0)
			if at(b, end) != b[pos] {
				return
			}
			next := end + 1
			if at(b, next) == ',' {
				next++
				for at(b, next) == ' ' {
					next++
				}
			}
			last := next == end+1 || !isQuote(at(b, next))
			if given == 0 && call.user == 2 && end > pos+1 && !bytes.ContainsAny(b[pos+1:end], ":./") {
				return // no address
			}
			if text := b[pos+1 : end]; last && given >= call.user || given == call.user && call.user > 1 {
				if given >= call.user && !s.harmless(text) && !s.reference(b, value{start: pos + 1, end: end, quoted: true}) && (s.secretLike(text, keyPass, marked, true) || len(text) >= minWord && allLetters(text) && mixedCase(text) && s.keys.classify(text) == NoHint) {
					w.add(pos+1, end, Secret, "login_call")
				}
				return
			}
			if last {
				return
			}
			pos = next
		}
		return
	}
}
