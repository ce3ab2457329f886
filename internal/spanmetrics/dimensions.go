package spanmetrics

import (
	"errors"
	"fmt"
	"slices"
)

// dimensions says which attributes are read for which dimension.
type dimensions struct {
	names []string
	keys  map[string]source
	// lengths has bit n set if a key of n bytes is read: most attributes of a span
	// are dismissed by it before the map is asked.
	lengths uint64
}

// source is a dimension and the preference of a key among its names, 0 first.
type source struct{ dimension, rank int }

func newDimensions(names []string, aliases func(string) []string) (dimensions, error) {
	d := dimensions{names: slices.Clone(names), keys: make(map[string]source)}
	builtIn := []string{serviceName, spanName, spanKind, statusCode}
	var errs []error
	for i, name := range names {
		path := fmt.Sprintf("dimensions[%d]", i)
		switch {
		case name == "":
			errs = append(errs, &optionError{path, "must be the key of an attribute, got an empty one"})
		case slices.Contains(builtIn, name):
			errs = append(errs, &optionError{path, "every series has " + name + " already; remove it here"})
		case slices.Contains(names[:i], name):
			errs = append(errs, &optionError{path, name + " is named twice; remove one"})
		}
	}
	for i, name := range names {
		d.add(name, source{i, 0})
	}
	// An alias never takes a key that is configured in its own right.
	if aliases != nil {
		for i, name := range names {
			for rank, alias := range aliases(name) {
				d.add(alias, source{i, rank + 1})
			}
		}
	}
	return d, errors.Join(errs...)
}

func (d *dimensions) add(key string, s source) {
	if _, taken := d.keys[key]; taken {
		return
	}
	d.keys[key] = s
	d.lengths |= 1 << min(len(key), 63)
}

// find returns where an attribute is read to.
func (d *dimensions) find(key []byte) (source, bool) {
	if d.lengths&(1<<min(len(key), 63)) == 0 {
		return source{}, false
	}
	s, ok := d.keys[string(key)]
	return s, ok
}
