package detect

// idForm is a national identification number that consists of digits.
type idForm struct {
	rule   string
	digits int
	valid  func(d []byte) bool
	// weak: one number in ten or so is valid, so that bare digits need a word
	// before them that says what they are.
	weak  bool
	words []string // such words
}

var idForms = buildIDForms()

// buildIDForms lists the numbers with check digits. The rules are those of
// python-stdnum 2.2, which cites the authorities; the test compares the two.
func buildIDForms() []idForm {
	general := []string{"national id", "national_id", "nationalid", "personal id", "identity number", "tax id", "taxid"}
	list := func(words ...string) []string { return append(words, general...) }
	return []idForm{
		{"br_cpf", 11, brazilianCPF, false, list("cpf")},
		{"br_cnpj", 14, brazilianCNPJ, false, list("cnpj")},
		{"ca_sin", 9, canadianSIN, true, list("sin", "social insurance")},
		{"au_tfn", 9, australianTFN, true, list("tfn", "tax file")},
		{"au_medicare", 10, australianMedicare, true, list("medicare")},
		{"in_aadhaar", 12, indianAadhaar, true, list("aadhaar", "aadhar", "uid")},
		{"gb_nhs", 10, britishNHS, true, list("nhs")},
		{"de_idnr", 11, germanIDNr, false, list("steuer", "idnr", "tin")},
		{"fr_nir", 15, frenchNIR, false, list("nir", "secu", "insee")},
		{"nl_bsn", 9, dutchBSN, true, list("bsn", "burgerservice", "sofi")},
		{"be_nn", 11, belgianNN, false, list("rijksregister", "national number", "nn")},
		{"pl_pesel", 11, polishPESEL, false, list("pesel")},
		{"pt_nif", 9, portugueseNIF, true, list("nif", "contribuinte")},
		{"ro_cnp", 13, romanianCNP, false, list("cnp")},
		{"bg_egn", 10, bulgarianEGN, false, list("egn")},
		{"cz_rc", 10, czechRC, false, list("rodn", "rc")},
		{"hr_oib", 11, croatianOIB, true, list("oib")},
		{"si_emso", 13, slovenianEMSO, false, list("emso")},
		{"ee_ik", 11, balticCode, false, list("isikukood", "asmens")},
		{"gr_amka", 11, greekAMKA, false, list("amka")},
		{"se_personnummer", 10, swedishNumber, false, list("personnummer", "pnr")},
		{"se_personnummer", 12, func(d []byte) bool { return swedishNumber(d[2:]) }, false, list("personnummer", "pnr")},
		{"no_fodselsnummer", 11, norwegianNumber, false, list("dsels", "fnr")},
		{"at_vnr", 10, austrianVNR, true, list("svnr", "sozialversicherung", "vnr")},
		{"dk_cpr", 10, danishCPR, true, list("cpr", "personnummer")},
		{"gb_utr", 10, britishUTR, true, list("utr", "taxpayer reference")},
		{"pl_nip", 10, polishNIP, true, list("nip")},
		{"ch_ahv", 13, swissAHV, false, list("ahv", "avs", "ssn")},
		{"us_itin", 9, americanITIN, true, list("itin", "taxpayer")},
	}
}

// maxIDDigits is the greatest number of digits among idForms.
const maxIDDigits = 15

// nationalID looks for an identification number that begins with, or around, the
// digit group b[i:j].
func nationalID(b []byte, i, j int) (start, end int, rule string) {
	if start, end, rule = letteredID(b, i, j); end > 0 {
		return start, end, rule
	}
	if at(b, i-1) == ' ' && j-i == 2 && (at(b, i-2) == '1' || at(b, i-2) == '2') && !alnum(at(b, i-3)) {
		// 1 85 05 78 006 084 36 of France: groups of one digit aren't looked at.
		if start, end, rule = nationalID(b, i-2, i-1); end > 0 {
			return start, end, rule
		}
	}
	if alnum(at(b, i-1)) {
		return 0, 0, ""
	}
	var d [maxIDDigits]byte
	n, groups := 0, 0
	var ends [8]int
	var counts [8]int
	for from := i; groups < len(ends); {
		pos := from
		for pos < len(b) && digit(b[pos]) {
			pos++
		}
		if n+pos-from > maxIDDigits {
			break
		}
		n += copy(d[n:], b[from:pos])
		ends[groups], counts[groups] = pos, n
		groups++
		if c := at(b, pos); (c != ' ' && c != '-' && c != '.' && c != '/') || !digit(at(b, pos+1)) {
			break
		}
		from = pos + 1
	}
	for g := groups - 1; g >= 0; g-- {
		if after := at(b, ends[g]); alnum(after) || after == '.' && digit(at(b, ends[g]+1)) {
			continue
		}
		if rule := idOf(b, i, d[:counts[g]], g > 0); rule != "" {
			return i, ends[g], rule
		}
	}
	return 0, 0, ""
}

// idOf returns the rule by which digits are an identification number.
func idOf(b []byte, i int, d []byte, grouped bool) string {
	for k := range idForms {
		f := &idForms[k]
		if f.digits == len(d) && (!f.weak || grouped || named(b, i, f.words)) && f.valid(d) {
			return f.rule
		}
	}
	return ""
}

// named tells whether one of the words stands within the 40 bytes before b[i].
func named(b []byte, i int, words []string) bool {
	before := b[max(0, i-40):i]
	for k := range before {
		for _, w := range words {
			if hasFoldPrefix(before[k:], w) {
				return true
			}
		}
	}
	return false
}

// weighted returns the sum of the digits times weights.
func weighted(d []byte, weights ...int) (sum int) {
	for i, w := range weights {
		sum += int(d[i]-'0') * w
	}
	return sum
}

func allSame(d []byte) bool {
	for _, c := range d {
		if c != d[0] {
			return false
		}
	}
	return true
}

// birthday tells whether month and day, each two digits, are those of a date.
func birthday(month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}
