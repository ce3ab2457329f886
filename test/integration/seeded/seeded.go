// Package seeded makes values that look private and that nobody else uses, so that finding one proves a leak, and looks
// for them in texts.
package seeded

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
)

// Values are seeded values by what they are: "email", "card".
type Values map[string]string

// Email is an address of a domain that is reserved for examples.
func Email() string { return "ada." + digits(3) + Hex(4) + "@example.com" }

// SSN is a social security number.
func SSN() string {
	return "536-" + strconv.Itoa(20+rand.IntN(70)) + "-" + strconv.Itoa(1000+rand.IntN(8999))
}

// Bearer is the value of an Authorization header.
func Bearer() string { return "Bearer " + Hex(20) }

// JWT is a token whose signature nobody has checked.
func JWT() string {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + Hex(6) + `"}`))
	return "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + claims + "." + Hex(16)
}

// APIKey is a key in the form of a payment provider's.
func APIKey() string { return "sk_live_" + Hex(12) }

// Account is an account number in the form that the trading platform's agents are told of.
func Account() string { return "ACC-" + digits(8) }

// IBAN is a German account number with valid check digits.
func IBAN() string {
	account := digits(18)
	n, _ := new(big.Int).SetString(account+"131400", 10) // DE00, as ISO 13616 reckons it
	check := 98 - new(big.Int).Mod(n, big.NewInt(97)).Int64()
	return fmt.Sprintf("DE%02d%s", check, account)
}

// Card is a number of Visa's test range that passes the Luhn check.
func Card() string {
	number := "411111" + digits(9)
	sum := 0
	for i, d := range number {
		n := int(d - '0')
		if i%2 == 0 { // the check digit will make it 16: every second from the left is doubled
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return number + strconv.Itoa((10-sum%10)%10)
}

// Hex is 2n random hexadecimal digits.
func Hex(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return hex.EncodeToString(b)
}

func digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + rand.IntN(10))
	}
	return string(b)
}
