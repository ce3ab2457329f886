package detect

import (
	"bytes"
	"strings"
)

// The forms of secrets that need more than a prefix and a set of characters. Each
// returns 0, 0 if it doesn't find one.

// never is for prefixes that other code looks behind.
func never([]byte, int, int) (from, to int) { return 0, 0 }

// maxForm bounds the characters that a form of fixed length looks at.
const maxForm = 64

// run returns the end of the bytes from b[i] on that are in set, or are one of
// more.
func run(b []byte, i int, set uint16, more string) int {
	from := i
	for i < len(b) && i-from < maxForm && (is(b[i], set) || strings.IndexByte(more, b[i]) >= 0) {
		i++
	}
	return i
}

// azureSecrets looks for the secrets of Azure's applications around each '~': dots
// cut them into words too short to be looked at.
func azureSecrets(w *Work, b []byte) {
	for i := 1; ; i++ {
		next := bytes.IndexByte(b[i:], '~')
		if next < 0 {
			return
		}
		if i += next; b[i-1] != 'Q' {
			continue
		}
		if from, to := azureSecret(b, i-1); to > 0 {
			w.add(from, to, Secret, "azure_client_secret")
		}
	}
}

// azureSecret: three characters and a digit before "Q~", 31 to 34 behind it.
func azureSecret(b []byte, i int) (from, to int) {
	from = i - 4
	if from < 0 || !digit(b[i-1]) || alnum(at(b, from-1)) {
		return 0, 0
	}
	to = run(b, i+2, inWord, ".")
	if n := to - i - 2; n < 31 || n > 40 {
		return 0, 0
	}
	return from, to
}

// terraformToken: 14 characters before ".atlasv1.", 60 behind it.
func terraformToken(b []byte, _, i int) (from, to int) {
	for to = i + len(".atlasv1."); to < len(b) && (is(b[to], inWord) || b[to] == '='); {
		to++
	}
	for from = i; from > 0 && i-from < 14 && alnum(b[from-1]); {
		from--
	}
	if i-from < 10 || to-i < 40 {
		return 0, 0
	}
	return from, to
}

// slackToken: behind the prefix a number, of the workspace or of a version; but
// legacy tokens of workspaces may begin with letters.
func slackToken(b []byte, _, i int) (from, to int) {
	body := i + len("xoxb-")
	to = run(b, body, inWord, "")
	legacy := b[i+3] == 'a' || b[i+3] == 'r'
	if to-body < 10 || !digit(b[body]) && !(legacy && hasDigitIn(b[body:to])) {
		return 0, 0
	}
	for to < len(b) && is(b[to], inWord) {
		to++
	}
	return i, to
}

// facebookApp: the id of an app, a bar, and 27 characters that are the word
// b[start:end].
func facebookApp(b []byte, start, end int) (from, to int) {
	for from = start - 1; from > 0 && start-from < 20 && digit(b[from-1]); {
		from--
	}
	if n := start - 1 - from; end-start != 27 || n < 14 || n > 17 {
		return 0, 0
	}
	return from, end
}

// encodedJWT: a JSON Web Token in base64.
func encodedJWT(b []byte, _, i int) (from, to int) {
	var outer [256]byte
	var inner [192]byte
	token := decodeBase64(outer[:0], b[i:])
	if !hasAlgorithm(decodeBase64(inner[:0], token)) && !bytes.Contains(token, []byte("."+jwtPrefix)) {
		return 0, 0
	}
	return i, base64URL(b, i)
}

// telegramToken: the bot's id, a colon, 35 characters of which the first are AA.
func telegramToken(b []byte, _, i int) (from, to int) {
	if at(b, i-1) != ':' {
		return 0, 0
	}
	for from = i - 1; from > 0 && i-from < maxForm && digit(b[from-1]); {
		from--
	}
	to = run(b, i, inDigit|inLetter, "_-")
	if n := i - 1 - from; n < 5 || n > 16 || to-i < 32 || to-i > 40 {
		return 0, 0
	}
	return from, to
}

// mailchimpKey: 32 hexadecimal digits before "-us" and the data center's number.
func mailchimpKey(b []byte, _, i int) (from, to int) {
	const key = 32
	from = i - key
	if from < 0 || alnum(at(b, from-1)) || !digit(at(b, i+3)) {
		return 0, 0
	}
	for _, c := range b[from:i] {
		if !hexDigit(c) {
			return 0, 0
		}
	}
	to = run(b, i+3, inDigit, "")
	if to-i > 5 || alnum(at(b, to)) {
		return 0, 0
	}
	return from, to
}

// maxmindKey: 6 characters, an underscore and 29 before "_mmk".
func maxmindKey(b []byte, _, i int) (from, to int) {
	from, to = i-36, i+4
	if from < 0 || b[from+6] != '_' || alnum(at(b, from-1)) || alnum(at(b, to)) {
		return 0, 0
	}
	return from, to
}

// alpacaKey: 20 capital letters and digits, some of each.
func alpacaKey(b []byte, _, i int) (from, to int) {
	const length = 20
	to = run(b, i, inDigit|inUpper, "")
	if to-i != length || is(at(b, to), inLetter) || at(b, i-1) == '-' || at(b, i-1) == '_' {
		return 0, 0
	}
	digits := 0
	for _, c := range b[i:to] {
		if digit(c) {
			digits++
		}
	}
	if digits < 1 || digits > 14 {
		return 0, 0
	}
	return i, to
}

// coinbaseKey: organizations/UUID/apiKeys/UUID
// (https://docs.cdp.coinbase.com/get-started/authentication/cdp-api-keys). Its
// last part is b[start:end].
func coinbaseKey(b []byte, start, end int) (from, to int) {
	const (
		prefix = "organizations/"
		infix  = "/apiKeys/"
	)
	from = start - len(infix) - 36 - len(prefix)
	if from < 0 || !isUUID(b[start:end]) || !hasPrefix(b[from:], prefix) || !hasPrefix(b[start-len(infix):], infix) {
		return 0, 0
	}
	return from, end
}

// webhook: the path of a webhook's URL is its credential. b[start:end] is the last
// part of it, the secret one.
func webhook(b []byte, start, end int) (from, to int) {
	const (
		slack   = "hooks.slack.com/"
		discord = "/api/webhooks/"
		teams   = ".webhook.office.com/"
		reach   = 200 // bytes of URL before the secret part
	)
	if from, to = coinbaseKey(b, start, end); to > 0 {
		return from, to
	}
	before := b[max(0, start-reach):start]
	if !bytes.Contains(before, []byte("hook")) { // is in all of them
		return 0, 0
	}
	for _, host := range [...]string{slack, discord, teams} {
		if k := bytes.LastIndex(before, []byte(host)); k >= 0 {
			from = start - len(before) + k + len(host)
			for to = end; to < len(b) && (alnum(b[to]) || b[to] == '/' || b[to] == '-' || b[to] == '_' || b[to] == '@'); {
				to++
			}
			return from, to
		}
	}
	return 0, 0
}

// discordBot returns where the token of a bot of Discord begins whose last part is
// b[start:end], or -1: the bot's id, which is a number, in base64, six characters, and
// 27 or more (https://discord.com/developers/docs/reference#authentication).
func discordBot(b []byte, start, end int) int {
	const middle = 6
	dot := start - 2 - middle
	if end-start < 27 || end-start > 45 || at(b, dot) != '.' {
		return -1
	}
	from := dot
	for from > 0 && dot-from < maxKey && base64Values[b[from-1]] != 0 {
		from--
	}
	var id [32]byte
	if n := dot - from; n < 23 || n > 28 || !allDigits(decodeBase64(id[:0], b[from:dot])) {
		return -1
	}
	return from
}
