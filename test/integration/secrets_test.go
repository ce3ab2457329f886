package integration

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// secrets are values that nobody else uses, so that finding one proves a leak.
func secrets() map[string]string {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + randomHex(6) + `"}`))
	return map[string]string{
		"email":  "ada." + randomHex(4) + "@example.com",
		"card":   randomCard(),
		"ssn":    "536-" + strconv.Itoa(20+rand.IntN(70)) + "-" + strconv.Itoa(1000+rand.IntN(8999)),
		"bearer": "Bearer " + randomHex(20),
		"jwt":    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + claims + "." + randomHex(16),
	}
}

// randomCard returns a number of Visa's test range that passes the Luhn check.
func randomCard() string {
	digits := []byte("411111")
	for len(digits) < 15 {
		digits = append(digits, byte('0'+rand.IntN(10)))
	}
	sum := 0
	for i, d := range digits {
		n := int(d - '0')
		if i%2 == 0 { // the check digit will make it 16: every second from the left is doubled
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return string(digits) + strconv.Itoa((10-sum%10)%10)
}

// forms are the ways in which a secret could stand in a text.
func forms(secret string) []string {
	quoted, _ := json.Marshal(secret)
	bare := strings.TrimPrefix(secret, "Bearer ")
	return []string{
		bare, url.QueryEscape(bare), url.PathEscape(bare), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
}

func checkNone(t *testing.T, seeded map[string]string, where, text string) {
	t.Helper()
	if text == "" {
		t.Errorf("%s is empty", where)
	}
	for name, secret := range seeded {
		for _, form := range forms(secret) {
			if i := strings.Index(text, form); i >= 0 {
				t.Errorf("%s holds the seeded %s: …%s…", where, name, text[max(0, i-80):min(len(text), i+80)])
				break
			}
		}
	}
}
