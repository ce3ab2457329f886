package enrich

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// ConfigError is a wrong option.
type ConfigError struct {
	Path   string // below the section, as "attributes[1].action"
	Reason string
}

func (e *ConfigError) Error() string { return e.Path + ": " + e.Reason }

// ConfigPath returns the path of the option.
func (e *ConfigError) ConfigPath() string { return e.Path }

// check returns the detectors that o names, or all that is wrong with o.
func check(o Options) ([]detector, error) {
	var errs []error
	report := func(reason, path string, args ...any) {
		errs = append(errs, &ConfigError{Path: fmt.Sprintf(path, args...), Reason: reason})
	}
	var chosen []detector
	known := detectors(o)
	for i, name := range o.Detect {
		if d, ok := known[name]; ok {
			chosen = append(chosen, detector{name, d})
		} else {
			report("must be one of env, k8s, container, host", "detect[%d]", i)
		}
	}
	for i, a := range o.Attributes {
		if a.Key == "" || !utf8.ValidString(a.Key) {
			report("must be text and not empty", "attributes[%d].key", i)
		}
		if !utf8.ValidString(a.Value) {
			report("must be UTF-8", "attributes[%d].value", i)
		}
		switch {
		case a.Action != Insert && a.Action != Update && a.Action != Upsert && a.Action != Delete:
			report("must be one of insert, update, upsert, delete", "attributes[%d].action", i)
		case a.Key == instanceID && a.Action != Insert:
			report("must be insert for "+instanceID+": two processes in one pod would become one", "attributes[%d].action", i)
		}
	}
	return chosen, errors.Join(errs...)
}
