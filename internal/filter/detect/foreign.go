package detect

import "bytes"

// foreignKeys are the words for a password of languages that don't write it in ASCII, or
// in more than one word. What ASCII is left of others is in the table of keys.
var foreignKeys = [...]string{"contraseña", "contrasena", "пароль", "Пароль", "密码", "密碼", "口令", "パスワード", "비밀번호", "암호", "hasło", "Hasło", "mot de passe", "Mot de passe",
	"jelszó", "κωδικός", "סיסמה", "كلمة المرور"}

// foreign tells whether one of them stands before the separator b[i].
func foreign(b []byte, i int) bool {
	for n := 0; n < 2 && i > 0 && (b[i-1] == ' ' || isQuote(b[i-1])); n++ {
		i--
	}
	if i < minPart || b[i-1] < 0x80 && b[i-2] < 0x80 && !bytes.HasSuffix(b[:i], []byte("passe")) {
		return false
	}
	for _, word := range foreignKeys {
		if bytes.HasSuffix(b[:i], []byte(word)) {
			return true
		}
	}
	return false
}

// minPart is the length of the shortest of them, in bytes.
const minPart = 6
