package config

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// syntax reports an error of the YAML parser, "yaml: line 3: …".
func (r *reader) syntax(data []byte, err error) {
	line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if number, rest, ok := strings.Cut(strings.TrimPrefix(text, "line "), ": "); ok {
		if n, err := strconv.Atoi(number); err == nil {
			line, text = n, rest
			if isGrammarError(text) {
				line++ // counted from 0, unlike those of the scanner
			}
		}
	}
	if anchor, ok := strings.CutPrefix(text, "unknown anchor '"); ok {
		anchor, _, _ = strings.Cut(anchor, "'")
		if at := bytes.Index(data, []byte("*"+anchor)); at >= 0 {
			line = lineOf(data, at)
		}
	}
	if line <= bytes.Count(data, []byte("\n"))+1 && strings.HasPrefix(string(bytes.Split(data, []byte("\n"))[line-1]), "\t") {
		text += "; indent with spaces, not tabs"
	} else {
		text += syntaxHint(text)
	}
	r.partial = true
	r.fail(origin{file: r.file, line: line}, "", "isn't YAML: %s", text)
}

// syntaxHint says what most often is behind a text of the parser.
func syntaxHint(text string) string {
	for _, h := range []struct{ part, hint string }{
		{"unexpected end of stream", "; a quote before it isn't closed"},
		{"did not find expected key", "; is the line indented as its neighbours are?"},
		{"did not find expected ',' or", "; a bracket before it isn't closed, or a comma is missing"},
		{"mapping values are not allowed", "; put text that holds a colon and a space into quotes"},
		{"cannot start any token", "; put the text into quotes"},
	} {
		if strings.Contains(text, h.part) {
			return h.hint
		}
	}
	return ""
}

func isGrammarError(text string) bool {
	rest, ok := strings.CutPrefix(text, "did not find expected ")
	if !ok {
		return false
	}
	for _, what := range []string{"key", "',' or", "node content", "'-' indicator", "<"} {
		if strings.HasPrefix(rest, what) {
			return true
		}
	}
	return false
}

func lineOf(data []byte, at int) int { return bytes.Count(data[:at], []byte("\n")) + 1 }

// invalidUTF8 returns the line of the first byte that isn't UTF-8.
func invalidUTF8(data []byte) (line int, found bool) {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return lineOf(data, at), true
		}
		at += size
	}
	return 0, false
}
