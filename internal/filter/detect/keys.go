package detect

import "strings"

// Hint is what a key says about its value.
type Hint uint8

// The hints.
const (
	NoHint        Hint = iota
	HintSecret         // a password or secret: any value but a harmless one
	HintToken          // a token, or the count or kind of tokens: a value that looks like one
	HintPass           // likewise, but more often a number of passed tests
	HintAuth           // the Authorization header
	HintCookie         // the Cookie and Set-Cookie headers
	HintSession        // a long random value
	HintSignature      // likewise; in a URL a shorter one, too
	HintQueryKey       // a long random value in a URL
	HintPIN            // 4 to 8 digits
	HintCVV            // 3 or 4 digits
	HintPhone          // a phone number in any form
	HintSSN            // a social security number in any form
	HintAccount        // an account of a broker or a bank
	HintURL            // a URL, or the path and query of one
	HintQuery          // the query of a URL
	HintStatement      // a statement in SQL, Redis commands or a query document
	HintArguments      // one argument of a command line
	HintQuantity       // a number of bytes, a time, a count
)

// keyTable classifies keys by their last words.
type keyTable struct {
	last    map[string]Hint     // one to three words, joined
	noise   map[string]struct{} // words that may follow
	benign  map[string]struct{} // two words, joined, that the table of last words would match
	foreign map[string]struct{} // words that make an account something technical
	whole   map[string]Hint     // whole keys, as semantic conventions name them
	endings endings             // of the words in last and noise
	telling endings             // of those that tell wherever they stand: one is in every text with a value under a key; see also queryKey
	near    endings             // of those that near looks at
}

func wordSet(words string) map[string]struct{} {
	m := make(map[string]struct{})
	for _, w := range strings.Fields(words) {
		m[w] = struct{}{}
	}
	return m
}

// newKeyTable builds the table of telling words.
func newKeyTable() keyTable {
	t := keyTable{
		last: make(map[string]Hint),
		noise: wordSet(`hash value val confirm confirmation again repeat retype new old current text plain plaintext raw clear
			encrypted enc str string header field input default prod production dev staging test live`),
		benign: wordSet(`pagetoken nexttoken continuationtoken cancellationtoken resumetoken synctoken maxtoken mintoken pertoken
			inputtoken outputtoken prompttoken completiontoken totaltoken lasttoken firsttoken unexpectedtoken kubernetessecret
			tlssecret existingsecret pullsecret pullsecrets telephonyaccount hostphone`),
		foreign: wordSet(`cloud aws gcp azure service k8s serviceaccount storage github system machine computer`),
		whole:   wholeKeys(),
	}
	add := func(h Hint, words string) {
		for _, w := range strings.Fields(words) {
			t.last[w] = h
		}
	}
	add(HintSecret, `password passwd pwd passphrase passcode passwort kennwort motdepasse contrasena senha userpass dbpass
		secret apisecret clientsecret appsecret sharedsecret secretkey privatekey privkey accesskey secretaccesskey authkey masterkey
		encryptionkey decryptionkey signingkey sharedkey sharedaccesskey accountkey storagekey sessionkey licensekey
		subscriptionkey consumerkey appkey applicationkey apikey apikeyid servicekey deploykey sshkey hmackey keymaterial
		unsealkey validationkey keystring passwrd psswd paswd pasword passord passw rootpw bindpw olcrootpw remotepass wachtwoord parola heslo haslo adgangskode salasana sifre ifre senord mnemonic seedphrase recoveryphrase recoverycode backupcode privatepem xmbxapikey
		xamzsignature xamzcredential amzsecuritytoken xamzsecuritytoken xgoogsignature xgoogcredential googsignature
		accesskeysecret secretkeybase contribsyscom psk wpapsk presharedkey listenkey
		becomepass sshpass sudopass adminpass rootpass mysqlpass smtppass mailpass ldappass redispass pgpass rpcpass authpass
		storepass keypass srcstorepass deststorepass`)
	add(HintToken, `token accesstoken refreshtoken idtoken bearertoken sessiontoken securitytoken csrftoken xsrftoken authtoken
		apitoken apihash jwt bearer credential credentials creds cred auth secretid oauth otpauth assertion clientassertion samlresponse
		accesssign apisign`)
	add(HintPass, `pass pw`)
	add(HintAuth, `authorization proxyauthorization xauthorization authorizationheader`)
	add(HintCookie, `cookie cookies setcookie`)
	add(HintSession, `sessionid sessid jsessionid phpsessid aspsessionid session sess sid connectsid sessionkeyid csrf xsrf nonce`)
	add(HintSignature, `signature sig sign hmac hmacsignature accesskeyid`)
	add(HintQueryKey, `key code hash ticket`) // see also queryKey
	add(HintPIN, `pin pincode otp totp hotp mfacode verificationcode smscode authcode tan onetimecode pinnumber cardpin`)
	add(HintCVV, `cvv cvc csc cid cardcode cardsecuritycode securitycode`)
	add(HintPhone, `phone phonenumber phoneno mobile mobilenumber mobileno mobilephone telephone telephonenumber tel telefon
		telefonnummer handynummer msisdn fax faxnumber cell cellphone cellnumber whatsapp contactnumber callernumber phones
		phonehome phonework phoneoffice phoneprimary phonemobile`)
	add(HintSSN, `ssn socialsecuritynumber socialsecurity socialsecurityno ssnnumber taxid tin`)
	add(HintQuantity, `bytes byte size time timestamp ns us ms nanos micros millis seconds duration count total limit memory
		offset length latency epoch date elapsed sum sequence seq lsn port pid
		orderid clordid tradeid execid executionid positionid dealid ticketid fillid quoteid`)
	add(HintAccount, `account accountid accountnumber accountno accountnr accountnum accountcode acct acctid acctno acctnum
		acctnumber tradingaccount brokerageaccount brokeraccount clientaccount subaccount subaccountid clearingaccount allocaccount
		portfolioaccount kontonummer bankaccount bankaccountnumber`)
	t.noteEndings()
	return t
}

// noteEndings notes the last letters of all words.
func (t *keyTable) noteEndings() {
	for w, h := range t.last {
		if h != HintQuantity {
			t.endings.add(w, twoWords(h))
		}
		if h != HintQuantity && h != HintQueryKey {
			t.telling.add(w, twoWords(h))
		}
	}
	for w := range t.noise {
		t.endings.add(w, false)
		t.telling.addBehind(w)
	}
	t.endings.note(ending("com")) // of contribsys.com; since hosts end so, its first word tells
	t.telling.add("contribsys", false)
	t.telling.noteCues()
	for _, w := range accountWords {
		t.telling.add(w, false)
	}
	for w, h := range t.last {
		if tellsNear(h) && endsNear(w) {
			t.near.add(w, twoWords(h))
		}
	}
}

// endsNear tells whether a word ends like those that sentences announce values by.
func endsNear(word string) bool {
	for w := range wordSet(`password passwd passphrase passcode passwort senha secret key token pass pw pin otp
		creds credentials credential auth bearer jwt psk pwd`) {
		if strings.HasSuffix(word, w[max(0, len(w)-3):]) {
			return true
		}
	}
	return false
}

// wholeKeys are keys of the semantic conventions whose values are URLs, statements
// or command lines, or that look like secrets and are none.
func wholeKeys() map[string]Hint {
	m := make(map[string]Hint)
	add := func(h Hint, keys string) {
		for _, k := range strings.Fields(keys) {
			m[k] = h
		}
	}
	add(HintURL, `url.full url.original url.path http.url http.target messaging.url server.url`)
	add(HintQuery, `url.query url.fragment http.query`)
	add(HintStatement, `db.query.text db.statement`)
	add(HintArguments, `process.command_args container.command_args`)
	add(NoHint, `session.id session.previous_id mcp.session.id cloud.account.id gen_ai.token.type error.code exception.code
		rpc.grpc.status_code feature_flag.key`)
	return m
}

const maxKey = 64

// Classify says what a key tells about its value.
func (s *Scanner) Classify(key []byte) Hint {
	if h, ok := s.keys.whole[string(key)]; ok {
		return h
	}
	return s.keys.classify(key)
}

// keyWords are the words of a key in lower case, each where the next one begins.
type keyWords struct {
	buf   [maxKey]byte
	ends  [maxKey]uint8
	words int
	n     int
}

// split cuts a key into words, at everything but letters and digits and at
// capital letters: "X-Api-Key", "apiKey", "API_KEY" all are "api", "key".
func (k *keyWords) split(key []byte) {
	if len(key) > maxKey {
		key = key[len(key)-maxKey:]
	}
	open := false
	for i, c := range key {
		if !alnum(c) {
			open = k.close(open)
			continue
		}
		if is(c, inUpper) && i > 0 && is(key[i-1], inLetter|inDigit) && (!is(key[i-1], inUpper) || i+1 < len(key) && is(key[i+1], inLetter) && !is(key[i+1], inUpper)) {
			k.close(open)
		}
		k.buf[k.n] = lower(c)
		k.n++
		open = true
	}
	k.close(open)
}

func (k *keyWords) close(open bool) bool {
	if open && (k.words == 0 || int(k.ends[k.words-1]) < k.n) {
		k.ends[k.words] = uint8(k.n)
		k.words++
	}
	return false
}

// start returns where word i begins.
func (k *keyWords) start(i int) int {
	if i <= 0 {
		return 0
	}
	return int(k.ends[i-1])
}

func (k *keyWords) joined(from, to int) []byte { return k.buf[k.start(from):k.ends[to-1]] }

// mayTell tells whether a key that ends before b[to] could be telling of more than
// a quantity, by its last letters.
func (t *keyTable) mayTell(b []byte, to int) bool {
	for to > 0 && (digit(b[to-1]) || b[to-1] == '_' || b[to-1] == '-') {
		to--
	}
	return to >= 2 && t.endings.tell(b, to, lastLetters(b, to))
}

func (t *keyTable) classify(key []byte) Hint {
	var k keyWords
	k.split(key)
	for last := k.words; last > 0; last-- {
		h := t.lastWords(&k, last)
		if h != NoHint {
			return t.unlessForeign(&k, h)
		}
		if _, ok := t.noise[string(k.joined(last-1, last))]; !ok {
			return t.numbered(&k, last)
		}
	}
	return NoHint
}

// lastWords looks up the three, two and one words before word number last.
func (t *keyTable) lastWords(k *keyWords, last int) Hint {
	if last >= 2 {
		if _, ok := t.benign[string(k.joined(last-2, last))]; ok {
			return NoHint
		}
	}
	for n := min(3, last); n > 0; n-- {
		if h := t.last[string(k.joined(last-n, last))]; h != NoHint {
			if n == 1 && h == HintQueryKey && last > 1 {
				return NoHint // primary_key, status_code
			}
			return h
		}
	}
	return NoHint
}

// numbered looks the last word up without the digits at its end: password2.
func (t *keyTable) numbered(k *keyWords, last int) Hint {
	from, to := k.start(last-1), int(k.ends[last-1])
	n := to
	for n > from && digit(k.buf[n-1]) {
		n--
	}
	if n == to {
		return gluedHint(k.buf[from:to])
	}
	if n == from && last > 1 {
		return t.lastWords(k, last-1)
	}
	if h := t.last[string(k.buf[from:n])]; h == HintSecret || h == HintToken || h == HintPhone {
		return h
	}
	return NoHint
}

// gluedHint tells of a word that ends with a telling one: userpassword, authtoken.
func gluedHint(word []byte) Hint {
	for _, end := range [...]string{"password", "passwd", "pwd", "passphrase", "secret", "apikey", "accesskey", "secretkey", "privatekey"} {
		if len(word) > len(end) && hasFoldSuffix(word, end) {
			return HintSecret
		}
	}
	if len(word) > len("token") && hasFoldSuffix(word, "token") {
		return HintToken
	}
	return NoHint
}

// unlessForeign drops the hint at an account if it is one of a cloud or a
// system.
func (t *keyTable) unlessForeign(k *keyWords, h Hint) Hint {
	if h != HintAccount && h != HintPhone {
		return h
	}
	for i := range k.words {
		if _, ok := t.foreign[string(k.joined(i, i+1))]; ok {
			return NoHint
		}
	}
	return h
}
