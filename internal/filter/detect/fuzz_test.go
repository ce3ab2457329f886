package detect

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// allSet is every detector.
var allSet = Set(1<<NumKinds - 1)

// FuzzScan holds findings to be in order and in bounds, and a text without them to
// have none.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"4111 1111-1111.1111", "DE89 3704 0044 0532 0130 00", "a@b.co c%40d.org \\u0040", "password={\"a\":[1,'x']} token: x",
		"eyJhbGciOiJub25lIn0..", "-----BEGIN RSA PRIVATE KEY-----\\n", "https://u:p@h/?sig=1&a=b", "8=FIX.4.4|1=ABC12345|554=x|",
		"+49 (0)30 1234567", "Authorization: Basic YTpi", "\u200b\uff14&#64;%25%34", "1:2:3::4 10.0.0.1 00-11-22-33-44-55",
		"RSSMRA85T10A562S AB 12 34 56 C 131052-308T", "ghp_0123456789abcdefABCDEF hvs.0123456789abcdefghijklmn",
		`authorization: Digest x="`, "a@b.c.-.-", "value=x1",
	} {
		f.Add([]byte(seed), uint8(0))
	}
	scanners := []*Scanner{New(defaultSet, nil), New(allSet, nil)}
	f.Fuzz(func(t *testing.T, text []byte, hint uint8) {
		h := Hint(hint) % (HintQuantity + 1)
		for _, s := range scanners {
			var w Work
			pos := 0
			before := bytes.Clone(text)
			found, _ := s.Scan(&w, text, h)
			for _, m := range found {
				if m.Start < pos || m.End <= m.Start || m.End > len(text) || m.Kind == None || m.Rule == "" {
					t.Fatalf("finding %+v behind %d in %d bytes", m, pos, len(text))
				}
				pos = m.End
			}
			if !bytes.Equal(before, text) {
				t.Fatal("the text was written to")
			}
		}
	})
}

// FuzzViews holds the places of decoded bytes to rise and to lie in the original.
func FuzzViews(f *testing.F) {
	f.Add([]byte("a%40\\u0040&#64;\uff20\u200b\\\\n\\x41\\u{41}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var a, b view
		if !a.decode(text, nil) {
			return
		}
		check := func(v *view) {
			if len(v.from) != len(v.text)+1 || int(v.from[len(v.text)]) != len(text) {
				t.Fatalf("%d bytes have %d places", len(v.text), len(v.from))
			}
			for i := 1; i < len(v.from); i++ {
				if v.from[i] < v.from[i-1] {
					t.Fatalf("places fall at %d", i)
				}
			}
		}
		check(&a)
		if b.decode(a.text, a.from) {
			check(&b)
		}
	})
}

// hostile are pieces that, again and again, are made for looking back and ahead.
var hostile = []string{
	"@", "a@", "a@a.", "1", "1 ", "1-", "11.", "4111 ", "4111-", "+1", "+1 ", "((1", "=", "a=", "password=", "password={", "password=[", "password='",
	"token=[", "token=\"\\", "cookie:", "cookie: ", "cookie=x ", "authorization:", "authorization: a ", "session=", "://", "a://b:", "://@", "eyJ", "eyJ.",
	"-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----END ", "AIza", "LTAI", "A3-", "~aaa0Q~", ":AA-", "8=FIX|", "8=FIX ", "8=FIX|1=", "%", "%25", "\\", "\\\\", "\\u", "\\u005c",
	"&", "&#", "&#38;", "\u200b", "\uff14", "::", "1:", "1.", "hk1:", "[card", "REDACTED", "AB 12 ", "bearer ", "Basic a", "--a ", "--token ", "<token>", "account 1", "ssn 1",
	"123456789 ", "a-", "bc1", "0x", "{", "}", "\"", "'", "\n", "token:\n", "DE89", "DE89 ", "x",
	"xoxb-", "xoxb-a", "xoxa-1", "ZXlK", "eyJ0", " -p", "curl -u a:", "mysql -p", "curl -u ", " \"", " '", "password \"", "password is 'a", "\",", "\", \"", "(\"token\", \"", "['password', '", "@tcp(", "a:b@tcp(", "@//", "a+", "a=b+",
	"value=", "name=a value=", "\"name\":\"password\",\"value\":\"", "1|a", "a.atlasv1.", ".atlasv1.a", "1234 ", "1\t", "1 1 ", "$a$", "?=", "a?=", "-Da=", "pwd=/",
	"password ", "password is ", "password for a ", "password|", "password    ", "password \u2192", "key (1", "passwd[0", "{{password ", " as password", "\"x\" is not a valid password", "<a name=\"password\">", "<name>password</name>",
	"value=\"a\" name=", "name=\"password\" value=\"", "/user:", "net use /user:", ":1:", ":5432:a:b:", "a:1:a:a:", "35=A|", "101-001-", "login(\"a\", ", "Label=password ", "(password) values (", "creds a / ", "1) \"password\" ", "%A_",
}

// TestNoInputIsSlow scans long texts of hostile pieces: with quadratic work it
// wouldn't come to an end within the time that go test allows. BenchmarkHostile
// tells which piece it is.
func TestNoInputIsSlow(t *testing.T) {
	s := New(allSet, nil)
	for _, part := range hostile {
		var w Work
		text := []byte(strings.Repeat(part, 256<<10/len(part)))
		for _, hint := range []Hint{NoHint, HintQuery} {
			s.Scan(&w, text, hint)
		}
	}
}

// BenchmarkHostile shows for each piece whether the time of a byte grows with the
// length of the text: the figures for n, 2n and 4n have to be the same.
func BenchmarkHostile(b *testing.B) {
	s := New(allSet, nil)
	for _, part := range hostile {
		for _, n := range []int{64 << 10, 128 << 10, 256 << 10} {
			text := []byte(strings.Repeat(part, n/len(part)))
			b.Run(fmt.Sprintf("%q/%d", part, n), func(b *testing.B) {
				var w Work
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					s.Scan(&w, text, NoHint)
				}
			})
		}
	}
}
