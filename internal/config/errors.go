package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing that is wrong with a configuration. Its texts never hold a
// secret or a value that came from an expanded variable.
type Error struct {
	File    string // path of the file; "" for the environment and flags
	Line    int    // 1-based; 0 when the place isn't known
	From    string // name of the variable or flag, when it isn't the file
	Path    string // key, as sample.rules[2].ratio; "" when it concerns the whole source
	Message string // what is wrong and what is allowed
}

// Error returns "agent.yaml:41: sample.rules[2].ratio: must be in [0,1], got 3".
func (e *Error) Error() string {
	var parts []string
	switch {
	case e.From != "":
		parts = append(parts, e.From)
	case e.File != "" && e.Line > 0:
		parts = append(parts, fmt.Sprintf("%s:%d", e.File, e.Line))
	case e.File != "":
		parts = append(parts, e.File)
	}
	if e.Path != "" {
		parts = append(parts, e.Path)
	}
	return strings.Join(append(parts, e.Message), ": ")
}

// ErrorList is everything that is wrong, in the order of the file's lines, then
// the environment, then flags. It isn't empty when it is returned as an error.
type ErrorList []*Error

// Error returns one line for each error.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find an Error.
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// sorted puts the list in order, without repetitions.
func (l ErrorList) sorted() ErrorList {
	slices.SortStableFunc(l, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.source(), b.source()), strings.Compare(a.From, b.From), cmp.Compare(a.Line, b.Line))
	})
	var out ErrorList
	for i, e := range l {
		if !slices.ContainsFunc(l[:i], func(o *Error) bool { return *o == *e }) {
			out = append(out, e)
		}
	}
	return out
}

// source ranks what an error is about: file, environment, flags.
func (e *Error) source() int {
	switch e.From {
	case "":
		return 0
	case flagName:
		return 2
	default:
		return 1
	}
}

// origin is where a value was set.
type origin struct {
	file string
	line int
	from string // variable or flag
}

func (o origin) error(path, message string) *Error {
	return &Error{File: o.file, Line: o.line, From: o.from, Path: path, Message: message}
}

// origins maps a path (sample.rules[2].ratio) to where it was set.
type origins map[string]origin

// at returns the origin of the path, else of the first key within it, else of the
// nearest key around it.
func (o origins) at(path string) origin {
	if at, ok := o[path]; ok {
		return at
	}
	first := ""
	for p := range o {
		if p != "" && path != "" && within(p, path) && (first == "" || p < first) {
			first = p
		}
	}
	if first != "" {
		return o[first]
	}
	for p := parent(path); p != ""; p = parent(p) {
		if at, ok := o[p]; ok {
			return at
		}
	}
	return o[""]
}

func parent(path string) string {
	return path[:max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['), 0)]
}

// join appends a key to a path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// configPather is how another room's constructor names the option that it
// refuses, relative to its section.
type configPather interface{ ConfigPath() string }

// Locate turns a room's error into an ErrorList that names file and line. Each
// error in err's tree that has ConfigPath() string is taken relative to section
// (as "sample"); one that has none stands for the section as a whole.
func (c *Config) Locate(section string, err error) error {
	if err == nil {
		return nil
	}
	var list ErrorList
	c.locate(section, err, &list)
	return list.sorted()
}

func (c *Config) locate(section string, err error, list *ErrorList) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			c.locate(section, e, list)
		}
		return
	}
	path, text := section, err.Error()
	var p configPather
	if errors.As(err, &p) {
		path = joinRelative(section, p.ConfigPath())
		if e, ok := p.(error); ok {
			text = strings.TrimPrefix(e.Error(), p.ConfigPath()+": ")
		}
	}
	*list = append(*list, c.origins.at(path).error(path, text))
}

func joinRelative(section, path string) string {
	if path == "" || strings.HasPrefix(path, "[") {
		return section + path
	}
	return join(section, path)
}
