package filter

import (
	"regexp"
	"regexp/syntax"
)

// maxPatterns bounds the patterns, so that a set of them fits a word.
const maxPatterns = 64

// pattern is a detector of the user's own.
type pattern struct {
	name    string
	mask    string
	re      *regexp.Regexp
	literal string // that every match holds, or ""
	keys    []glob // empty: every text
	action  Action
}

// requiredLiteral returns the longest text that every match of an expression
// contains, in exact case, or "" if there is none of at least two bytes.
func requiredLiteral(expr string) string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return ""
	}
	if lit := literalOf(re.Simplify()); len(lit) >= 2 {
		return lit
	}
	return ""
}

func literalOf(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return string(re.Rune)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return literalOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return literalOf(re.Sub[0])
		}
	case syntax.OpConcat:
		longest := ""
		for _, sub := range re.Sub {
			if lit := literalOf(sub); len(lit) > len(longest) {
				longest = lit
			}
		}
		return longest
	}
	return ""
}
