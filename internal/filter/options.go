package filter

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Mode says whether the filter changes anything.
type Mode string

// The modes.
const (
	Enforce Mode = "enforce"
	Report  Mode = "report" // find and count, change nothing
)

// Action says what becomes of a finding, or of an attribute.
type Action string

// The actions.
const (
	Scan     Action = "scan"      // leave the attribute to the detectors
	Mask     Action = "mask"      // replace by a constant that names the detector
	Hash     Action = "hash"      // replace by a keyed pseudonym
	Drop     Action = "drop"      // remove the attribute
	DropItem Action = "drop_item" // remove the span, datapoint or log record
)

// Options are the settings of a Filter.
type Options struct {
	Mode            Mode
	Detectors       []string // names; nil means DefaultDetectors
	Action          Action   // of findings; Mask, Hash or Drop
	Listed          bool     // only attributes that a rule names pass
	HashKeys        []HashKey
	Attributes      []AttributeRule // the first that matches wins
	Patterns        []Pattern
	QueryParameters []string     // of URLs, whose values are sensitive; exact, nil means those of the semantic conventions
	Allow           []string     // texts that are never private, exact
	KeepLast4       bool         // mask cards as [card:1111]
	CountRedacted   bool         // write the attribute agent.redacted to spans and log records
	Schema          *otlp.Schema // nil builds one
	Logger          *slog.Logger // for report mode; nil discards
}

// HashKey is a key of HMAC-SHA256. The first of several signs, the pseudonyms of
// all are known as such.
type HashKey struct {
	ID  string // 1 to 8 letters or digits, but not "r"
	Key []byte // at least 32 bytes (RFC 2104, section 3)
}

// AttributeRule decides about attributes by key.
type AttributeRule struct {
	Key    string   // a key, '*' standing for any characters; case doesn't matter
	Except []string // keys that it doesn't match, likewise
	Action Action   // empty means Scan
}

// Pattern is a detector of the user's own.
type Pattern struct {
	Name   string   // stands in masks and metrics
	Regex  string   // RE2
	Keys   []string // attributes that it looks at, as in AttributeRule; empty: every text
	Action Action   // Mask, Hash or Drop; empty: that of Options
}

// Warning is something in the options that deserves a second look.
type Warning struct {
	Path    string // of the option, relative to the filter's section
	Message string
}

// DetectorNames lists the detectors that there are.
func DetectorNames() []string { return detect.Names() }

// DefaultDetectors lists the detectors that are on by default: those whose
// validators leave little to chance.
func DefaultDetectors() []string {
	return []string{"card", "iban", "ssn", "email", "phone", "jwt", "secret", "private_key", "url", "sql", "account"}
}

// OptionError is an option that can't be obeyed.
type OptionError struct {
	Path string // relative to the filter's section, as "patterns[1].regex"
	Err  error
}

// Error implements error.
func (e *OptionError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *OptionError) Unwrap() error { return e.Err }

// ConfigPath returns the place of the option.
func (e *OptionError) ConfigPath() string { return e.Path }

func optionError(path, format string, args ...any) error {
	return &OptionError{path, fmt.Errorf(format, args...)}
}

func (o Options) withDefaults() Options {
	if o.Detectors == nil {
		o.Detectors = DefaultDetectors()
	}
	if o.Action == "" {
		o.Action = Mask
	}
	if o.Schema == nil {
		o.Schema = otlp.NewSchema()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// build makes the tables of the filter from its options.
func (f *Filter) build(o Options) error {
	var errs []error
	set := detect.Set(0)
	for i, name := range o.Detectors {
		k, ok := detect.ParseKind(name)
		if !ok {
			errs = append(errs, optionError(fmt.Sprintf("detectors[%d]", i), "no detector %q", name))
		}
		set |= detect.SetOf(k)
	}
	if o.Action != Mask && o.Action != Hash && o.Action != Drop {
		errs = append(errs, optionError("action", "must be mask, hash or drop, got %q", o.Action))
	}
	var err error
	if f.rules, err = newRules(o); err != nil {
		errs = append(errs, err)
	}
	if f.patterns, err = newPatterns(o); err != nil {
		errs = append(errs, err)
	}
	if f.tokens, err = newTokens(o); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	f.allow = make(map[string]struct{})
	for _, a := range o.Allow {
		f.allow[a] = struct{}{}
		f.maxAllow = max(f.maxAllow, len(a))
	}
	f.scanner = detect.New(set, f.tokens)
	if o.QueryParameters != nil {
		f.scanner = f.scanner.WithQueryParameters(o.QueryParameters)
	}
	f.warnings = warnings(o, f.patterns)
	return nil
}

func warnings(o Options, patterns []pattern) (all []Warning) {
	for i, p := range patterns {
		if p.literal == "" && len(p.keys) == 0 {
			all = append(all, Warning{
				Path: fmt.Sprintf("patterns[%d].regex", i),
				Message: "has no literal text that every match contains, so the expression runs on every text, at 20 to 100 ns a byte: " +
					"name the attributes it is for in keys, or add literal text",
			})
		}
	}
	if o.Listed {
		named := func(key string) bool {
			for _, r := range o.Attributes {
				if r.Action != Drop && newGlob(r.Key).match([]byte(key)) {
					return true
				}
			}
			return false
		}
		if !named("service.name") {
			all = append(all, Warning{"keys", "listed removes service.name, without which backends can't tell services apart: name it in attributes"})
		}
	}
	return all
}

// newPatterns compiles the user's patterns.
func newPatterns(o Options) ([]pattern, error) {
	var errs []error
	var patterns []pattern
	if len(o.Patterns) > maxPatterns {
		return nil, optionError("patterns", "there may be %d, got %d", maxPatterns, len(o.Patterns))
	}
	for i, p := range o.Patterns {
		at := fmt.Sprintf("patterns[%d]", i)
		re, err := regexp.Compile(p.Regex)
		switch {
		case err != nil:
			errs = append(errs, &OptionError{at + ".regex", err})
			continue
		case re.MatchString(""):
			errs = append(errs, optionError(at+".regex", "must not match the empty text"))
		}
		if !validName(p.Name) {
			errs = append(errs, optionError(at+".name", "must be 1 to 32 letters, digits, '_' or '-', got %q", p.Name))
		}
		a := p.Action
		switch a {
		case "":
			a = o.Action
		case Mask, Hash, Drop:
		default:
			errs = append(errs, optionError(at+".action", "must be mask, hash or drop, got %q", a))
		}
		patterns = append(patterns, pattern{name: p.Name, mask: "[" + p.Name + "]", re: re, literal: requiredLiteral(p.Regex), keys: newGlobs(p.Keys), action: a})
	}
	return patterns, errors.Join(errs...)
}

func validName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return name != "" && len(name) <= 32
}
