package detect

import "bytes"

// phrase judges what the word b[start:end], behind which a blank stands, announces
// in statements, commands and sentences.
func (s *Scanner) phrase(w *Work, b []byte, start, end int) {
	word := b[start:end]
	switch word[len(word)-1] | 0x20 {
	case 'd':
		if hasFoldSuffix(word, "identified") && hasFoldPrefix(b[end:], " by ") && ofStatement(b, start, end+len(" by ")) {
			s.announced(w, b, end+len(" by "))
		}
		if hasFoldSuffix(word, "identified") && hasFoldPrefix(b[end:], " with ") {
			if by := afterWords(b, end+len(" with "), 1); hasFoldPrefix(b[by:], "by ") {
				s.announced(w, b, by+len("by "))
			}
		}
		if hasFoldSuffix(word, "password") && hasFoldPrefix(b[end:], " for ") {
			s.setPassword(w, b, end)
		}
	case 'g':
		if hasFoldSuffix(word, "-securestring") {
			s.announced(w, b, end+1)
		}
	case 'y':
		if string(word) == "IDENTIFY" {
			s.lastWord(w, b, end+1)
		}
	case 's', 'h':
		if string(word) == "requirepass" || string(word) == "masterauth" {
			s.announced(w, b, end+1) // of Redis
		}
	case 'l':
		if hasFoldSuffix(word, "rabbitmqctl") && (hasPrefix(b[end:], " add_user ") || hasPrefix(b[end:], " change_password ")) {
			s.announced(w, b, afterWords(b, end, 2))
		}
	case 'e':
		if string(word) == "variable" && at(b, end+1) == '"' {
			s.variableDefault(w, b, end+2)
		}
	}
}

// ofStatement tells whether the words "identified by" before b[to] stand in a statement,
// CREATE USER x IDENTIFIED BY, rather than in a sentence.
func ofStatement(b []byte, from, to int) bool {
	if is(b[from], inUpper) && at(b, to) == '\'' {
		return true
	}
	before := b[max(0, from-maxTag):from]
	for _, word := range [...]string{"create ", "CREATE ", "alter ", "ALTER ", "grant ", "GRANT "} {
		if bytes.Contains(before, []byte(word)) {
			return true
		}
	}
	return is(at(b, from+1), inUpper)
}

// announced judges the argument at b[i], with or without quotes.
func (s *Scanner) announced(w *Work, b []byte, i int) {
	for _, word := range [...]string{"-string ", "password ", "values ", "to ", "is ", "="} {
		if hasFoldPrefix(b[i:], word) {
			i += len(word)
		}
	}
	from, to := argument(b, i)
	if text := b[from:to]; len(text) >= 4 && !s.harmless(text) && !status(text) && !template(text) && text[0] != '$' && text[0] != '-' {
		w.add(from, to, Secret, "password_in_text")
	}
}

// setPassword looks behind SET PASSWORD FOR 'user'@'host' for = 'secret'.
func (s *Scanner) setPassword(w *Work, b []byte, i int) {
	line := b[i:min(len(b), i+maxTag)]
	n := bytes.Index(line, []byte("= "))
	if n < 0 {
		return
	}
	n += i + 2
	if hasFoldPrefix(b[n:], "password(") {
		n += len("password(")
	}
	if isQuote(at(b, n)) {
		s.announced(w, b, n)
	}
}

// lastWord judges the last of one or two words at b[i], to the end of the line.
func (s *Scanner) lastWord(w *Work, b []byte, i int) {
	end := i
	for end < len(b) && b[end] != '\r' && b[end] != '\n' {
		end++
	}
	words, from := 1, i
	for k := i; k < end; k++ {
		if b[k] == ' ' {
			words++
			from = k + 1
		}
	}
	to := end
	if to-from > 1 && isQuote(b[from]) && b[to-1] == b[from] {
		from, to = from+1, to-1
	}
	text := b[from:to]
	if words > 2 || len(text) < 6 || status(text) || s.harmless(text) || allLetters(text) && !mixedCase(text) || hasByte(text, '/') && hasByte(text, '.') || text[0] == '$' {
		return
	}
	w.add(from, to, Secret, "dialogue")
}

// variableDefault looks for the default of a telling variable of Terraform, whose
// name is b[i] and on.
func (s *Scanner) variableDefault(w *Work, b []byte, i int) {
	to := closing(b[:min(len(b), i+2*maxKey)], i, '"', 0)
	if h := s.keys.classify(b[i:to]); h != HintSecret && h != HintToken {
		return
	}
	body := b[to:min(len(b), to+4*maxTag)]
	if n := bytes.Index(body, []byte("default")); n >= 0 {
		for n += to + len("default"); at(b, n) == ' ' || at(b, n) == '='; n++ {
		}
		if at(b, n) == '"' {
			s.announced(w, b, n)
		}
	}
}

// dialogue looks at the start of each line for the commands by which clients of
// Redis, mail, FTP and chat log in: AUTH secret, PASS secret, a1 LOGIN bob secret.
func (s *Scanner) dialogue(w *Work, b []byte, lines bool) {
	for i := 0; ; {
		if w.mayCommand(b, i) {
			s.command(w, b, i)
		}
		if !lines {
			return
		}
		next := bytes.IndexByte(b[i:], '\n')
		if next < 0 {
			return
		}
		i += next + 1
	}
}

// mayCommand tells whether command could find something at b[i], by the first letters
// of what it knows or by the digit at the end of a tag.
func (w *Work) mayCommand(b []byte, i int) bool {
	next := at(b, i+1)
	switch at(b, i) {
	case '>', '-':
		return true
	case 'u':
		if next == 's' {
			return true // a file of Redis' users
		}
	case '0', '1', '2':
		if at(b, i+2) == ':' {
			return true // the time before a command
		}
	case 'C':
		if next == ':' {
			return true
		}
	case 'A', 'a':
		if next|0x20 == 'u' || next|0x20 == 'c' {
			return true
		}
	case 'P':
		if next == 'A' {
			return true
		}
	case 'H':
		if next == 'E' {
			return true
		}
	}
	if from := i & 63; i < len(b) && from <= 64-minWord && w.bytes.Blocks[i>>6].Digits>>from&(1<<minWord-1) == 0 {
		return false
	}
	for k := i + 1; k < len(b) && k-i <= minWord; k++ {
		if b[k] == ' ' {
			return digit(b[k-1])
		}
	}
	return false
}

func (s *Scanner) command(w *Work, b []byte, i int) {
	switch line := b[i:]; {
	case hasPrefix(line, "C: "):
		i += len("C: ")
	case hasPrefix(line, "> "):
		i += len("> ")
	case hasPrefix(line, ">>> "), hasPrefix(line, "--> "):
		i += len(">>> ")
	}
	switch {
	case hasPrefix(b[i:], "AUTH "):
		s.lastWord(w, b, i+len("AUTH "))
	case hasPrefix(b[i:], "334 UGFzc3dvcmQ6"): // "Password:" of SMTP
		if n := bytes.IndexByte(b[i:min(len(b), i+maxKey)], '\n'); n > 0 {
			if hasPrefix(b[i+n+1:], "C: ") {
				n += len("C: ")
			}
			s.addArgument(w, b, i+n+1, "dialogue")
		}
	case hasPrefix(b[i:], "AUTHINFO PASS "):
		s.lastWord(w, b, i+len("AUTHINFO PASS "))
	case hasPrefix(b[i:], "AUTH\r\n$"):
		if n := bytes.IndexByte(b[i+len("AUTH\r\n$"):min(len(b), i+maxTag)], '\n'); n > 0 {
			s.lastWord(w, b, i+len("AUTH\r\n$")+n+1) // as Redis' protocol writes it
		}
	case hasPrefix(b[i:], "HELLO ") && hasPrefix(b[min(len(b), i+len("HELLO 3")):], " AUTH "):
		s.lastWord(w, b, i+len("HELLO 3 AUTH "))
	case hasFoldPrefix(b[i:], "acl setuser "):
		if n := bytes.Index(b[i:min(len(b), i+maxTag)], []byte(" >")); n > 0 {
			s.addArgument(w, b, i+n+2, "dialogue")
		}
	case hasPrefix(b[i:], "user "):
		if n := bytes.Index(b[i:min(len(b), i+maxKey)], []byte(" on >")); n > 0 {
			s.addArgument(w, b, i+n+len(" on >"), "dialogue") // a file of Redis' users
		}
	case hasPrefix(b[i:], "PASS "):
		line := b[i:min(len(b), i+maxCommand)]
		if n := bytes.IndexByte(line, '\n'); n > 0 && line[n-1] == '\r' || hasPrefix(b, "USER ") {
			s.lastWord(w, b, i+len("PASS "))
		}
	default:
		login := bytes.Index(b[i:min(len(b), i+maxKey)], []byte(" LOGIN "))
		if login > 0 && digit(b[i+login-1]) {
			tag := b[i+bytes.LastIndexByte(b[i:i+login], ' ')+1 : i+login]
			if len(tag) <= minWord && is(tag[0], inLetter|inDigit) && every(tag, inDigit|inLetter) && !allDigits(tag) {
				s.lastWord(w, b, i+login+len(" LOGIN "))
			}
		}
	}
}

// spokenKey classifies the one or two words before b[to], and returns where they
// begin.
func (s *Scanner) spokenKey(b []byte, to int) (Hint, int) {
	from := keyStart(b, to)
	h := s.keys.classify(b[from:to])
	if h != NoHint && h != HintQueryKey || at(b, from-1) != ' ' || !is(at(b, from-2), inLetter) {
		return h, from
	}
	first := from - 1
	for first > 0 && to-first < maxKey && is(b[first-1], inLetter) {
		first--
	}
	if two := s.keys.classify(b[first:to]); twoWords(two) {
		return two, first
	}
	return h, from
}

// twoWords tells whether keys of this kind are looked for in two words with a blank
// between them.
func twoWords(h Hint) bool { return h == HintSecret || h == HintToken || h == HintSession }

// maxField bounds the fields of forms that hold secrets.
const maxField = 1 << 10

// multipart looks for telling fields of forms: name="password", and the value
// behind an empty line.
func (s *Scanner) multipart(w *Work, b []byte, i int) {
	const name = "; name=\""
	if !hasPrefix(b[i:], name) {
		return
	}
	from := i + len(name)
	to := closing(b[:min(len(b), from+2*maxKey)], from, '"', 0)
	if h := s.keys.classify(b[from:to]); h != HintSecret && h != HintToken && h != HintPass && h != HintPIN {
		return
	}
	line := "\r\n"
	body := bytes.Index(b[to:min(len(b), to+maxCommand)], []byte("\r\n\r\n"))
	if body < 0 {
		line = "\n"
		if body = bytes.Index(b[to:min(len(b), to+maxCommand)], []byte("\n\n")); body < 0 {
			return
		}
	}
	start := to + body + 2*len(line)
	body = min(len(b), start+maxField)
	end := bytes.Index(b[start:body], []byte(line+"--"))
	if end < 0 {
		end = body - start
	}
	if text := b[start : start+end]; !s.harmless(text) {
		w.add(start, start+end, Secret, "telling_key")
	}
}
