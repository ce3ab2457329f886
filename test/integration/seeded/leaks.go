package seeded

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Leaks says for each value that stands in the text, in any form, which and amid what.
func (v Values) Leaks(text string) (found []string) {
	for name, value := range v {
		for _, form := range forms(value) {
			if i := strings.Index(text, form); i >= 0 {
				around := text[max(0, i-80):min(len(text), i+len(form)+80)]
				found = append(found, fmt.Sprintf("the seeded %s as …%s…", name, around))
				break
			}
		}
	}
	slices.Sort(found)
	return found
}

// forms are the ways in which a value could stand in a text: as it is, percent-encoded, escaped as JSON does and as it
// may, and in Base64, alone or inside something longer.
func forms(value string) []string {
	quoted, _ := json.Marshal(value)
	bare := strings.TrimPrefix(value, "Bearer ")
	out := []string{
		bare, url.QueryEscape(bare), url.PathEscape(bare), strings.Trim(string(quoted), `"`), escaped(bare),
	}
	for offset := range 3 {
		out = append(out, inBase64(bare, offset)...)
	}
	return out
}

// escaped has every character but letters and digits as \u0040.
func escaped(value string) string {
	var b strings.Builder
	for _, r := range value {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// inBase64 is what the value looks like inside the Base64 of a longer text, offset bytes behind a multiple of three:
// the characters that depend on nothing else.
func inBase64(value string, offset int) []string {
	padded := append(make([]byte, offset), value...)
	from := (offset*8 + 5) / 6
	to := len(padded) * 8 / 6
	var out []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		out = append(out, encoding.EncodeToString(padded)[from:to])
	}
	return out
}
