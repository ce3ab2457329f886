package config

import (
	"errors"
	"fmt"
	"strings"
)

// expansion is a scalar after ${} was put in.
type expansion struct {
	text string
	vars []string // names that were put in: their values are not to be shown
}

// expand replaces ${NAME}, ${NAME:-default} (also for an empty variable, as a
// shell does) and $$ (a single $). Any other $ stays: regular expressions end
// with it. What a variable holds isn't expanded again.
func expand(text string, lookup func(string) (string, bool)) (expansion, error) {
	var out strings.Builder
	var vars []string
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 == len(text) {
			out.WriteString(text)
			return expansion{out.String(), vars}, nil
		}
		out.WriteString(text[:i])
		switch rest := text[i+1:]; rest[0] {
		case '$':
			out.WriteByte('$')
			text = rest[1:]
		case '{':
			body, after, closed := strings.Cut(rest[1:], "}")
			if !closed {
				return expansion{}, errors.New("${ without }; write $$ for a single $")
			}
			value, name, err := variable(body, lookup)
			if err != nil {
				return expansion{}, err
			}
			vars = append(vars, name)
			out.WriteString(value)
			text = after
		default:
			out.WriteByte('$')
			text = rest
		}
	}
}

func variable(body string, lookup func(string) (string, bool)) (value, name string, err error) {
	name, fallback, hasDefault := strings.Cut(body, ":-")
	if !isVariableName(name) {
		return "", "", errors.New("${} must hold a variable name: letters, digits and _, as ${NAME} or ${NAME:-default}")
	}
	value, set := lookup(name)
	switch {
	case hasDefault && value == "":
		return fallback, name, nil
	case !set:
		return "", "", fmt.Errorf("variable %s isn't set; set it or write ${%s:-default}", name, name)
	}
	return value, name, nil
}

func isVariableName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case c == '_', 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z':
		case '0' <= c && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return name != ""
}
