package detect

// ssn looks for a US social security number that begins with the group b[i:j].
// 123-45-6789 needs no more; with other separators, or bare, it has to stand
// behind a word or in an attribute that says so.
func ssn(b []byte, i, j int, hint Hint) (end int, rule string) {
	switch j - i {
	case 3:
		sep := at(b, j)
		if sep != '-' && sep != ' ' && sep != '.' && sep != '+' || at(b, j+3) != sep || j+8 > len(b) {
			return 0, ""
		}
		end = j + 8
		for k := j; k < end; k++ {
			if k != j && k != j+3 && !digit(b[k]) {
				return 0, ""
			}
		}
		if !ssnIssued(number(b[i:j]), number(b[j+1:j+3]), number(b[j+4:end])) || !ssnBounded(b, i, end) {
			return 0, ""
		}
		if sep != '-' && !ssnContext(b, i, hint) {
			return 0, ""
		}
		return end, "area_rules"
	case 9:
		d := b[i:j]
		if alnum(at(b, i-1)) || alnum(at(b, j)) || at(b, i-1) == '.' || !ssnIssued(number(d[:3]), number(d[3:5]), number(d[5:])) || !ssnContext(b, i, hint) {
			return 0, ""
		}
		return j, "area_rules_in_context"
	}
	return 0, ""
}

// ssnIssued applies the rules of the Social Security Administration: no area 000,
// 666 or 900 and above, no group 00, no serial 0000. The few numbers that were
// withdrawn, as 078-05-1120, look like any other, and are taken for one.
func ssnIssued(area, group, serial int) bool {
	return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

func ssnBounded(b []byte, i, end int) bool {
	before, after := at(b, i-1), at(b, end)
	if alnum(after) || before == '+' || before == '.' && digit(at(b, i-2)) || after == '.' && digit(at(b, end+1)) {
		return false
	}
	if (before == '-' || before == '/') && alnum(at(b, i-2)) && (before == '-' && hexDigit(at(b, i-2)) || digit(at(b, i-2))) {
		return false
	}
	if after == '-' && alnum(at(b, end+1)) {
		return false
	}
	return !alnum(before) || !glued(b, i, i+3)
}

// ssnContext tells whether the words before b[i] name a social security number.
func ssnContext(b []byte, i int, hint Hint) bool {
	if hint == HintSSN {
		return true
	}
	before := b[max(0, i-40):i]
	for k := range before {
		switch lower(before[k]) {
		case 's':
			if hasFoldPrefix(before[k:], "ssn") || hasFoldPrefix(before[k:], "social") || hasFoldPrefix(before[k:], "soc sec") {
				return true
			}
		case 't':
			if hasFoldPrefix(before[k:], "tax id") || hasFoldPrefix(before[k:], "taxpayer") {
				return true
			}
		}
	}
	return false
}
