package filter

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// fragments are what texts in properties are made of: private values, what stands
// around them, and what encodes them.
func fragments(t testing.TB) []string {
	list := []string{
		" ", "\n", "=", ":", ": ", ",", ";", "&", "?", "/", "//", "://", "@", "\"", "'", "\\", "\\\"", "{", "}", "[", "]", "(", ")", "<", ">", "|", "%", "+", "-", "--", ".", "_", "#", "\x01",
		"password", "token", "api_key", "Authorization", "Cookie", "Bearer ", "Basic ", "phone", "ssn", "account ", "account_id", "sig", "8=FIX.4.4|", "1=", "554=", "REDACTED", "[card]", "[secret]", "[masked]", "hk1:", "?",
		"%40", "%20", "%25", "\\u0040", "&#64;", "\uff20", "\u200b", "\uff14", "\u0661", "https", "user", "x", "0", "7", "42", "2024-05-01", "SELECT ", "'a'", "WHERE id = 1", "é", "\xff",
		" -p", "mysql ", "curl -u ", "htpasswd -b a b ", "a:b", "@tcp(", "@//", "\"\"", "\", \"", "', '", "name=", "value=", "is ", "to ", "?=", "order ", "id=", "1234 ", "--password ", "git@", "[url]", "[account]",
	}
	for _, s := range readSamples(t, "testdata/handmade.jsonl") {
		if s.Kind != "" {
			list = append(list, s.Secret, s.Text)
		}
	}
	return list
}

// settings are filters that differ in what they find and what they do.
func settings(t testing.TB) map[string]*Filter {
	all := DetectorNames()
	return map[string]*Filter{
		"mask":          newFilter(t, Options{}),
		"hash":          newFilter(t, Options{Action: Hash}),
		"all detectors": newFilter(t, Options{Detectors: all, KeepLast4: true, Patterns: []Pattern{{Name: "own", Regex: `x[0-9]+`}}}),
		"all, hashed":   newFilter(t, Options{Detectors: all, Action: Hash, Patterns: []Pattern{{Name: "own", Regex: `x[0-9]+`}}}),
	}
}

func TestFilteredTextStaysAsItIs(t *testing.T) {
	parts := fragments(t)
	for name, f := range settings(t) {
		t.Run(name, func(t *testing.T) {
			w := f.newWorker()
			rapid.Check(t, func(rt *rapid.T) {
				key := rapid.SampledFrom([]string{"", "", "note", "password", "url.full", "url.query", "db.query.text", "phone", "account_id", "http.request.header.cookie"}).Draw(rt, "key")
				text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 12).Draw(rt, "parts"), "")
				text = strings.ToValidUTF8(text, "\uFFFD")
				once := w.filterText(sample{Text: text, Key: key})
				twice := w.filterText(sample{Text: once, Key: key})
				if twice != once {
					rt.Fatalf("%s %q\nonce  %q\ntwice %q", key, text, once, twice)
				}
			})
		})
	}
}

// encodings are the ways to write a text that the filter looks through.
var encodings = map[string]func(string) string{
	"raw":              func(s string) string { return s },
	"percent":          url.QueryEscape,
	"percent twice":    func(s string) string { return url.PathEscape(url.PathEscape(s)) },
	"percent, all":     func(s string) string { return each(s, "%%%02x") },
	"unicode escapes":  func(s string) string { return each(s, "\\u%04x") },
	"hex escapes":      func(s string) string { return each(s, "\\x%02X") },
	"HTML":             func(s string) string { return each(s, "&#%d;") },
	"JSON":             func(s string) string { return quoteJSON(map[string]string{"v": s}) },
	"JSON in JSON":     func(s string) string { return quoteJSON(map[string]string{"v": quoteJSON(s)}) },
	"fullwidth digits": func(s string) string { return mapDigits(s, '\uFF10') },
	"Arabic digits":    func(s string) string { return mapDigits(s, '\u0660') },
	"zero-width":       func(s string) string { return strings.Join(strings.Split(s, ""), "\u200B") },
}

func each(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func quoteJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func mapDigits(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// planted are private values and what of them must not be left.
var planted = []struct{ text, secret string }{
	{"4111111111111111", "4111111111111111"},
	{"5500-0000-0000-0004", "5500-0000-0000-0004"},
	{"alice.doe+x@example.com", "alice.doe+x@example.com"},
	{"DE89370400440532013000", "DE89370400440532013000"},
	{"536-90-4399", "536-90-4399"},
	{"ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
	{"password=hunter2hunter2", "hunter2hunter2"},
	{"https://bob:hunter2hunter2@db.example.com/x", "hunter2hunter2"},
	{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("bob:hunter2hunter2")), base64.StdEncoding.EncodeToString([]byte("bob:hunter2hunter2"))},
}

// TestPlantedSecretsAreGone plants a private value in every field of a random
// form of a request, in an encoding, with text around it.
func TestPlantedSecretsAreGone(t *testing.T) {
	f := newFilter(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SampledFrom(planted).Draw(rt, "secret")
		encoding := rapid.SampledFrom(keysOf(encodings)).Draw(rt, "encoding")
		encode := encodings[encoding]
		around := rapid.SampledFrom([]string{" ", "\n", "; ", " - ", "\""})
		before, after := around.Draw(rt, "before"), around.Draw(rt, "after")
		sig := otlp.Signal(rapid.IntRange(0, otlp.NumSignals-1).Draw(rt, "signal"))
		root := roots()[sig]
		plant(root.ProtoReflect(), "see"+before+encode(p.text)+after+"end", 4, rapid.IntRange(0, 7).Draw(rt, "turn"))
		in, err := proto.Marshal(root)
		if err != nil {
			rt.Fatal(err)
		}
		out, _, err := f.Filter(sig, in, nil)
		if err != nil {
			rt.Fatal(err)
		}
		for _, left := range []string{p.secret, encode(p.secret), strings.Trim(encode(p.secret), `{}"`)} {
			if bytes.Contains(out, []byte(left)) {
				rt.Fatalf("%s %s: %q is left", sig, encoding, left)
			}
		}
	})
}

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// TestCleanRequestIsUntouched holds requests without findings to be returned as
// they are.
func TestCleanRequestIsUntouched(t *testing.T) {
	f := newFilter(t, Options{})
	for sig, in := range cleanRequests(t) {
		out, _, err := f.Filter(sig, in, nil)
		if err != nil || len(out) != len(in) || &out[0] != &in[0] {
			t.Errorf("%v: a clean request was written anew (%v)", sig, err)
		}
	}
}

// cleanRequests has a request of each signal with a text in every field and
// nothing to find.
func cleanRequests(t *testing.T) map[otlp.Signal][]byte {
	t.Helper()
	all := map[otlp.Signal][]byte{}
	for sig, root := range roots() {
		plant(root.ProtoReflect(), "nothing to see, take 42 steps", 0, 1)
		in, err := proto.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		all[otlp.Signal(sig)] = in
	}
	return all
}
