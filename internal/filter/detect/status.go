package detect

import "strings"

// harmlessWords stand where a value isn't known or isn't shown.
var harmlessWords = wordTable(`null none nil undefined true false yes no n/a na ok omitted hidden masked redacted filtered removed
	empty unset blank (redacted) (hidden) (none) (null) (empty) [filtered] replace-me replace_me replaceme placeholder todo tbd tba fixme [redacted] [hidden] [masked] [removed] <redacted>
	[redacted] string bytes (sensitive (known (nil) ~ !ref !vault !sub !getatt !env !secret !reference !importvalue !fromsecret read-host get-credential`)

// statusWords say something about a password or a token.
var statusWords = wordTable(`invalid expired missing required incorrect wrong not must is was are were should cannot can't could
	will would may too denied accepted rejected valid verified changed reset updated set created deleted rotated revoked failed
	failure success successful succeeded mismatch unknown error default enabled disabled optional and or off for the an in of to at
	on by from with field length minimum maximum does doesn't has have had needs need found correct check please unauthorized
	forbidden unauthenticated authentication authorization verification validation refresh refreshed issued granted absent
	present provided supplied empty none null identifier signature malformed unexpected unsupported unspecified strong weak
	medium xoauth xoauth2 oauthbearer cram-md5 digest-md5 login ntlm gssapi scram-sha-1 basic bearer digest oauth oauth2 ldap saml kerberos plain scram-sha-256 md5 bcrypt argon2 auto manual type string
	number boolean object required. invalid. expired. missing. incorrect. input output eof end newline punctuation keyword
	operator word kubernetes vault env file same-origin include omit internal external public private service
	falsch fehlt erforderlich requis requise invalide incorrecte obligatoria obligatorio incorrecta requerida incorreta vereist onjuist wymagane
	stale locked unlocked suspended cached renewed hashed unchanged range await added ditto likewise renamed deprecated value anonymous pending active inactive passed skipped`)

// nameWords are keys whose values name another value.
var nameWords = wordTable(`name key header field param parameter property variable env attribute setting option id label k n path column parameterkey loc`)

// fieldWords are names of fields that stand beside "password" in lists of them.
var fieldWords = wordTable(`email username user name login id key value host port string text required field hidden`)

// methodWords are ways to hash a password, and to log in.
var methodWords = wordTable(`sha256 sha512 sha-256 sha-512 sha224 sha384 argon2i argon2d argon2id pbkdf2 sha512crypt sha256crypt md5crypt x509 tls13 uint64 int64 float64 uint32 int32
	hmac-sha256 ed25519 base64 oauth2 auth0 log4j latin1 win32 x86_64 iso8601`)

// repositoryUsers are the users by which everyone reaches repositories.
var repositoryUsers = wordTable(`git hg svn anonymous`)

// wordTable holds short words by length, for a search without a hash.
func wordTable(words string) (t [24][]string) {
	for _, w := range strings.Fields(words) {
		if len(w) < len(t) {
			t[len(w)] = append(t[len(w)], w)
		}
	}
	return t
}

func fixedWord(b []byte, t [24][]string) bool {
	if len(b) >= len(t) {
		return false
	}
	for _, w := range t[len(b)] {
		if hasFoldPrefix(b, w) {
			return true
		}
	}
	return false
}

// status tells whether a value is a word about a credential rather than one.
func status(b []byte) bool {
	for len(b) > 0 && (b[len(b)-1] == ',' || b[len(b)-1] == '.' || b[len(b)-1] == ':' || b[len(b)-1] == '!') {
		b = b[:len(b)-1]
	}
	return fixedWord(b, statusWords) || fixedWord(b, harmlessWords)
}

// prose tells whether what stands behind "password: " is a sentence about it.
func prose(b []byte) bool {
	return len(b) <= 3 && allLetters(b) || status(b)
}
