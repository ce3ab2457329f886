package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/viper"
)

// keyDelimiter separates the keys of a path for viper. A dot would split names
// of headers.
const keyDelimiter = "::"

// merge lets viper put defaults, file, environment and flags over one another.
func merge(schema *section, file map[string]any, env, sets []setting) (map[string]any, error) {
	v := viper.NewWithOptions(viper.KeyDelimiter(keyDelimiter))
	registerDefaults(v, schema, reflect.ValueOf(Default()).Elem(), "")
	if err := v.MergeConfigMap(file); err != nil {
		return nil, fmt.Errorf("merge file: %w", err)
	}
	if err := v.MergeConfigMap(nest(env)); err != nil {
		return nil, fmt.Errorf("merge environment: %w", err)
	}
	for _, s := range sets {
		v.Set(viperKey(s.path), s.value)
	}
	return v.AllSettings(), nil
}

func viperKey(path string) string { return strings.ReplaceAll(path, ".", keyDelimiter) }

// registerDefaults makes every scalar with a default known to viper.
func registerDefaults(v *viper.Viper, s *section, value reflect.Value, path string) {
	for _, f := range s.fields {
		p := join(path, f.name)
		switch {
		case f.index == nil: // a Collector setting, below
		case f.kind == kindScalar:
			v.SetDefault(viperKey(p), value.FieldByIndex(f.index).Interface())
		case f.kind == kindSection && f.section.typ == nil:
			registerSettings(v, value.FieldByIndex(f.index).Interface().(Settings), p)
		case f.kind == kindSection:
			registerDefaults(v, f.section, value.FieldByIndex(f.index), p)
		}
	}
	if s.settings != nil {
		registerSettings(v, value.FieldByIndex(s.settings).Interface().(Settings), path)
	}
}

func registerSettings(v *viper.Viper, settings map[string]any, path string) {
	for name, value := range settings {
		if inner, ok := value.(map[string]any); ok {
			registerSettings(v, inner, join(path, name))
			continue
		}
		v.SetDefault(viperKey(join(path, name)), value)
	}
}

func nest(settings []setting) map[string]any {
	root := map[string]any{}
	for _, s := range settings {
		names := strings.Split(s.path, ".")
		m := root
		for _, name := range names[:len(names)-1] {
			inner, ok := m[name].(map[string]any)
			if !ok {
				inner = map[string]any{}
				m[name] = inner
			}
			m = inner
		}
		m[names[len(names)-1]] = s.value
	}
	return root
}
