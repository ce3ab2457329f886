package enrich

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// attribute is a key with a string value, both UTF-8.
type attribute struct{ key, value string }

// detector finds attributes. Finding none is no error. An error holds no value.
type detector struct {
	name   string
	detect func() ([]attribute, error)
}

// detectors returns all there are, by the names that the configuration uses.
func detectors(o Options) map[string]func() ([]attribute, error) {
	s := source{root: o.Root, getenv: o.Getenv}
	return map[string]func() ([]attribute, error){
		"env":       s.environment,
		"k8s":       func() ([]attribute, error) { return s.kubernetes(o.Labels, o.Annotations) },
		"container": s.container,
		"host":      s.host,
	}
}

// source is where detectors look.
type source struct {
	root   fs.FS
	getenv func(string) string
}

// maxFile bounds what is read of a file, in bytes. Kubernetes allows 256 KiB of
// annotations; quoting may double them.
const maxFile = 1 << 20

// read returns the beginning of a file, empty if there is none.
func (s source) read(name string) (string, error) {
	f, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err // names the file
	}
	defer func() { _ = f.Close() }() // read only
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	return string(b), err
}

// run detects; a panic is an error that holds its type, never its value.
func (d detector) run() (found []attribute, err error) {
	defer func() {
		if v := recover(); v != nil {
			found, err = nil, fmt.Errorf("panic of type %T", v)
		}
	}()
	return d.detect()
}

// resolve runs the detectors and returns the plan for all batches to come.
func (e *Enricher) resolve() *plan {
	var found []attribute
	seen := map[string]bool{}
	for _, d := range e.detectors {
		attributes, err := d.run()
		if err != nil {
			e.failures.WithLabelValues(d.name).Inc()
			e.options.Logger.Warn("resource attributes could not be detected", "detector", d.name, "error", err)
		}
		n := 0
		for _, a := range attributes {
			if a.key != "" && a.value != "" && !seen[a.key] {
				seen[a.key] = true
				found = append(found, a)
				n++
			}
		}
		e.found.WithLabelValues(d.name).Set(float64(n))
	}
	if id, ok := deriveInstance(found); ok && !seen[instanceID] {
		found = append(found, attribute{instanceID, id})
	}
	p := &plan{}
	for _, a := range found {
		p.add(e.options.Filter, Attribute{Key: a.key, Value: strings.ToValidUTF8(a.value, "\uFFFD"), Action: Insert}, e.metrics)
	}
	for _, a := range e.options.Attributes {
		p.add(e.options.Filter, a, e.metrics)
	}
	return p
}
