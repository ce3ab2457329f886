package detect

import "bytes"

// DefaultQueryParameters are the query parameters of URLs whose values are sensitive
// by the semantic conventions (1.38, url.full and url.query).
func DefaultQueryParameters() []string {
	return []string{"AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token"}
}

// parameters are names of query parameters, exact and with their case, of up to
// maxKey bytes.
type parameters struct {
	names   map[string]struct{}
	longest int
	ends    hashes           // of the last three bytes of one
	short   bool             // one has less
	before  twoBytesSet      // what stands before each '=' that setsApart has to look at
	sizes   [maxKey + 2]bool // lengths
}

func newParameters(names []string) parameters {
	p := parameters{names: make(map[string]struct{}, len(names)), before: newTwoBytesSet()}
	for _, n := range names {
		p.names[n] = struct{}{}
		if n != "" && len(n) <= maxKey {
			p.longest = max(p.longest, len(n))
			p.sizes[len(n)] = true
			p.short = p.short || len(n) < 3
			p.ends.set(threeBefore([]byte(n), len(n)))
			p.before.add(at([]byte(n), len(n)-2), n[len(n)-1])
		}
	}
	return p
}

// WithQueryParameters returns a scanner that knows the given query parameters instead
// of the default ones. Parameters with telling names are found without being given.
func (s *Scanner) WithQueryParameters(names []string) *Scanner {
	other := *s
	other.parameters = newParameters(names)
	return &other
}

// mayEnd tells whether one may end before b[i].
func (p *parameters) mayEnd(b []byte, i int) bool {
	return i > 0 && (p.short || p.ends.has(threeBefore(b, i)))
}

// threeBefore returns the three bytes before b[i].
func threeBefore(b []byte, i int) uint64 {
	return uint64(at(b, i-3))<<16 | uint64(at(b, i-2))<<8 | uint64(at(b, i-1))
}

// parameter judges the query parameter of a URL that ends at the '=' at b[i], and
// returns the end of its value if it is a sensitive one.
func (s *Scanner) parameter(w *Work, b []byte, i int, hint Hint) int {
	if !s.parameters.mayEnd(b, i) {
		return 0
	}
	from := i
	for from > 0 && i-from <= s.parameters.longest && b[from-1] > ' ' && b[from-1] != '?' && b[from-1] != '&' && b[from-1] != '#' {
		from--
	}
	if !s.parameters.sizes[i-from] {
		return 0
	}
	if c := at(b, from-1); c != '?' && c != '&' && c != '#' && !(from == 0 && hint == HintQuery) {
		return 0
	}
	if _, ok := s.parameters.names[string(b[from:i])]; !ok {
		return 0
	}
	v := valueAfter(b, i, NoHint)
	if w.read += v.end - i; w.read > maxReads*len(b)+maxKept {
		w.doubt = Budget
		return len(b)
	}
	if s.harmless(b[v.start:v.end]) {
		return 0
	}
	w.add(v.start, v.end, URL, "query_parameter")
	return v.end
}

// afterUser judges the parameter p whose '=' is b[i], if u, a user, stands before it, as
// InfluxDB takes them: /write?u=bob&p=x. It returns where its value ends, or done.
func (s *Scanner) afterUser(w *Work, b []byte, i, done int) int {
	before := b[max(0, i-maxTag):i]
	if !bytes.Contains(before, []byte("?u=")) && !bytes.Contains(before, []byte("&u=")) {
		return done
	}
	end := i + 1
	for end < len(b) && end-i < maxQuoted && b[end] != '&' && !is(b[end], inURLEnd) {
		end++
	}
	if end == i+1 || s.harmless(b[i+1:end]) || allDigits(b[i+1:end]) {
		return done
	}
	w.add(i+1, end, URL, "query_parameter")
	return end
}
