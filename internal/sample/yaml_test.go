package sample

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// yamlRules reads rules as they stand in a configuration. Keys are the names of
// the fields, in snake case; unknown ones fail the test.
func yamlRules(t testing.TB, text []byte) (out []Rule) {
	t.Helper()
	var tree []any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	fromYAML(t, reflect.ValueOf(&out).Elem(), tree)
	return out
}

func fromYAML(t testing.TB, dst reflect.Value, src any) {
	t.Helper()
	switch at := dst.Addr().Interface().(type) {
	case *Bound:
		*at = yamlBound(t, fmt.Sprint(src))
		return
	case *time.Duration:
		*at = yamlDuration(t, fmt.Sprint(src))
		return
	}
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		fromYAML(t, dst.Elem(), src)
	case reflect.Struct:
		for key, value := range src.(map[string]any) {
			field := dst.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, strings.ReplaceAll(key, "_", "")) })
			if !field.IsValid() {
				t.Fatalf("unknown key %s of %s", key, dst.Type())
			}
			fromYAML(t, field, value)
		}
	case reflect.Slice:
		list, ok := src.([]any)
		if !ok {
			list = []any{src} // one value may stand for a list of it
		}
		dst.Set(reflect.MakeSlice(dst.Type(), len(list), len(list)))
		for i, item := range list {
			fromYAML(t, dst.Index(i), item)
		}
	default:
		dst.Set(reflect.ValueOf(src).Convert(dst.Type()))
	}
}

func yamlBound(t testing.TB, text string) Bound {
	number := strings.TrimLeft(text, "<>=")
	b := Bound{Op: text[:len(text)-len(number)]}
	if _, err := fmt.Sscanf(number, "%g", &b.Value); err == nil && strings.Trim(number, "0123456789.-") == "" {
		return b
	}
	b.Value = float64(yamlDuration(t, number))
	return b
}

func yamlDuration(t testing.TB, text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
