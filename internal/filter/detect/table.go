package detect

import "bytes"

// Bounds of a table.
const (
	maxColumns = 64
	maxTold    = 4 // of them, those that tell
	maxRows    = 1000
)

// table looks for telling columns in the header of a table, as CSV, psql and markdown
// write them, and for the values below.
func (s *Scanner) table(w *Work, b []byte) {
	line := bytes.IndexByte(b, '\n')
	if line < 0 {
		s.row(w, b)
		return
	}
	sep := byte(',')
	if bytes.IndexByte(b[:line], '|') >= 0 {
		sep = '|'
	} else if bytes.IndexByte(b[:line], '\t') >= 0 {
		sep = '\t'
	}
	told, column, header := 0, 0, b[:line]
	for from := 0; from <= len(header) && column < maxColumns && told < maxTold; column++ {
		to := from + bytes.IndexByte(header[from:], sep)
		if to < from {
			to = len(header)
		}
		if !columnName(header[from:to]) {
			return // a sentence
		}
		if key := bytes.Trim(header[from:to], " \"\r"); s.tellsColumn(key) && column+to-from < len(header) {
			s.column(w, b, line+1, sep, column)
			told++
		}
		from = to + 1
	}
}

// columnName tells whether a cell of a header may be a name: one or two words.
func columnName(cell []byte) bool {
	words := 0
	for i, c := range cell {
		if !alnum(c) && c != '_' && c != ' ' && c != '"' && c != '-' && c != '.' && c != '\r' {
			return false
		}
		if alnum(c) && (i == 0 || cell[i-1] == ' ') {
			words++
		}
	}
	return words <= 2
}

func (s *Scanner) tellsColumn(key []byte) bool {
	if len(key) < 2 || !s.keys.mayTell(key, len(key)) {
		return false
	}
	h := s.keys.classify(key)
	return h == HintSecret || h == HintToken
}

// column judges the cells of a column in the rows that begin at b[i].
func (s *Scanner) column(w *Work, b []byte, i int, sep byte, column int) {
	for range maxRows {
		end := bytes.IndexByte(b[i:], '\n')
		if end < 0 {
			end = len(b) - i
		}
		if from, to := cell(b, i, i+end, sep, column); to > from {
			s.addCell(w, b, from, to)
		}
		if i += end + 1; i >= len(b) {
			return
		}
	}
}

// cell returns the text of a cell of the row b[i:end], without spaces and quotes.
func cell(b []byte, i, end int, sep byte, column int) (from, to int) {
	for ; column > 0; column-- {
		next := bytes.IndexByte(b[i:end], sep)
		if next < 0 {
			return 0, 0
		}
		i += next + 1
	}
	to = end
	if next := bytes.IndexByte(b[i:end], sep); next >= 0 {
		to = i + next
	}
	for from = i; from < to && (b[from] == ' ' || isQuote(b[from])); from++ {
	}
	for to > from && (b[to-1] == ' ' || b[to-1] == '\r' || isQuote(b[to-1])) {
		to--
	}
	return from, to
}

func (s *Scanner) addCell(w *Work, b []byte, from, to int) {
	text := b[from:to]
	if len(text) < 6 || hasByte(text, ' ') || s.harmless(text) || status(text) || typeName(text) || !hasLetter(text) || !hasDigitIn(text) && !mixedCase(text) {
		return
	}
	w.add(from, to, Secret, "telling_key")
}

// row judges a row of two cells in markdown: | password | `x` |.
func (s *Scanner) row(w *Work, b []byte) {
	for i := 0; i+1 < len(b); {
		bar := bytes.Index(b[i:], []byte("| "))
		if bar < 0 {
			return
		}
		from := i + bar + 2
		end := bytes.IndexByte(b[from:], '|')
		if end < 0 {
			return
		}
		i = from + end
		if key := bytes.Trim(b[from:i], " `*"); columnName(key) && s.tellsColumn(key) {
			if from, to := cell(b, i+1, len(b), '|', 0); to > from {
				s.addCell(w, b, from, to)
			}
		}
	}
}
