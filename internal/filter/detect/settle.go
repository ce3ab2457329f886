package detect

import "slices"

// settle puts findings in order, joins those that overlap and drops those that
// lie within replacements of an earlier run.
func (s *Scanner) settle(found []Finding, text []byte) []Finding {
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
	return s.withoutTokens(found[:n], text)
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

// withoutTokens drops findings that lie within a replacement, and those that hold
// nothing else.
func (s *Scanner) withoutTokens(found []Finding, text []byte) []Finding {
	n := 0
	for _, f := range found {
		if !s.withinToken(text, f) {
			found[n] = f
			n++
		}
	}
	return found[:n]
}

// maxToken is the length of the longest replacement: hk, an id, a colon and 22
// characters.
const maxToken = 48

func (s *Scanner) withinToken(text []byte, f Finding) bool {
	if s.placeholder(text[f.Start:f.End]) {
		return true
	}
	for i := f.Start; i >= 0 && f.Start-i < maxToken; i-- {
		if c := text[i]; c == '[' || c == 'h' || c == 'R' {
			if n := s.token(text[i:]); n > 0 && i+n >= f.End {
				return true
			}
		}
	}
	return false
}
