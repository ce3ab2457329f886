package detect

// userinfo looks for the user information of the URL whose authority begins at
// b[i]: user:password@. A password may hold a '/' or a '@' that should have been
// encoded.
func (s *Scanner) userinfo(w *Work, b []byte, i int) {
	end, sign, colon := i, -1, -1
	for end < len(b) && end-i < 4*maxHost && !is(b[end], inURLEnd) {
		switch b[end] {
		case '@':
			sign = end
		case ':':
			if colon < 0 {
				colon = end
			}
		case '/', '?', '#':
			if sign >= 0 || colon < 0 || digit(at(b, colon+1)) || at(b, colon+1) == b[end] {
				if sign < 0 {
					return
				}
				s.addUserinfo(w, b, i, sign)
				return
			}
		}
		end++
	}
	if sign > i {
		s.addUserinfo(w, b, i, sign)
	}
}

// addUserinfo adds the user and the password before b[sign] as one finding each,
// so that the URL keeps its form.
func (s *Scanner) addUserinfo(w *Work, b []byte, i, sign int) {
	colon := i
	for colon < sign && b[colon] != ':' {
		colon++
	}
	if b[i] == '[' && MaskLength(b[i:]) == 0 {
		return // [user[:password]@]host
	}
	if colon+1 < sign && hasFoldPrefix(b[i:colon], "user") && (colon-i == 4 || hasFoldPrefix(b[i:colon], "username")) && telling(b[colon+1:sign]) {
		return // USER:PASSWORD@HOST
	}
	if colon > i && colon+1 < sign && s.harmless(b[colon+1:sign]) && !hasPrefix(b[colon+1:sign], "REDACTED") {
		return // only a user's name is left: app:***@
	}
	if colon > i && !s.harmless(b[i:colon]) && !(colon == sign && fixedWord(b[i:colon], repositoryUsers)) {
		w.add(i, colon, URL, "userinfo")
	}
	if colon+1 < sign && !s.harmless(b[colon+1:sign]) {
		w.add(colon+1, sign, URL, "userinfo")
	}
}

// telling tells whether b only says that a password stands there.
func telling(b []byte) bool {
	return len(b) <= 8 && (passwordKey(b) || equalFold(b, "pass") || equalFold(b, "secret"))
}
