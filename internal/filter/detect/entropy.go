package detect

import "math"

// highEntropy looks at the word b[start:end] for a random token: at least 20
// characters of one alphabet with nearly as many different ones as chance gives.
func highEntropy(w *Work, b []byte, start, end int) {
	const minLength = 20
	for i := start; i < end; {
		j := i
		for j < end && (alnum(b[j]) || b[j] == '_' || b[j] == '-' || b[j] == '+') {
			j++
		}
		if word := b[i:j]; j-i >= minLength && !isUUID(word) && improbable(word) {
			w.add(i, j, HighEntropy, "entropy")
		}
		i = j + 1
	}
}

// improbable compares the Shannon entropy of b, in bits a character, with that
// which random text of its length and alphabet has: 90 % of it is random, words
// and identifiers have less. Without digits it needs mixed case as well.
func improbable(b []byte) bool {
	var counts [256]uint16
	digits, uppers, lowers, letters := 0, 0, 0, true
	for _, c := range b {
		if counts[c] < math.MaxUint16 {
			counts[c]++
		}
		switch {
		case digit(c):
			digits++
		case is(c, inUpper):
			uppers++
		case is(c, inLetter):
			lowers++
		}
		letters = letters && (hexDigit(c))
	}
	size := 0.0
	switch {
	case letters:
		size = 16
	case uppers > 0 && lowers > 0:
		size = 64
	default:
		size = 36
	}
	if digits == 0 && (uppers < 3 || lowers < 3) || digits == len(b) {
		return false
	}
	entropy := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(b))
			entropy -= p * math.Log2(p)
		}
	}
	// The most that len(b) characters can have, lowered by what drawing them at
	// random costs (birthday repetitions).
	most := math.Min(math.Log2(size), math.Log2(float64(len(b))))
	return entropy >= 0.85*most && digits*20 >= len(b)
}
