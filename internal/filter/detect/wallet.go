package detect

import (
	"crypto/sha256"
	"math/big"
)

// wallets looks at the word b[start:end] for addresses of cryptocurrencies.
func wallets(w *Work, b []byte, start, end int) {
	for i := start; i < end; {
		j := i
		for j < end && alnum(b[j]) {
			j++
		}
		if word := b[i:j]; len(word) >= 26 {
			switch {
			case ethereum(word):
				w.add(i, j, Wallet, "ethereum")
			case bech32(word):
				w.add(i, j, Wallet, "bech32")
			case base58Check(word):
				w.add(i, j, Wallet, "base58check")
			}
		}
		i = j + 1
	}
}

// ethereum: 0x and 40 hexadecimal digits (EIP-55 without the check of the case,
// which many programs don't write).
func ethereum(b []byte) bool {
	if len(b) != 42 || b[0] != '0' || b[1]|0x20 != 'x' {
		return false
	}
	for _, c := range b[2:] {
		if !hexDigit(c) {
			return false
		}
	}
	return true
}

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58Check: 25 bytes in base 58, of which the last four are the start of the
// double SHA-256 of the others (Bitcoin, Litecoin, Dogecoin, Tron …).
func base58Check(b []byte) bool {
	if len(b) > 35 {
		return false
	}
	n, radix := new(big.Int), big.NewInt(58)
	for _, c := range b {
		v := int64(-1)
		for i := range len(base58) {
			if base58[i] == c {
				v = int64(i)
			}
		}
		if v < 0 {
			return false
		}
		n.Add(n.Mul(n, radix), big.NewInt(v))
	}
	var raw [25]byte
	if n.BitLen() > len(raw)*8 {
		return false
	}
	n.FillBytes(raw[:])
	first := sha256.Sum256(raw[:21])
	second := sha256.Sum256(first[:])
	return string(second[:4]) == string(raw[21:])
}

// bech32: a prefix of Bitcoin or Litecoin, and a checksum of BIP 173 or BIP 350.
func bech32(b []byte) bool {
	const chars = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	prefix := ""
	for _, p := range [...]string{"bc", "tb", "ltc"} {
		if hasFoldPrefix(b, p+"1") {
			prefix = p
		}
	}
	if prefix == "" || len(b) > 90 {
		return false
	}
	sum := uint32(1)
	step := func(v uint32) {
		top := sum >> 25
		sum = (sum&0x1ffffff)<<5 ^ v
		for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 != 0 {
				sum ^= g
			}
		}
	}
	for i := range len(prefix) {
		step(uint32(prefix[i] >> 5))
	}
	step(0)
	for i := range len(prefix) {
		step(uint32(prefix[i] & 31))
	}
	for _, c := range b[len(prefix)+1:] {
		v := -1
		for i := range len(chars) {
			if chars[i] == lower(c) {
				v = i
			}
		}
		if v < 0 {
			return false
		}
		step(uint32(v))
	}
	return sum == 1 || sum == 0x2bc830a3
}
