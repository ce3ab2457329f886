package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxErrors bounds the errors that are shown of one configuration.
const maxErrors = 500

// reader collects the settings of all sources and everything wrong with them.
type reader struct {
	schema  *section
	lookup  func(name string) (string, bool) // of the environment
	file    string
	nodes   int // YAML nodes that may still be visited
	depth   int
	partial bool // the file wasn't read to its end: what is missing in it isn't known
	errs    ErrorList
	failed  map[string]bool // paths with an error: nothing more is said about them
	origins origins
	vars    map[string]bool // variables named in ${}
	secrets map[string]bool // values that no text may show
	set     map[string]bool // paths of scalars that were set, also to ""
}

func newReader(schema *section, src Source) *reader {
	env := map[string]string{}
	for _, e := range src.Env {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	return &reader{
		schema: schema, file: src.File, nodes: maxNodes,
		lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		failed: map[string]bool{}, vars: map[string]bool{}, secrets: map[string]bool{}, set: map[string]bool{},
		origins: origins{"": {file: src.File}},
	}
}

func (r *reader) fail(at origin, path, format string, args ...any) {
	r.failed[path] = true
	r.append(at.error(path, fmt.Sprintf(format, args...)))
}

// append adds an error. When there are too many for anybody to read, reading
// ends.
func (r *reader) append(e *Error) {
	switch len(r.errs) {
	case maxErrors:
		r.nodes, r.partial = 0, true
		e.Message += "; further errors are left out"
		r.errs = append(r.errs, e)
	case maxErrors + 1:
	default:
		r.errs = append(r.errs, e)
	}
}

// report adds an error about a value that was read, unless the same place or
// one inside or around it has failed already.
func (r *reader) report(path, format string, args ...any) {
	for p := range r.failed {
		if p != "" && (within(path, p) || within(p, path)) {
			return
		}
	}
	r.append(r.origins.at(path).error(path, fmt.Sprintf(format, args...)))
}

// within tells whether path is p or inside of it.
func within(path, p string) bool {
	rest, ok := strings.CutPrefix(path, p)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// leafOf finds the scalar of a path (as sample.hold). The error says what to do.
func (r *reader) leafOf(path string) (*field, error) {
	s, f := r.schema, (*field)(nil)
	for name := range strings.SplitSeq(path, ".") {
		if i := strings.IndexByte(name, '['); i >= 0 {
			name = name[:i]
		}
		if s == nil {
			f = nil
			break
		}
		f = s.find(name, "")
		if f == nil {
			break
		}
		if f.refused != "" || f.kind == kindList || f.kind == kindMapping {
			break
		}
		s = f.section
	}
	switch {
	case f == nil:
		return nil, fmt.Errorf("unknown key%s", didYouMean(path, r.scalarPaths()))
	case f.refused != "":
		return nil, errors.New(f.refused)
	case f.kind == kindList:
		return nil, errors.New("is a list: it can only be set in the file")
	case f.kind == kindMapping:
		return nil, errors.New("is a mapping of names: it can only be set in the file")
	case f.kind == kindSection:
		return nil, errors.New("is a section: set one of its keys")
	}
	return f, nil
}

// suggestKey names a near key of the same section, else the one key of that name
// elsewhere.
func (r *reader) suggestKey(name string, siblings []string) string {
	if hint := didYouMean(name, siblings); hint != "" {
		return hint
	}
	elsewhere := ""
	for _, path := range r.scalarPaths() {
		if strings.HasSuffix(path, "."+name) {
			if elsewhere != "" {
				return ""
			}
			elsewhere = path
		}
	}
	return didYouMean(elsewhere, []string{elsewhere})
}

func didYouMean(word string, candidates []string) string {
	if s := suggest(word, candidates); s != "" {
		return ", did you mean " + s + "?"
	}
	return ""
}

// scalarPaths returns the paths of all scalars outside of lists.
func (r *reader) scalarPaths() []string {
	var paths []string
	walkScalars(r.schema, "", func(path string, _ *field) { paths = append(paths, path) })
	return paths
}

// walkScalars calls fn for each scalar key that isn't within a list, in order.
func walkScalars(s *section, path string, fn func(path string, f *field)) {
	for _, f := range s.fields {
		switch p := join(path, f.name); {
		case f.refused != "":
		case f.kind == kindScalar:
			fn(p, f)
		case f.kind == kindSection:
			walkScalars(f.section, p, fn)
		}
	}
}

// got shows a value in an error, unless it is or may hold a secret.
func got(f *field, text string, vars []string) string {
	switch {
	case len(vars) > 0:
		return ", got the value of ${" + strings.Join(vars, "}, ${") + "}"
	case f.secret:
		return ""
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return ", got " + text
	}
	const shown = 60
	if len(text) > shown {
		text = strings.ToValidUTF8(text[:shown], "") + "…"
	}
	return fmt.Sprintf(", got %q", text)
}
