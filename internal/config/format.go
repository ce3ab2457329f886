package config

import (
	"errors"
	"net"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
)

// checkFormat holds a text to the form that its tag names. An empty text passes:
// whether it may be empty is the tag required's matter.
func checkFormat(f *field, text string) error {
	if text == "" {
		return nil
	}
	switch f.format {
	case "hostport":
		return checkHostPort(text)
	case "regex":
		return checkRegex(text)
	case "glob":
		return checkGlob(text)
	case "name":
		return checkName(text, 64, "_.-")
	case "word":
		return checkName(text, 32, "_-")
	case "id":
		if text == "r" { // the filter's own key, random at every start, is called so
			return errors.New("must not be r")
		}
		return checkName(text, 8, "")
	case "file":
		return checkFile(text)
	case "header_name":
		return checkName(text, 128, "_.-")
	case "header":
		return checkHeader(text)
	}
	return nil
}

func checkHostPort(text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil || strings.ContainsAny(host, "/ ") {
		return errors.New("must be host:port, such as 127.0.0.1:4317")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return errors.New("must be host:port with a port in [0,65535]")
	}
	return nil
}

func checkRegex(text string) error {
	_, err := regexp.Compile(text)
	var s *syntax.Error
	if errors.As(err, &s) {
		return errors.New("must be an RE2 expression: " + s.Code.String()) // s.Expr is part of the value
	}
	return err
}

// checkGlob: only * is special, so any text is a glob; what can't be in a name
// is a mistake.
func checkGlob(text string) error {
	if strings.ContainsFunc(text, unicode.IsControl) || strings.TrimSpace(text) != text {
		return errors.New("must not hold control characters, nor begin or end with a space")
	}
	return nil
}

func checkFile(text string) error {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return errors.New("must not hold control characters")
	}
	return nil
}

// checkHeader holds the value of a header to what HTTP/2 and gRPC send; with any
// other, such as the end of line that a file's text brings along, each request fails.
func checkHeader(text string) error {
	if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' }) {
		return errors.New("must be printable ASCII, without an end of line")
	}
	return nil
}

func checkName(text string, limit int, punctuation string) error {
	bad := func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(punctuation, r)
	}
	if len(text) <= limit && !strings.ContainsFunc(text, bad) {
		return nil
	}
	allowed := "ASCII letters and digits"
	if punctuation != "" {
		allowed = "ASCII letters, digits and any of " + punctuation
	}
	return errors.New("must be 1 to " + strconv.Itoa(limit) + " " + allowed)
}
