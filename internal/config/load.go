package config

import (
	"fmt"
	"os"
	"reflect"
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
	decode(schema, merged, reflect.ValueOf(cfg).Elem())
	cfg.origins = r.origins
	if len(r.errs) > 0 {
		return nil, r.errs.sorted()
	}
	return cfg, nil
}
