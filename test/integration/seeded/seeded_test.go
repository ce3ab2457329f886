package seeded

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"testing"
)

func TestLeaksFindsEachForm(t *testing.T) {
	makers := map[string]func() string{
		"email": Email, "card": Card, "iban": IBAN, "ssn": SSN, "account": Account, "key": APIKey, "bearer": Bearer, "jwt": JWT,
	}
	for name, make := range makers {
		value := make()
		quoted, _ := json.Marshal(value)
		for form, text := range map[string]string{
			"raw": value, "query": url.QueryEscape(value), "path": url.PathEscape(value), "json": string(quoted),
			"base64 alone":  base64.StdEncoding.EncodeToString([]byte(value)),
			"base64 inside": base64.StdEncoding.EncodeToString([]byte("a:" + value + ":bcd")),
			"base64 later":  base64.URLEncoding.EncodeToString([]byte("a" + value + "x")),
		} {
			v := Values{name: value}
			if len(v.Leaks("before "+text+" after")) != 1 {
				t.Errorf("%s %s isn't found as %s: %s", name, value, form, text)
			}
			if other := (Values{name: make()}); len(other.Leaks("before "+text+" after")) != 0 {
				t.Errorf("another %s is found in %s", name, text)
			}
		}
	}
}

func TestMasksAreNoLeaks(t *testing.T) {
	v := Values{"email": Email(), "card": Card()}
	if found := v.Leaks("[email] paid with [card] hkr:BCTjoMTfSzSlrkQbZSbzkw"); len(found) != 0 {
		t.Error(found)
	}
}
