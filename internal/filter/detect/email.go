package detect

import "bytes"

const (
	maxLocal = 64 // RFC 5321, section 4.5.3.1.1
	maxHost  = 255
)

// emails looks around each '@' for an address.
func (s *Scanner) emails(w *Work, b []byte) {
	for i := 0; ; i++ {
		next := bytes.IndexByte(b[i:], '@')
		if next < 0 {
			return
		}
		if i += next; i == 0 {
			continue
		}
		start, end := email(b, i)
		if end == 0 {
			continue
		}
		w.add(start, end, Email, "address")
		i = end - 1
	}
}

// email returns the address around the '@' at b[at], or 0, 0.
func email(b []byte, sign int) (start, end int) {
	start = localPart(b, sign)
	if start == sign {
		return 0, 0
	}
	end = hostPart(b, sign+1)
	if end == 0 {
		return 0, 0
	}
	if at(b, start-1) == '/' && capitals(b[sign+1:end]) {
		return 0, 0 // a principal of Kerberos: HTTP/web.example.com@EXAMPLE.COM
	}
	switch local := string(b[start:sign]); local {
	case "git", "hg", "svn":
		if c := at(b, end); c == ':' || c == '/' {
			return 0, 0 // git@github.com:owner/repository.git
		}
	case "REDACTED":
		return 0, 0
	}
	return start, end
}

// localPart returns where the local part before b[sign] begins.
func localPart(b []byte, sign int) int {
	if b[sign-1] == '"' { // quoted: "john doe"@example.com
		for i := sign - 2; i >= 0 && sign-i <= maxLocal; i-- {
			if b[i] == '"' && at(b, i-1) != '\\' {
				if alnum(at(b, i-1)) {
					break // "key":"@decorator"
				}
				return i
			}
		}
		return sign
	}
	i := sign
	for i > 0 && sign-i < 2*maxLocal && is(b[i-1], inLocal) {
		i--
	}
	for i < sign && (b[i] == '.' || b[i] == '\'' || b[i] == '*' || b[i] == '-' || b[i] == '!' || b[i] == '~') {
		i++
	}
	return i
}

// hostPart returns the end of the host name at b[from], or 0 if no address goes
// there: it needs a dot, and a top-level domain that is neither a number nor the
// end of a file name.
func hostPart(b []byte, from int) int {
	i, dot := from, -1
	for i < len(b) && i-from < maxHost && is(b[i], inHost) {
		if b[i] == '.' {
			if i == from || b[i-1] == '.' {
				break
			}
			dot = i
		}
		i++
	}
	for i > from && (b[i-1] == '.' || b[i-1] == '-') {
		i--
	}
	for dot >= i-1 && dot > from { // the last dots ended a sentence
		for dot--; dot > from && b[dot] != '.'; {
			dot--
		}
	}
	if dot > from && bytes.IndexByte(b[from:dot], '.') < 0 && unitEnding(b[dot+1:i]) {
		return 0 // user@1000.service
	}
	if dot <= from || !topLevel(b[dot+1:i]) || versionLike(b[from:dot+1]) || hasFoldSuffix(b[from:i], ".cluster.local") {
		return 0
	}
	return i
}

// unitEnding tells whether b ends the names of units of systemd.
func unitEnding(b []byte) bool {
	switch string(b) {
	case "service", "socket", "timer", "target", "slice", "scope", "mount", "path":
		return true
	}
	return false
}

func topLevel(b []byte) bool {
	if len(b) < 2 || len(b) > 63 {
		return false
	}
	if hasFoldPrefix(b, "xn--") {
		return true
	}
	for _, c := range b {
		if digit(c) || c == '-' {
			return false
		}
	}
	return !fileEnding(b)
}

// fileEnding tells whether b ends file names, as in icon@2x.png, and is no
// top-level domain that people have addresses in.
func fileEnding(b []byte) bool {
	if len(b) > 5 {
		return false
	}
	var buf [5]byte
	for i, c := range b {
		buf[i] = lower(c)
	}
	switch string(buf[:len(b)]) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "tiff", "ico", "js", "mjs", "cjs", "ts", "jsx", "tsx", "css", "scss",
		"less", "map", "html", "htm", "json", "yaml", "yml", "toml", "xml", "txt", "log", "csv", "tsv", "pdf", "go", "java", "kt",
		"rb", "php", "jar", "war", "class", "dll", "exe", "lock", "tgz", "gz", "tar", "whl", "vue", "conf", "cfg", "ini", "sql",
		"so", "h", "cpp", "hpp", "rc", "beta", "alpha", "dev0", "tmpl", "proto", "mp3", "mp4", "woff":
		return true
	}
	return false
}

// versionLike tells whether a host begins like a version: 1.0. or v2.
func versionLike(b []byte) bool {
	if lower(at(b, 0)) == 'v' && digit(at(b, 1)) {
		b = b[1:]
	}
	i := 0
	for digit(at(b, i)) {
		i++
	}
	return i > 0 && at(b, i) == '.' && digit(at(b, i+1))
}
