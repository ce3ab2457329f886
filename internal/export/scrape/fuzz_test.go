package scrape

import "testing"

// FuzzFold folds whatever decodes, twice, and reads the page.
func FuzzFold(f *testing.F) {
	f.Add(encode(f, gauges(2)))
	var o observations
	o.counts[1] = 3
	f.Add(encode(f, o.metrics(1, 5, 9)))
	f.Add(encode(f, o.metrics(2, 5, 9)))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newPage(t, Options{Kept: func([16]byte) bool { return true }})
		if _, err := p.Fold(b); err != nil {
			return
		}
		if _, err := p.Fold(b); err != nil {
			t.Fatal(err)
		}
		readPage(t, p)
	})
}
