package detect

import (
	"strings"
	"testing"
)

// TestTellingWords writes each telling word as keys are written, and holds the quick
// looks at the ends of words to see it.
func TestTellingWords(t *testing.T) {
	s := New(defaultSet, nil)
	for word, hint := range s.keys.last {
		title := strings.ToUpper(word[:1]) + word[1:]
		for _, key := range []string{word, title, strings.ToUpper(word), "my_" + word, "my-" + word, "my" + title, word + "2", word + "_hash", word + "Hash", word + "_2"} {
			if hint == HintQuantity || s.keys.classify([]byte(key)) == NoHint {
				continue
			}
			checkTelling(t, s, "?"+key+"=x", len(key)+1, hint == HintQueryKey)
		}
	}
	for _, key := range []string{"account_id", "account.no", "secret_access_key", "apiKey", "api key", "userPw", "dbpwd", "pass_code", "contribsys.com", "session id", "PASSid"} {
		checkTelling(t, s, "?"+key+"=x", len(key)+1, false)
	}
}

// checkTelling looks at a text in which a telling key ends before to, behind a '?'.
func checkTelling(t *testing.T, s *Scanner, text string, to int, query bool) {
	t.Helper()
	var w Work
	b := []byte(text)
	w.classify(b)
	if !w.findTelling(&s.keys.telling, b) && !(query && queryKey(b, to, NoHint)) {
		t.Errorf("no telling word in %q", text)
	}
	if !s.keys.mayTell(b, to) {
		t.Errorf("the key in %q can't tell", text)
	}
}

// TestShortTexts holds what is passed after one look to be without findings.
func TestShortTexts(t *testing.T) {
	s := New(defaultSet, nil)
	for _, text := range []string{"a@b.co", "pwd=hunter2", "123-45-6789", "4111111111111", "token: x", "078051120", "%61@b.co", "\uff41@b.co"} {
		if s.dull([]byte(text)) {
			t.Errorf("%q is dull", text)
		}
	}
	for _, text := range []string{"GET", "200", "worker-3", "HTTP/1.1", "order.created", ""} {
		if !s.dull([]byte(text)) {
			t.Errorf("%q isn't dull", text)
		}
	}
}
