package filter

import (
	"strings"
	"testing"
)

// A list of query parameters replaces that of the semantic conventions; names are
// exact, and parameters with telling names don't depend on it.
func TestQueryParameters(t *testing.T) {
	const url = "https://shop.example.com/p?sig=1&ref=a7&Ref=b8&access_token=x7Hd91kQ&page=2"
	for _, c := range []struct {
		name, key string
		list      []string
		text      string
		want      string
	}{
		{"default", "url.full", nil, url, "https://shop.example.com/p?sig=REDACTED&ref=a7&Ref=b8&access_token=REDACTED&page=2"},
		{"override", "url.full", []string{"ref"}, url, "https://shop.example.com/p?sig=1&ref=REDACTED&Ref=b8&access_token=REDACTED&page=2"},
		{"none", "url.full", []string{}, url, "https://shop.example.com/p?sig=1&ref=a7&Ref=b8&access_token=REDACTED&page=2"},
		{"first in url.query", "url.query", []string{"ref"}, "ref=a7&sig=1", "ref=REDACTED&sig=1"},
		{"in a text", "", []string{"ref"}, "GET /p?x=1&ref=a7 200, ref=a7", "GET /p?x=1&ref=REDACTED 200, ref=a7"},
		{"redacted already", "url.full", []string{"ref"}, "/p?ref=REDACTED", "/p?ref=REDACTED"},
		{"longest", "url.full", []string{strings.Repeat("k", 64)}, "/p?x" + strings.Repeat("k", 64) + "=1&" + strings.Repeat("k", 64) + "=1", "/p?x" + strings.Repeat("k", 64) + "=1&" + strings.Repeat("k", 64) + "=REDACTED"},
		{"case of the conventions", "url.full", nil, "/p?signature=1&SIG=1&Signature=1", "/p?signature=1&SIG=1&Signature=REDACTED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newFilter(t, Options{QueryParameters: c.list}).newWorker()
			if got := w.filterText(sample{Text: c.text, Key: c.key}); got != c.want {
				t.Errorf("%s became %s, want %s", c.text, got, c.want)
			}
		})
	}
}
