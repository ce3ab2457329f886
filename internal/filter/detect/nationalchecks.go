package detect

func digitValue(c byte) int { return int(c - '0') }

func brazilianCPF(d []byte) bool {
	if allSame(d) {
		return false
	}
	first := (weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10) % 11 % 10
	second := (weighted(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10) % 11 % 10
	return first == digitValue(d[9]) && second == digitValue(d[10])
}

func brazilianCNPJ(d []byte) bool {
	if allSame(d) {
		return false
	}
	digitOf := func(sum int) int {
		if sum %= 11; sum < 2 {
			return 0
		}
		return 11 - sum
	}
	return digitOf(weighted(d, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == digitValue(d[12]) &&
		digitOf(weighted(d, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == digitValue(d[13])
}

func canadianSIN(d []byte) bool { return d[0] != '0' && d[0] != '8' && luhn(d) }

func australianTFN(d []byte) bool { return weighted(d, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0 }

func australianMedicare(d []byte) bool {
	return d[0] >= '2' && d[0] <= '6' && weighted(d, 1, 3, 7, 9, 1, 3, 7, 9)%10 == digitValue(d[8]) && d[9] != '0'
}

// indianAadhaar: Verhoeff, not beginning with 0 or 1, no palindrome.
func indianAadhaar(d []byte) bool {
	if d[0] < '2' || !verhoeff(d) {
		return false
	}
	for i := range len(d) / 2 {
		if d[i] != d[len(d)-1-i] {
			return true
		}
	}
	return false
}

// verhoeff computes in the dihedral group of the pentagon.
func verhoeff(d []byte) bool {
	permutation := [8][10]uint8{}
	permutation[0] = [10]uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	permutation[1] = [10]uint8{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	for i := 2; i < 8; i++ {
		for k := range permutation[i] {
			permutation[i][k] = permutation[i-1][permutation[1][k]]
		}
	}
	multiply := func(a, b int) int {
		switch {
		case a < 5 && b < 5:
			return (a + b) % 5
		case a < 5:
			return (a+b-5)%5 + 5
		case b < 5:
			return (a-5-b+5)%5 + 5
		}
		return (a - b + 5) % 5
	}
	check := 0
	for i := range d {
		check = multiply(check, int(permutation[i%8][digitValue(d[len(d)-1-i])]))
	}
	return check == 0
}

func britishNHS(d []byte) bool {
	check := 11 - weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return !allSame(d) && check%11 == digitValue(d[9]) && check != 10
}

// germanIDNr: ISO 7064 mod 11, 10; of the first ten digits one stands there two or
// three times, the others at most once.
func germanIDNr(d []byte) bool {
	if d[0] == '0' || !mod1110(d) {
		return false
	}
	var counts [10]int
	for _, c := range d[:10] {
		counts[digitValue(c)]++
	}
	repeated := 0
	for _, n := range counts {
		if n > 3 {
			return false
		}
		if n > 1 {
			repeated++
		}
	}
	return repeated == 1
}

func mod1110(d []byte) bool {
	p := 10
	for _, c := range d[:len(d)-1] {
		p += digitValue(c)
		if p %= 10; p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return (11-p)%10 == digitValue(d[len(d)-1])
}

func frenchNIR(d []byte) bool {
	if d[0] != '1' && d[0] != '2' {
		return false
	}
	month := number(d[3:5])
	if month == 0 || month > 12 && month < 20 || month > 42 && month < 50 {
		return false
	}
	r := 0
	for _, c := range d[:13] {
		r = (r*10 + digitValue(c)) % 97
	}
	return 97-r == number(d[13:])
}

func dutchBSN(d []byte) bool {
	return !allSame(d) && (weighted(d, 9, 8, 7, 6, 5, 4, 3, 2)-digitValue(d[8]))%11 == 0
}

func belgianNN(d []byte) bool {
	month, day := number(d[2:4])%20, number(d[4:6])
	if month > 12 || day > 31 {
		return false
	}
	n := number(d[:9])
	check := number(d[9:])
	return 97-n%97 == check || 97-(2000000000+n)%97 == check
}

func polishPESEL(d []byte) bool {
	return birthday(number(d[2:4])%20, number(d[4:6])) && weighted(d, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0
}

func portugueseNIF(d []byte) bool {
	check := (11 - weighted(d, 9, 8, 7, 6, 5, 4, 3, 2)%11) % 11 % 10
	return d[0] != '0' && check == digitValue(d[8])
}

func romanianCNP(d []byte) bool {
	check := weighted(d, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11
	if check == 10 {
		check = 1
	}
	return d[0] != '0' && birthday(number(d[3:5]), number(d[5:7])) && check == digitValue(d[12])
}

func bulgarianEGN(d []byte) bool {
	return birthday(number(d[2:4])%20, number(d[4:6])) && weighted(d, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == digitValue(d[9])
}

// czechRC: also Slovak; months of women are raised by 50, some by 20.
func czechRC(d []byte) bool {
	if !birthday(number(d[2:4])%50%20, number(d[4:6])) {
		return false
	}
	n := number(d[:9])
	check := n % 11 % 10
	return check == digitValue(d[9])
}

func croatianOIB(d []byte) bool { return mod1110(d) }

func slovenianEMSO(d []byte) bool {
	check := (11 - weighted(d, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11) % 11
	return birthday(number(d[2:4]), number(d[:2])) && check == digitValue(d[12])
}

// balticCode: Estonian and Lithuanian.
func balticCode(d []byte) bool {
	if d[0] == '0' || d[0] == '9' || !birthday(number(d[3:5]), number(d[5:7])) {
		return false
	}
	check := weighted(d, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11
	if check == 10 {
		check = weighted(d, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10
	}
	return check == digitValue(d[10])
}

func greekAMKA(d []byte) bool { return birthday(number(d[2:4]), number(d[:2])) && luhn(d) }

func swedishNumber(d []byte) bool {
	day := number(d[4:6])
	return birthday(number(d[2:4]), day%60) && luhn(d)
}

func norwegianNumber(d []byte) bool {
	month, day := number(d[2:4]), number(d[:2])
	if !birthday(month%40, day%40) {
		return false
	}
	first := (11 - weighted(d, 3, 7, 6, 1, 8, 9, 4, 5, 2)%11) % 11
	second := (11 - weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11) % 11
	return first == digitValue(d[9]) && second == digitValue(d[10])
}

func austrianVNR(d []byte) bool {
	check := (weighted(d, 3, 7, 9) + weighted(d[4:], 5, 8, 4, 2, 1, 6)) % 11
	return d[0] != '0' && check == digitValue(d[3])
}

func americanITIN(d []byte) bool {
	group := number(d[3:5])
	return d[0] == '9' && (group >= 70 && group <= 88 || group >= 90 && group <= 92 || group >= 94 || group >= 50 && group <= 65)
}

// danishCPR: numbers given out since 2007 may have any check digit, so that only the
// birthday is checked.
func danishCPR(d []byte) bool { return birthday(number(d[2:4]), number(d[:2])) }

func britishUTR(d []byte) bool {
	return "21987654321"[weighted(d[1:], 6, 7, 8, 9, 10, 5, 4, 3, 2)%11] == d[0]
}

func polishNIP(d []byte) bool {
	return weighted(d, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == digitValue(d[9])
}

// swissAHV: 756, nine digits and the check digit of European article numbers.
func swissAHV(d []byte) bool {
	return string(d[:3]) == "756" && weighted(d, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)%10 == 0
}
