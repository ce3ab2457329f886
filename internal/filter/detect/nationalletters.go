package detect

// letteredID looks for an identification number with letters around the digits
// b[i:j]: Spanish DNI and NIE, Italian codice fiscale, British national insurance
// number, Irish PPS, Finnish HETU, Indian PAN.
func letteredID(b []byte, i, j int) (start, end int, rule string) {
	start, end = i, j
	for start > 0 && i-start < 16 && alnum(b[start-1]) {
		start--
	}
	for end < len(b) && end-i < 16 && alnum(b[end]) {
		end++
	}
	if alnum(at(b, start-1)) || alnum(at(b, end)) {
		return 0, 0, ""
	}
	if j-i == 2 && (at(b, j) == ' ' || i == start) { // AB 12 34 56 C
		if start, end := spacedNINO(b, i); end > 0 {
			return start, end, "gb_nino"
		}
	}
	var buf [16]byte
	token := buf[:0]
	if end-start <= len(buf) {
		for _, c := range b[start:end] {
			token = append(token, upper(c))
		}
	}
	switch len(token) {
	case 6, 11:
		if end, ok := finnishHETU(b, start, start+6); ok {
			return start, end, "fi_hetu"
		}
	case 8, 9:
		switch {
		case spanishDNI(token):
			return start, end, "es_dni"
		case britishNINO(token):
			return start, end, "gb_nino"
		case irishPPS(token):
			return start, end, "ie_pps"
		}
	case 10:
		if indianPAN(token) {
			return start, end, "in_pan"
		}
	case 16:
		if italianCode(token) {
			return start, end, "it_codicefiscale"
		}
	}
	return 0, 0, ""
}

// shape tells whether b has letters where form has 'A' and digits where it has
// '0'.
func shape(b []byte, form string) bool {
	if len(b) != len(form) {
		return false
	}
	for i, c := range b {
		if digit(c) != (form[i] == '0') {
			return false
		}
	}
	return true
}

// spanishDNI: also the NIE of foreigners, which begins with X, Y or Z.
func spanishDNI(b []byte) bool {
	n := 0
	switch {
	case shape(b, "00000000A"):
		n = number(b[:8])
	case shape(b, "A0000000A") && b[0] >= 'X' && b[0] <= 'Z':
		n = int(b[0]-'X')*10000000 + number(b[1:8])
	default:
		return false
	}
	return "TRWAGMYFPDXBNJZSQVHLCKE"[n%23] == b[8]
}

func britishNINO(b []byte) bool {
	if !shape(b, "AA000000A") || b[8] > 'D' || ninoLetter(b[0]) || ninoLetter(b[1]) || b[1] == 'O' {
		return false
	}
	switch string(b[:2]) {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return false
	}
	return true
}

// ninoLetter tells whether a prefix can't have the letter.
func ninoLetter(c byte) bool {
	return c == 'D' || c == 'F' || c == 'I' || c == 'Q' || c == 'U' || c == 'V'
}

// spacedNINO reads AB 12 34 56 C around the first pair of digits at b[i].
func spacedNINO(b []byte, i int) (start, end int) {
	start = i - 3
	end = i + 10
	if start < 0 || end > len(b) || alnum(at(b, start-1)) || alnum(at(b, end)) {
		return 0, 0
	}
	var token [9]byte
	n := 0
	for k := start; k < end; k++ {
		if (k-start)%3 == 2 {
			if b[k] != ' ' {
				return 0, 0
			}
			continue
		}
		token[n] = b[k]
		n++
	}
	if n != len(token) || !britishNINO(token[:]) {
		return 0, 0
	}
	return start, end
}

// irishPPS: seven digits, a check letter and perhaps one more.
func irishPPS(b []byte) bool {
	if !shape(b, "0000000A") && !shape(b, "0000000AA") {
		return false
	}
	sum := weighted(b, 8, 7, 6, 5, 4, 3, 2)
	if len(b) == 9 && b[8] != 'W' {
		sum += int(b[8]-'A'+1) * 9
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == b[7]
}

// finnishHETU: the date of birth b[start:end], a sign of the century, three digits
// and a check character.
func finnishHETU(b []byte, start, end int) (int, bool) {
	if end+5 > len(b) || alnum(at(b, end+5)) || !birthday(number(b[start+2:start+4]), number(b[start:start+2])) {
		return 0, false
	}
	switch upper(b[end]) {
	case '-', '+', 'A', 'B', 'C', 'D', 'E', 'F', 'U', 'V', 'W', 'X', 'Y': // the century
	default:
		return 0, false
	}
	var d [9]byte
	copy(d[:], b[start:end])
	copy(d[6:], b[end+1:end+4])
	for _, c := range d {
		if !digit(c) {
			return 0, false
		}
	}
	return end + 5, "0123456789ABCDEFHJKLMNPRSTUVWXY"[number(d[:])%31] == upper(b[end+4])
}

func upper(c byte) byte {
	if is(c, inLetter) {
		return c &^ 0x20
	}
	return c
}

// indianPAN: the fourth letter is the kind of the holder.
func indianPAN(b []byte) bool {
	if !shape(b, "AAAAA0000A") {
		return false
	}
	switch b[3] {
	case 'P', 'C', 'H', 'F', 'A', 'T', 'B', 'L', 'J', 'G', 'E', 'K':
		return string(b[5:9]) != "0000"
	}
	return false
}

// italianCode: letters and digits have other values in odd places.
func italianCode(b []byte) bool {
	if !shape(b, "AAAAAA00A00A000A") {
		return false
	}
	odd := [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i, c := range b[:15] {
		v := int(c - 'A')
		if digit(c) {
			v = int(c - '0')
		}
		if i%2 == 0 {
			v = odd[v]
		}
		sum += v
	}
	return byte('A'+sum%26) == b[15]
}
