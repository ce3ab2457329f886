package detect

import "bytes"

// phraseOf returns the words in quotes that stand for a key behind the word k, or 0, 0:
// passphrase “correct horse battery”.
func phraseOf(b []byte, k spoken, j joint) (start, end int) {
	if !hasFoldSuffix(b[k.from:k.to], "phrase") {
		return 0, 0
	}
	limit := b[:min(len(b), j.pos+maxQuoted)]
	if hasPrefix(b[j.pos:], "“") {
		if n := bytes.Index(limit[j.pos:], []byte("”")); n > len("“") {
			return j.pos + len("“"), j.pos + n
		}
	}
	if at(b, j.pos) != '"' || !j.verb && j.grip != said && j.pos != k.to+1 {
		return 0, 0
	}
	start = j.pos + 1
	end = closing(limit, start, '"', 0)
	first := bytes.IndexByte(b[start:min(end, len(b))], ' ')
	if at(b, end) != '"' || first < 0 || bytes.Count(b[start:end], []byte(" ")) < 3 || fixedWord(b[start:start+first], statusWords) {
		return 0, 0
	}
	return start, end
}
