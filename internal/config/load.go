package config

import (
	"fmt"
	"os"
	"reflect"
	"slices"
)

// Load reads file, environment and flags, in rising order of precedence, over
// the defaults. Everything wrong is returned at once as an ErrorList; another
// error means that the file can't be read.
func Load(src Source, allowed Allowed) (*Config, error) {
	var data []byte
	if src.File != "" {
		var err error
		if data, err = os.ReadFile(src.File); err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
	}
	return load(src, data, allowed)
}

func load(src Source, data []byte, allowed Allowed) (*Config, error) {
	schema := newSchema()
	r := newReader(schema, src)
	file := r.readFile(data)
	env := r.readEnv(src.Env)
	sets := r.readSets(src.Sets)
	merged, err := merge(schema, file, env, sets)
	if err != nil {
		return nil, err
	}
	cfg := Default()
	cfg.Filter.Detectors = allowed.known(cfg.Filter.Detectors)
	decode(schema, merged, reflect.ValueOf(cfg).Elem())
	r.dropInsecureDefault(cfg)
	cfg.origins = r.origins
	if !r.partial {
		r.validate(cfg, allowed)
	}
	if len(r.errs) > 0 {
		return nil, r.errs.sorted()
	}
	return cfg, nil
}

// known returns the names that are allowed: the default is those detectors that
// the caller has.
func (a Allowed) known(detectors []string) []string {
	if len(a.Detectors) == 0 {
		return detectors
	}
	return slices.DeleteFunc(detectors, func(d string) bool { return !slices.Contains(a.Detectors, d) })
}

// dropInsecureDefault takes export.jaeger.tls.insecure back when another TLS key
// is set: who names a certificate doesn't mean plain text.
func (r *reader) dropInsecureDefault(c *Config) {
	const path = "export.jaeger.tls"
	others := false
	for p := range r.set {
		if p == path+".insecure" {
			return
		}
		others = others || within(p, path)
	}
	if tls, ok := c.Export.Jaeger.Settings["tls"].(map[string]any); ok && others {
		delete(tls, "insecure")
	}
}
