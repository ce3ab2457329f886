// Package detect finds personal data and secrets in text.
//
// A Scanner reads a value once (see package bytemap), and only where the bytes in it
// allow it looks for candidates: digit groups, '@' signs, long words,
// key and value pairs. A validator decides each of them: check digits, issuer
// ranges, lengths by country, the header of a token. What is written in another
// way (percent-encoded, escaped, in fullwidth or with invisible characters) is
// looked at through a View that maps findings back to the original bytes.
//
// The package changes nothing and knows no OTLP: it returns byte ranges. A
// Scanner is immutable and safe for concurrent use; a Work holds the scratch
// memory of one goroutine. Nothing of the text is kept after a call, no goroutine
// is started, no regular expression is used. Time is linear in the length of the
// text, with bounded look-back and look-ahead at each candidate.
package detect

import "github.com/drl-trading/telemetry-agent/internal/filter/bytemap"

// Kind is the kind of a finding, and the detector that made it.
type Kind uint8

// The kinds, in rising order of precedence: where findings overlap, the highest
// that covers the others names the result.
const (
	None Kind = iota
	HighEntropy
	NationalID
	IP
	MAC
	PhoneNational
	Phone
	Account
	URL
	Secret
	SQL
	SSN
	IBAN
	Email
	Card
	Wallet
	JWT
	PrivateKey
	NumKinds
)

// names are the kinds as they stand in a configuration, in masks and in metrics.
var names = [NumKinds]string{
	None: "none", HighEntropy: "high_entropy", NationalID: "national_id", IP: "ip", MAC: "mac",
	PhoneNational: "phone_national", Phone: "phone", Account: "account", URL: "url", Secret: "secret",
	SQL: "sql", SSN: "ssn", IBAN: "iban", Email: "email", Card: "card", Wallet: "wallet", JWT: "jwt",
	PrivateKey: "private_key",
}

// String returns the name of the kind, as "private_key".
func (k Kind) String() string {
	if k < NumKinds {
		return names[k]
	}
	return "none"
}

// ParseKind returns the kind of that name.
func ParseKind(name string) (Kind, bool) {
	for k := HighEntropy; k < NumKinds; k++ {
		if names[k] == name {
			return k, true
		}
	}
	return None, false
}

// Names lists all kinds by name, in the order of the constants.
func Names() []string { return append([]string(nil), names[HighEntropy:]...) }

// Set is a set of kinds.
type Set uint32

// SetOf returns the set of the given kinds.
func SetOf(kinds ...Kind) (s Set) {
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

// Has tells whether k is in the set.
func (s Set) Has(k Kind) bool { return s>>k&1 != 0 }

// Finding is a part of a text that is private.
type Finding struct {
	Start, End int    // byte offsets, End exclusive
	Kind       Kind   // of the detector
	Rule       string // what in the detector found it, as "luhn" or "github_token"; one of a closed set
}

// Doubt says why a whole text has to be masked.
type Doubt uint8

// The doubts.
const (
	NoDoubt Doubt = iota
	Budget        // looking through its encodings would cost more than allowed
	Depth         // it is encoded more often than is looked through
)

var doubtNames = [...]string{"", "budget", "depth"}

// String returns the doubt as it stands in metrics, "" for none.
func (d Doubt) String() string { return doubtNames[d] }

// Doubts lists the names of all doubts.
func Doubts() []string { return append([]string(nil), doubtNames[1:]...) }

// Scanner holds the tables of the enabled detectors.
type Scanner struct {
	set        Set
	prefixes   prefixIndex
	dotted     []secretForm // secrets whose prefix ends with a dot
	dottedEnds hashes       // of what stands before it
	keys       keyTable
	tokens     Tokens
	parameters parameters
}

// Tokens knows the replacements that a filter puts in besides the masks of
// MaskLength, so that texts already filtered stay as they are.
type Tokens interface {
	// Token returns the length of the replacement at the start of b, or 0.
	Token(b []byte) int
}

// New returns a scanner with the detectors in set. tokens may be nil.
func New(set Set, tokens Tokens) *Scanner {
	return &Scanner{set: set, prefixes: newPrefixIndex(vendorSecrets()), dotted: dottedSecrets(), dottedEnds: dottedEnds(dottedSecrets()), keys: newKeyTable(), tokens: tokens, parameters: newParameters(DefaultQueryParameters())}
}

// Work is the scratch memory of a scan, for one goroutine at a time.
type Work struct {
	// Given are findings of the caller's in the text that is scanned next.
	Given []Finding
	// Own, if not nil, looks for findings of the caller's in a text and in its
	// decoded forms, and reports them by Add. Their kinds lie above NumKinds.
	Own func(b []byte)

	found  []Finding
	cut    []Finding     // what is left of them without replacements
	read   int           // bytes read as values of pairs
	doubt  Doubt         // that a detector has
	seen   bytemap.Class // the classes of bytes in the text
	fixed  int           // the last FIX message ends here
	bytes  bytemap.Map   // where the bytes of some classes are in the text
	beyond bool          // it has characters beyond ASCII
	told   bool          // there may be a telling word in it
	tells  []uint64      // if told, a bit for the last letter of each
	cues   []int         // where the words end that announce a secret, see cue
	view   view
	other  view
}

// Add reports a finding in the text that Own is called for.
func (w *Work) Add(start, end int, k Kind, rule string) { w.add(start, end, k, rule) }

// maxKept bounds the scratch memory that is kept between texts, in bytes.
const maxKept = 1 << 20

// Trim gives up scratch memory that only an unusually long text needed.
func (w *Work) Trim() {
	for _, v := range [...]*view{&w.view, &w.other} {
		if cap(v.text) > maxKept {
			*v = view{}
		}
	}
	if cap(w.found) > maxKept/64 {
		w.found, w.cut = nil, nil
	}
	if cap(w.cues) > maxKept/64 {
		w.cues = nil
	}
}

// Scan returns the findings in text, in order and without overlap. hint is what
// its attribute's key says about it. The findings are valid until the next call
// with w. With a doubt the whole text has to go.
func (s *Scanner) Scan(w *Work, text []byte, hint Hint) ([]Finding, Doubt) {
	w.found = append(w.found[:0], w.Given...)
	w.read, w.doubt = 0, NoDoubt
	if hint == NoHint && len(text) < minLong && w.Own == nil && s.dull(text) {
		return w.found, NoDoubt
	}
	seen := w.classify(text)
	s.scan(w, text, seen, hint)
	if code := seen & hasCode; code == 0 || code == hasEntity && (seen&bytemap.Semicolon == 0 || !hasEntities(text)) || !w.view.decode(text, nil) {
		if seen&(hasPlus|hasEquals|hasSpace) == hasPlus|hasEquals {
			s.scanForm(w, text, hint)
		}
	} else if d := s.scanViews(w, text, hint); d != NoDoubt {
		w.doubt = d
	}
	if len(w.found) > 0 {
		s.settle(w, text)
	}
	return w.found, w.doubt
}

// minLong is the least length of an IBAN. What is shorter and holds no punctuation but
// that of names is no secret by its form, and no key and value.
const minLong = 15

// dull tells whether nothing can be found in a text of less than minLong bytes: a name,
// or a number that is too short for one of nine digits.
func (s *Scanner) dull(b []byte) bool {
	if s.set&(nationalSet|1<<IP|1<<MAC) != 0 {
		return false
	}
	kinds := bytemap.Kinds(b)
	return kinds&^bytemap.Plain == 0 && (kinds&bytemap.Digit == 0 || len(b) < 9)
}

// scan looks for findings in b as it stands.
func (s *Scanner) scan(w *Work, b []byte, seen bytemap.Class, hint Hint) {
	w.seen, w.fixed = seen, 0
	digits := w.bytes.Digits()
	if seen&hasAt != 0 && s.set.Has(Email) {
		s.emails(w, b)
	}
	w.cues = w.cues[:0]
	w.told = s.mayHold(seen, digits, b) && w.findTelling(&s.keys.telling, b)
	if digits >= minIBANDigits && len(b) >= minDigits {
		s.digitGroups(w, b, hint)
	}
	if seen&hasPlus != 0 && digits >= minPhoneDigits && s.set.Has(Phone) {
		s.phones(w, b)
	}
	if len(w.cues) > 0 && s.set.Has(Secret) {
		for _, end := range w.cues {
			s.cue(w, b, end)
		}
	}
	if len(b) >= minWord {
		s.words(w, b)
	}
	if seen&hasTilde != 0 && s.set.Has(Secret) {
		azureSecrets(w, b)
	}
	if seen&(hasEquals|hasColon|hasLess) != 0 {
		s.pairs(w, b, hint)
	}
	if seen&hasSpace != 0 && s.set.Has(Secret) {
		s.dialogue(w, b, seen&hasLine != 0)
	}
	if w.told {
		s.keyed(w, b, seen)
	}
	if seen&hasDash != 0 && seen&hasSpace != 0 && s.set.Has(Secret) {
		s.commands(w, b)
	}
	if seen&hasAt != 0 && s.set.Has(URL) {
		s.addressedBy(w, b)
	}
	if hint != NoHint {
		s.whole(w, b, hint)
	}
	if s.set&(1<<IP|1<<MAC) != 0 && seen&(hasColon|hasDot|hasDash) != 0 {
		s.addresses(w, b)
	}
	if w.Own != nil {
		w.Own(b)
	}
}

// keyed looks for values under keys in a text that has a word that may be telling;
// see also pairs.
func (s *Scanner) keyed(w *Work, b []byte, seen bytemap.Class) {
	if seen&hasComma != 0 && seen&hasQuote != 0 {
		s.tuples(w, b)
	}
	if seen&hasQuote != 0 {
		s.quotes(w, b)
	}
	if s.set.Has(Secret) {
		s.keyedSecrets(w, b, seen)
	}
	if seen&hasDash != 0 && seen&hasSpace != 0 {
		s.options(w, b)
	}
}

func (s *Scanner) keyedSecrets(w *Work, b []byte, seen bytemap.Class) {
	if seen&hasQuote != 0 {
		s.calls(w, b)
	}
	if seen&hasBar != 0 || seen&(hasComma|hasLine) == hasComma|hasLine {
		s.table(w, b)
	}
	if seen&hasFold != 0 && seen&hasLine != 0 {
		s.variables(w, b)
	}
	s.near(w, b)
}

func (w *Work) add(start, end int, k Kind, rule string) {
	w.found = append(w.found, Finding{start, end, k, rule})
}

// Has tells whether a detector is enabled.
func (s *Scanner) Has(k Kind) bool { return s.set.Has(k) }
