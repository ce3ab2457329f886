package detect

import (
	"bytes"

	"github.com/drl-trading/telemetry-agent/internal/filter/bytemap"
)

// shortOption is an option of one letter whose value is a password.
type shortOption struct {
	program string // or the start of its name
	letter  byte
	form    optionForm
}

// optionForm is how the value of a short option is written.
type optionForm uint8

const (
	apart   optionForm = iota // -p secret
	joined                    // -psecret
	either                    // both
	userAnd                   // -u user:secret
)

// shortOptions are those of common programs, as their manuals name them.
var shortOptions = [...]shortOption{
	{"mysql", 'p', joined}, {"mariadb", 'p', joined}, {"sshpass", 'p', either}, {"docker login", 'p', apart}, {"podman login", 'p', apart}, {"oras login", 'p', apart},
	{"helm registry login", 'p', apart}, {"az login", 'p', apart}, {"oc login", 'p', apart}, {"redis-cli", 'a', apart}, {"valkey-cli", 'a', apart}, {"sqlcmd", 'P', either}, {"osql", 'P', either}, {"bcp", 'P', either},
	{"mongo", 'p', apart}, {"curl", 'u', userAnd}, {"curl", 'U', userAnd}, {"http", 'a', userAnd}, {"ldap", 'w', apart}, {"openssl", 'k', apart}, {"cqlsh", 'p', apart}, {"zip", 'P', apart}, {"unzip", 'P', apart},
	{"7z", 'p', joined}, {"ipmitool", 'P', apart}, {"mosquitto_", 'P', apart}, {"rabbitmqadmin", 'p', apart}, {"htpasswd", 'b', apart}, {"smbclient", 'U', userAnd}, {"ab", 'A', userAnd}, {"isql", 'P', either},
	{"psexec", 'p', apart}, {"twine", 'p', apart}, {"ssh-keygen", 'N', apart}, {"ssh-keygen", 'P', apart}, {"ldappasswd", 's', apart},
	{"unrar", 'p', joined}, {"rar", 'p', joined}, {"snmp", 'c', apart}, {"snmp", 'A', apart}, {"snmp", 'X', apart}, {"lftp", 'u', userAnd},
}

// maxCommand bounds how far before an option its program is looked for.
const maxCommand = 200

// commands judges the short options of command lines, and users given with a
// colon: mysql -psecret, curl -u user:secret.
func (s *Scanner) commands(w *Work, b []byte) {
	before := uint64(0)
	for k := range w.bytes.Blocks {
		block := &w.bytes.Blocks[k]
		dashes := block.Dashes & (block.Spaces<<1 | before>>63)
		before = block.Spaces
		for ; dashes != 0; dashes &= dashes - 1 {
			s.option(w, b, k<<6+bytemap.First(dashes)+1)
		}
	}
}

// option judges the option whose name is b[i] and on, behind one dash.
func (s *Scanner) option(w *Work, b []byte, i int) {
	if end := i; is(at(b, i), inLetter) && is(at(b, i+1), inLetter) { // -storepass of Java
		for end < len(b) && end-i < maxKey && (is(b[end], inLetter) || b[end] == '-' || b[end] == '_') {
			end++
		}
		if at(b, end) == ' ' && at(b, end+1) != '-' && end-i > 4 {
			s.pair(w, b, end, NoHint)
		}
	}
	switch at(b, i) {
	case 'S':
		if at(b, i+1) == ' ' || i+1 == len(b) {
			if sudo := bytes.LastIndex(b[max(0, i-maxKey):i], []byte("sudo ")); sudo >= 0 {
				s.piped(w, b, max(0, i-maxKey)+sudo)
			}
		}
	case 'N', 's', 'p', 'P', 'a', 'A', 'u', 'U', 'k', 'w', 'b', 'c', 'X':
		s.shortOption(w, b, i)
	case '-':
		if hasPrefix(b[i:], "-user ") || hasPrefix(b[i:], "-proxy-user ") || hasPrefix(b[i:], "-user=") {
			s.userAndPassword(w, b, i+bytes.IndexAny(b[i:], " =")+1)
		}
	}
}

// shortOption judges the option whose letter is b[i].
func (s *Scanner) shortOption(w *Work, b []byte, i int) {
	line := b[max(0, i-maxCommand) : i-2]
	for cut := len(line) - 1; cut >= 0; cut-- {
		if c := line[cut]; c == ';' || c == '|' || c == '&' || c == '\n' && at(line, cut-1) != '\\' {
			line = line[cut+1:]
			break
		}
	}
	for k := range shortOptions {
		o := &shortOptions[k]
		if o.letter != b[i] || !runs(line, o.program) {
			continue
		}
		from := i + 1
		switch c := at(b, from); {
		case o.form == userAnd && c == ' ':
			s.userAndPassword(w, b, from+1)
			return
		case o.program == "htpasswd":
			words := 2
			if at(b, from) != ' ' { // -bc
				words++
			}
			from = afterWords(b, from, words)
		case (c == ' ' || c == '=') && (o.form == apart || o.form == either):
			from++
		case c == ' ' || o.form == apart:
			continue
		}
		s.addArgument(w, b, from, "command_line")
		return
	}
}

// runs tells whether a command line runs a program, also by its path.
func runs(line []byte, program string) bool {
	for i := 0; ; i++ {
		next := bytes.Index(line[i:], []byte(program))
		if next < 0 {
			return false
		}
		if i += next; i == 0 || !alnum(line[i-1]) && line[i-1] != '-' && line[i-1] != '_' && line[i-1] != '.' {
			return true
		}
	}
}

// afterWords returns where the argument begins that stands n words behind b[i].
func afterWords(b []byte, i, n int) int {
	for range n {
		for at(b, i) == ' ' {
			i++
		}
		for i < len(b) && b[i] != ' ' {
			i++
		}
	}
	for at(b, i) == ' ' {
		i++
	}
	return i
}

// argument returns the argument of a command line at b[i], without its quotes.
func argument(b []byte, i int) (from, to int) {
	if c := at(b, i); c == '"' || c == '\'' {
		return i + 1, closing(b, i+1, c, 0)
	}
	to = i
	for to < len(b) && !is(b[to], inSpace) && b[to] != '"' && b[to] != ';' && b[to] != '|' {
		to++
	}
	return i, to
}

func (s *Scanner) addArgument(w *Work, b []byte, i int, rule string) {
	from, to := argument(b, i)
	if text := b[from:to]; len(text) > 0 && text[0] != '-' && !s.harmless(text) && string(text) != "public" && !(len(text) < 4 && allDigits(text)) && text[0] != '$' {
		w.add(from, to, Secret, rule)
	}
}

// userAndPassword judges user:password at b[i].
func (s *Scanner) userAndPassword(w *Work, b []byte, i int) {
	i = afterWords(b, i, 0)
	from, to := argument(b, i)
	for k := from; k < to; k++ {
		if c := b[k]; c == ':' || (c == '%' || c == ',') && k > from {
			if k+1 < to && b[k+1] == '\'' { // user:'secret'
				k++
			}
			if text := b[k+1 : to]; len(text) > 0 && text[0] != '$' && !s.harmless(text) && !allDigits(text) {
				w.add(k+1, to, Secret, "command_line")
			}
			return
		}
	}
}
