package detect

const (
	minCard = 12 // Maestro
	maxCard = 19
)

// card looks for a payment card number that begins with the digit group b[i:j],
// and returns its end and the rule, or 0.
func card(b []byte, i, j int) (end int, rule string) {
	n := j - i
	if n >= minCard && n <= maxCard {
		d := b[i:j]
		if !issued(d) || !luhn(d) || glued(b, i, j) || n == minCard && inUUID(b, i, j) || notCard(b, i, n) {
			return 0, ""
		}
		return j, "luhn"
	}
	if n != 4 && n != 5 && n != 6 && n != 8 || !cardStarts[number(b[i:i+2])] || alnum(at(b, i-1)) && glued(b, i, j) {
		return 0, ""
	}
	return groupedCard(b, i, j)
}

// cardStarts are the first two digits of card numbers, see issued.
var cardStarts = buildCardStarts()

func buildCardStarts() (t [100]bool) {
	for _, two := range []int{6, 18, 21, 30, 50, 60, 62, 63, 64, 65, 67, 81, 82, 86, 97, 98} {
		t[two] = true
	}
	for two := range t {
		t[two] = t[two] || two >= 22 && two <= 27 || two >= 34 && two <= 49 || two >= 51 && two <= 58
	}
	return t
}

// groupedCard reads the groups that follow b[i:j], and tries the longest row of
// them that is written as cards are.
func groupedCard(b []byte, i, j int) (end int, rule string) {
	var buf [maxCard]byte
	var sizes [5]uint8
	var ends [5]int
	groups, n, dotted := 0, 0, false
	for pos, from := j, i; ; {
		size := pos - from
		if n+size > maxCard || groups == len(sizes) {
			break
		}
		n += copy(buf[n:], b[from:pos])
		sizes[groups], ends[groups] = uint8(size), pos
		groups++
		if from = separated(b, pos); from < 0 {
			break
		}
		dotted = dotted || b[pos] != ' ' && b[pos] != '-'
		for pos = from; pos < len(b) && digit(b[pos]); {
			pos++
		}
	}
	for ; groups > 1; groups-- {
		d := buf[:n]
		end := ends[groups-1]
		if cardGroups(sizes[:groups]) && !(dotted && groups == 2) && n >= 13 && issued(d) && luhn(d) && bounded(b, i, end) {
			return end, "luhn_grouped"
		}
		n -= int(sizes[groups-1])
	}
	return 0, ""
}

// separated returns where the digits begin after the separator at b[pos], or -1.
func separated(b []byte, pos int) int {
	i := pos
	for i < len(b) && i-pos < 3 && (b[i] == ' ' || b[i] == '-') {
		i++
	}
	if i == pos && i < len(b) {
		switch b[i] {
		case '.', '+', '_', '\t':
			i++
		}
	}
	if i > pos && digit(at(b, i)) {
		return i
	}
	return -1
}

// cardGroups tells whether cards are written in groups of these sizes: fours with
// a shorter end, 4-6-5 (American Express), 4-6-4 (Diners), 6-13 (UnionPay), 8-8,
// fives.
func cardGroups(sizes []uint8) bool {
	last := len(sizes) - 1
	switch {
	case len(sizes) == 3 && sizes[0] == 4 && sizes[1] == 6:
		return sizes[2] == 5 || sizes[2] == 4
	case len(sizes) == 2:
		return sizes[0] == 6 && sizes[1] == 13 || sizes[0] == 8 && sizes[1] == 8
	}
	for _, n := range sizes[:last] {
		if n != sizes[0] || n != 4 && n != 5 {
			return false
		}
	}
	return sizes[last] <= sizes[0]
}

// bounded tells whether nothing before or after b[i:end] makes it a part of a
// longer row of groups, a decimal or an identifier.
func bounded(b []byte, i, end int) bool {
	before, after := at(b, i-1), at(b, end)
	if digit(after) || before == '.' && digit(at(b, i-2)) || after == '.' && digit(at(b, end+1)) {
		return false
	}
	if before == '-' && hexDigit(at(b, i-2)) && inUUID(b, i, end) {
		return false
	}
	if before == '-' && digit(at(b, i-2)) || after == '-' && digit(at(b, end+1)) {
		return false
	}
	return (!is(after, inHex) || !is(before, inHex)) && rowAround(b, i, end) < 2 && !hexGroup(b, end+1) && !hexGroup(b, i-5)
}

// hexGroup tells whether b[i:i+4] is one of the groups of a row of hexadecimal numbers,
// with a blank before and behind: 6896 689C 686D.
func hexGroup(b []byte, i int) bool {
	if i < 0 || i+4 > len(b) || alnum(at(b, i-1)) || alnum(at(b, i+4)) {
		return false
	}
	group := b[i : i+4]
	return every(group, inDigit|inHex) && some(group, inHex) && hasDigitIn(group)
}

// rowAround counts the groups of three to five digits in one row with b[i:end]:
// two more are a matrix of numbers, not a card.
func rowAround(b []byte, i, end int) (n int) {
	for pos := end; at(b, pos) == ' ' || at(b, pos) == '\t'; n++ {
		k := pos + 1
		for k < len(b) && k-pos < 7 && digit(b[k]) {
			k++
		}
		if size := k - pos - 1; size < 3 || size > 5 || n >= 2 || alnum(at(b, k)) {
			break
		}
		pos = k
	}
	for pos := i; at(b, pos-1) == ' ' || at(b, pos-1) == '\t'; n++ {
		k := pos - 1
		for k > 0 && pos-k < 7 && digit(b[k-1]) {
			k--
		}
		if size := pos - 1 - k; size < 3 || size > 5 || n >= 2 || k > 0 && alnum(b[k-1]) {
			break
		}
		pos = k
	}
	return n
}

// issued tells whether card numbers of this length begin like d. The ranges of
// the networks' issuer identification numbers (ISO/IEC 7812-1), as the networks
// publish them and python-stdnum, Faker and credit-card-type list them.
func issued(d []byte) bool {
	n := len(d)
	switch six := number(d[:6]); d[0] {
	case '0':
		return six/100 == 604 && n == 12 // Maestro
	case '1':
		return six/100 == 1800 && n == 15 // JCB
	case '2':
		return six/100 == 2131 && n == 15 || // JCB
			six >= 222100 && six <= 272099 && n == 16 || // Mastercard
			six >= 220000 && six <= 220499 && (n == 16 || n == 19) // Mir
	case '3':
		return issued3(six, n)
	case '4':
		return n == 13 || n == 16 || n == 19 // Visa
	case '5':
		return issued5(six, n)
	case '6':
		return issued6(six, n)
	case '8':
		two := six / 10000
		return (two == 81 || two == 82) && n == 16 || six/100 == 8600 && n == 16 // UnionPay, RuPay, Uzcard
	case '9':
		return (six/100 == 9792 || six/100 == 9860) && n == 16 // Troy, Humo
	}
	return false
}

func issued3(six, n int) bool {
	switch two := six / 10000; {
	case two == 34 || two == 37: // American Express
		return n == 15
	case two == 35: // JCB
		return n == 16 || n == 19
	case two == 36: // Diners
		return n == 14 || n == 16 || n == 19
	case two == 38 || two == 39 || six >= 300000 && six <= 305999 || six/100 == 3095:
		return n == 14 || n == 16
	}
	return false
}

func issued5(six, n int) bool {
	two := six / 10000
	switch {
	case two >= 51 && two <= 55: // Mastercard
		return n == 16
	case two >= 56 && two <= 58, two == 50: // Maestro, Elo, RuPay, Verve, Dankort
		four := six / 100
		return n == 16 || n == minCard && two >= 56 || maestro(four) && n != 14 || four == 5893 && n >= 16
	}
	return false
}

func issued6(six, n int) bool {
	four := six / 100
	switch {
	case maestro(four):
		return n != 14
	case six/10000 == 62: // UnionPay
		return n >= 16
	case six/10000 == 60 || six/10000 == 65, // Discover, RuPay, Hipercard
		four >= 6331 && four <= 6334, four >= 6360 && four <= 6399, four >= 6440 && four <= 6499: // Solo, InterPayment, InstaPayment, Elo, Discover
		return n == 16 || n == 19
	case six/10000 == 67: // Maestro
		return n == 16 || n == 19
	}
	return false
}

// maestro tells whether cards that begin with these four digits are issued with
// all lengths from 12 to 19: Maestro and the national networks that became it.
// Long numbers of other ids are cards by chance too often, so that the range 50 to
// 69, which ISO/IEC 7812 gives Maestro as a whole, counts only with 16 digits.
func maestro(four int) bool {
	switch four {
	case 5018, 5020, 5038, 5893, 6304, 6390, 6759, 6761, 6762, 6763, 6706, 6709, 6767, 6771:
		return true
	}
	return false
}

// notCard tells of a bare number that stands behind the name of something else: one
// id in forty begins like a card and passes its check by chance. European article
// numbers have 13 digits like old Visa cards.
func notCard(b []byte, i, n int) bool {
	from := i
	for from > 0 && i-from < 4 && !alnum(b[from-1]) {
		from--
	}
	if orderNumber(b[:from]) || idTag(b[:from]) {
		return true
	}
	if n != 13 && n != 14 && n != 12 {
		return false
	}
	if n == minCard && (at(b, i+n) == '-' && digit(at(b, i+n+1)) || at(b, i-1) == '-' && digit(at(b, i-2))) {
		return true // a range
	}
	if n == minCard && (at(b, i-1) == '/' || at(b, i-1) == '-' && alnum(at(b, i-2)) || at(b, i-1) == ':' && at(b, i-2) == ':' || idBefore(b[:from])) {
		return true // of an account in a cloud, a place in a stream, a part of a path
	}
	for _, word := range [...]string{"ean", "ean13", "gtin", "isbn", "barcode", "upc", "sku", "siret", "tracking", "bytes", "size"} {
		if hasFoldSuffix(b[:from], word) {
			return true
		}
	}
	return false
}

// idTag tells whether b ends with a tag of FIX for the id of an order or an execution:
// ClOrdID, ExecID, OrderID, OrigClOrdID, SecondaryOrderID, TradeReportID.
func idTag(b []byte) bool {
	n := len(b)
	for n > 0 && digit(b[n-1]) {
		n--
	}
	if c := at(b, n-1); n == len(b) || c != '|' && c != 1 && c != ';' && c != '^' {
		return false
	}
	switch string(b[n:]) {
	case "11", "17", "37", "41", "198", "571":
		return true
	}
	return false
}

// idBefore tells whether b ends with the key of an id.
func idBefore(b []byte) bool {
	n := len(b)
	return hasFoldSuffix(b, "offset") || hasFoldSuffix(b, "account") || hasFoldSuffix(b, "id") && (!is(at(b, n-3), inLetter) || is(b[n-2], inUpper))
}

// orderNumber tells whether b ends with the name of what trading numbers, or of an id:
// order, order_id, tradeId, position no, oid.
func orderNumber(b []byte) bool {
	n := len(b)
	if n < 3 {
		return false
	}
	switch b[n-1] | 0x20 { // the last letters of the words below
	case 'd', 'r', 'e', 'c', 'n', 'l', 't', 'o', 'q', 's', 'y', 'f':
	default:
		return false
	}
	word, id := b, false
	for _, end := range [...]string{"id", "number", "no", "nr", "ref"} {
		if hasFoldSuffix(b, end) {
			word, id = b[:n-len(end)], end == "id"
			break
		}
	}
	for k := 0; k < 2 && len(word) > 0 && (word[len(word)-1] == '_' || word[len(word)-1] == '-' || word[len(word)-1] == '.' || word[len(word)-1] == ' '); k++ {
		word = word[:len(word)-1]
	}
	for _, w := range [...]string{"order", "clord", "trade", "exec", "execution", "position", "deal", "ticket", "fill", "quote", "seq", "sequence", "offset", "timestamp", "ts", "time", "nano", "nanos", "micros"} {
		if hasFoldSuffix(word, w) {
			return true
		}
	}
	from := wordStart(word)
	for k := len(word) - 1; k > from; k-- { // the last word of clientMessageId
		if is(word[k], inUpper) && !is(word[k-1], inUpper) {
			from = k
			break
		}
	}
	if id && fixedWord(word[from:], numberedThings) {
		return true
	}
	start := wordStart(b)
	c := at(b, start-1)
	return c != '_' && c != '-' && c != '.' && fixedWord(b[start:], idWords) // not card_key
}

// numberedThings have ids, idWords are names of ids.
var (
	numberedThings = wordTable(`message msg event request req transaction txn tx trace span batch job run task block session correlation
		conversation update instrument contract snapshot revision log record row doc document object entity item asset chat channel post media
		parent root thread worker process invoice shipment delivery match strategy signal bar candle tick book tweet`)
	idWords = wordTable(`oid uid txid cloid nonce seqno seqnum msgid snowflake`)
)
