package detect

// whole judges a value by what its key says of it.
func (s *Scanner) whole(w *Work, b []byte, hint Hint) {
	switch hint {
	case HintURL, HintQuery, HintStatement, HintArguments, HintSSN, HintQueryKey, HintQuantity:
		return
	}
	start, end, kind, rule := s.judge(b, hint, value{start: 0, end: len(b), quoted: true})
	if end > 0 && s.set.Has(kind) {
		w.add(start, end, kind, rule)
	}
}
