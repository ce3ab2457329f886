package detect

import "strings"

// ibanForm is what a country's IBANs look like.
type ibanForm struct {
	length  uint8
	numeric bool // digits only after the country code
}

// maxIBAN is the greatest length of an IBAN (ISO 13616-1).
const maxIBAN = 34

var ibanForms = buildIBANForms()

// buildIBANForms returns the forms by country: the SWIFT IBAN Registry, the
// countries that use the form without being in it, and the territories that may
// use a code of their own.
func buildIBANForms() map[[2]byte]ibanForm {
	const numeric = `AE23 AO25 AT20 AX18 BA20 BE16 BI27 CF27 CG27 CM27 CR22 CV25 CZ24 DE22 DJ27 DK18 DZ26 EE20 EG29 ES24
		FI18 FO18 GA27 GL18 GQ27 HR21 HU28 IL23 IR26 IS26 KM27 LT20 LY25 MA28 ME22 MG27 MN20 MR27 MZ25 NO15 PL28 PT25
		RS22 SD18 SE24 SI19 SK24 SO23 ST25 TD27 TL23 TN24 VA22 XK20`
	const mixed = `AD24 AL28 AZ28 BF28 BG22 BH22 BJ28 BL27 BR29 BY28 CH21 CI28 CY28 DO28 FK18 FR27 GB22 GE22 GF27 GG22
		GI23 GP27 GR27 GT28 GW25 HN28 IE22 IM22 IQ23 IT27 JE22 JO30 KW30 KZ20 LB28 LC32 LI21 LU20 LV21 MC27 MD24 MF27
		MK19 ML28 MQ27 MT31 MU30 NC27 NE28 NI28 NL18 OM23 PF27 PK24 PM27 PS29 QA29 RE27 RO24 RU33 SA24 SC31 SM27 SN28
		SV28 TF27 TG28 TR26 UA29 VG24 WF27 YE30 YT27`
	forms := make(map[[2]byte]ibanForm)
	for _, list := range []string{numeric, mixed} {
		for _, f := range strings.Fields(list) {
			forms[[2]byte{f[0], f[1]}] = ibanForm{length: (f[2]-'0')*10 + f[3] - '0', numeric: list == numeric}
		}
	}
	return forms
}

// ibanStarts tells whether what stands before b[i] allows an IBAN to begin there.
func ibanStarts(b []byte, i int) bool {
	return i == 0 || !alnum(b[i-1]) || at(b, i-3) == '?' || hasFoldSuffix(b[:i], "iban") // ?31 of MT940
}

// iban returns the end of the international bank account number at b[i], or 0:
// country, two check digits, the country's length, mod 97 (ISO 7064). One space
// or dash may stand behind each group of four.
func iban(b []byte, i int) int {
	if !ibanStarts(b, i) {
		return 0
	}
	form := ibanForms[[2]byte{b[i] &^ 0x20, b[i+1] &^ 0x20}]
	if form.length == 0 {
		return 0
	}
	var buf [maxIBAN]byte
	var sep byte
	n, pos := 0, i
	for n < int(form.length) {
		c := at(b, pos)
		if n > 0 && n%4 == 0 && (n == 4 || sep != 0) {
			if (c == ' ' || c == '-' || c == '.' || c == '+') && (sep == 0 || c == sep) {
				sep = c
				pos++
				c = at(b, pos)
			} else if sep != 0 {
				return 0
			}
		}
		if !alnum(c) || n > 3 && form.numeric && !digit(c) {
			return 0
		}
		buf[n] = c
		n++
		pos++
	}
	if alnum(at(b, pos)) || !digit(buf[2]) || !digit(buf[3]) || !mod97(buf[:n]) {
		return 0
	}
	return pos
}

// mod97 checks an IBAN: rotated by four, letters as 10 to 35, the remainder is 1.
func mod97(b []byte) bool {
	r := 0
	for i := range b {
		if c := b[(i+4)%len(b)]; digit(c) {
			r = (r*10 + int(c-'0')) % 97
		} else {
			r = (r*100 + int(lower(c)-'a') + 10) % 97
		}
	}
	return r == 1
}
