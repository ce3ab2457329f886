package detect

import "slices"

// settle puts the findings in order, joins those that overlap, and cuts the
// replacements of an earlier run out of them.
func (s *Scanner) settle(w *Work, text []byte) {
	found := w.found
	if len(found) > 1 {
		slices.SortFunc(found, func(a, b Finding) int {
			if a.Start != b.Start {
				return a.Start - b.Start
			}
			return b.End - a.End
		})
	}
	n := 0
	for _, f := range found {
		if n > 0 && f.Start < found[n-1].End {
			found[n-1] = join(found[n-1], f)
			continue
		}
		found[n] = f
		n++
	}
	w.found = found[:n]
	s.withoutTokens(w, text)
}

// join unites two findings that overlap, a beginning first. The wider one names
// the result; of two as wide, the higher kind.
func join(a, b Finding) Finding {
	// The password and the host of a URL look like an address.
	if a.Kind == URL && b.Kind == Email && a.End < b.End {
		return a
	}
	if a.Kind == Email && b.Kind == URL && b.End < a.End {
		return b
	}
	wide, narrow := a, b
	if b.End > a.End && b.End-b.Start > a.End-a.Start {
		wide, narrow = b, a
	}
	same := wide.End-wide.Start == narrow.End-narrow.Start
	// A password that is an email address, or a token behind "Bearer ": the value
	// as a whole is what the more specific detector found, but for a few bytes.
	near := narrow.Kind > wide.Kind && (wide.Kind == Secret || wide.Kind == Account || wide.Kind == HighEntropy) && narrow.End-narrow.Start >= (wide.End-wide.Start)*3/4
	kind := wide
	if same && narrow.Kind > wide.Kind || near {
		kind = narrow
	}
	return Finding{Start: a.Start, End: max(a.End, b.End), Kind: kind.Kind, Rule: kind.Rule}
}

// maxToken is the length of the longest replacement: hk, an id of 8, a colon and
// 22 characters, or a mask that names a pattern of the user's.
const maxToken = 48

// withoutTokens cuts the replacements of an earlier run out of findings. What is
// left of one counts if it holds a letter or a digit. Literals of statements stay
// whole.
func (s *Scanner) withoutTokens(w *Work, text []byte) {
	w.cut = w.cut[:0]
	for _, f := range w.found {
		if f.Kind == SQL {
			w.cut = append(w.cut, f)
			continue
		}
		from := f.Start
		for i := max(0, f.Start-maxToken); i < f.End; i++ {
			if c := text[i]; c != '[' && c != 'h' && c != 'R' {
				continue
			}
			n := s.token(text[i:])
			if n == 0 || i+n <= f.Start {
				continue
			}
			w.cutPiece(f, text, from, i)
			from = i + n
			i = from - 1
		}
		w.cutPiece(f, text, from, f.End)
	}
	w.found = append(w.found[:0], w.cut...)
}

// cutPiece keeps the piece text[from:to] of a finding.
func (w *Work) cutPiece(f Finding, text []byte, from, to int) {
	if from == f.Start && to == f.End || from < to && meaningful(text[from:to]) {
		w.cut = append(w.cut, Finding{from, to, f.Kind, f.Rule})
	}
}

// meaningful tells whether b holds a letter or a digit of any script.
func meaningful(b []byte) bool {
	for _, c := range b {
		if alnum(c) || c >= 0x80 {
			return true
		}
	}
	return false
}
