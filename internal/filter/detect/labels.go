package detect

import "bytes"

// labelled looks beside a label of CEF, whose text is the key k, for its value:
// cs1Label=password cs1=x.
func (s *Scanner) labelled(w *Work, b []byte, k spoken) {
	to := k.from - len("Label=")
	from := to
	for from > 0 && to-from < minWord && alnum(b[from-1]) {
		from--
	}
	if from == to || from == 0 {
		return
	}
	name := b[from-1 : to] // with the separator before it
	around := max(0, from-maxTag)
	for _, i := range [...]int{k.to, around} {
		text := b[i:min(len(b), i+2*maxTag)]
		n := bytes.Index(text, name)
		if n < 0 || at(text, n+len(name)) != '=' {
			continue
		}
		v := valueAfter(b[:min(len(b), i+4*maxTag)], i+n+len(name), HintSecret)
		v.key = b[k.from:k.to]
		if start, end, kind, rule := s.judge(b, k.hint, v); end > 0 {
			w.add(start, end, kind, rule)
			return
		}
	}
}

// inserted returns the literal that an INSERT gives for the column k.
func (s *Scanner) inserted(b []byte, k spoken) (start, end int) {
	after := b[k.to:min(len(b), k.to+2*maxTag)]
	closes := bytes.IndexByte(after, ')')
	if closes < 0 || !hasFoldPrefix(bytes.TrimLeft(after[closes+1:], " \n"), "values") {
		return 0, 0
	}
	least := max(0, k.from-2*maxTag)
	open := bytes.LastIndexByte(b[least:k.from], '(')
	if open < 0 {
		return 0, 0
	}
	column := bytes.Count(b[least+open:k.from], []byte(","))
	i := bytes.IndexByte(after[closes:], '(')
	if i < 0 {
		return 0, 0
	}
	limit := b[:min(len(b), k.to+4*maxTag)]
	for pos := k.to + closes + i + 1; pos < len(limit); pos++ {
		switch c := b[pos]; {
		case isQuote(c):
			last := closing(limit, pos+1, c, 0)
			if column == 0 {
				if text := b[pos+1 : min(last, len(b))]; at(b, last) == c && !s.harmless(text) && s.secretLike(text, k.kind, said, true) {
					return pos + 1, last
				}
				return 0, 0
			}
			pos = last
		case c == ',':
			if column--; column < 0 {
				return 0, 0
			}
		case c == ')' && column == 0:
			return 0, 0
		}
	}
	return 0, 0
}
