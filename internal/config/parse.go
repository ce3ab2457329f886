package config

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// isScalar tells whether a Go type is written as one YAML scalar.
func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map, reflect.Pointer:
		return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
	default:
		return true
	}
}

// scalar is the text of a value and what kind of value it looks like.
type scalar struct {
	text string
	tag  string // YAML's !!str, !!int, !!float, !!bool; "" from the environment or a flag
}

// parseScalar returns the Go value of f.typ for s. The error says what is
// allowed, without the value.
func parseScalar(f *field, s scalar) (any, error) {
	if err := checkEnum(f, s.text); err != nil {
		return nil, err
	}
	v, err := parseType(f.typ, s)
	if err != nil {
		return nil, err
	}
	if err := checkRange(f, v); err != nil {
		return nil, err
	}
	if err := checkFormat(f, s.text); err != nil {
		return nil, err
	}
	if f.upstream {
		return plain(v, s.text), nil
	}
	return v, nil
}

func parseType(t reflect.Type, s scalar) (any, error) {
	switch t {
	case reflect.TypeFor[time.Duration]():
		d, err := time.ParseDuration(s.text)
		if err != nil {
			return nil, errors.New("must be a duration such as 500ms, 30s or 5m")
		}
		return d, nil
	case reflect.TypeFor[Size]():
		return parseSize(s.text)
	}
	if p, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler); ok {
		if err := p.UnmarshalText([]byte(s.text)); err != nil {
			if t.PkgPath() != reflect.TypeFor[Size]().PkgPath() {
				return nil, errors.New("isn't a value that this setting takes") // the Collector's texts echo the value
			}
			return nil, err
		}
		return reflect.ValueOf(p).Elem().Interface(), nil
	}
	v := reflect.New(t).Elem()
	if err := setBasic(v, s); err != nil {
		return nil, err
	}
	return v.Interface(), nil
}

func setBasic(v reflect.Value, s scalar) error {
	switch v.Kind() {
	case reflect.Bool:
		if s.text != "true" && s.text != "false" {
			return errors.New("must be true or false")
		}
		v.SetBool(s.text == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(s.text, 10, v.Type().Bits())
		if err != nil {
			return errors.New("must be a whole number")
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(s.text, 10, v.Type().Bits())
		if err != nil {
			return errors.New("must be a whole number, not negative")
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(s.text, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return errors.New("must be a number")
		}
		v.SetFloat(n)
	case reflect.Interface:
		v.Set(reflect.ValueOf(untyped(s)))
	default:
		v.SetString(s.text)
	}
	return nil
}

// untyped returns the value that YAML's rules give a scalar.
func untyped(s scalar) any {
	switch s.tag {
	case "!!int":
		if n, err := strconv.ParseInt(s.text, 0, 64); err == nil {
			return n
		}
		fallthrough
	case "!!float":
		if n, err := strconv.ParseFloat(s.text, 64); err == nil {
			return n
		}
	case "!!bool":
		return s.text == "true"
	}
	return s.text
}

// plain turns a checked Collector value into what confmap takes.
func plain(v any, text string) any {
	rv := reflect.ValueOf(v)
	switch {
	case rv.Type() == reflect.TypeFor[time.Duration]():
		return text
	case rv.Kind() == reflect.Bool:
		return rv.Bool()
	case rv.CanInt():
		return rv.Int()
	case rv.CanUint():
		return rv.Uint()
	case rv.CanFloat():
		return rv.Float()
	default:
		return text
	}
}

// checkEnum holds a text to the values of its key. A Collector setting takes "" as
// its default.
func checkEnum(f *field, text string) error {
	if len(f.enum) == 0 || f.upstream && text == "" {
		return nil
	}
	for _, e := range f.enum {
		if text == e {
			return nil
		}
	}
	return fmt.Errorf("must be one of %s", strings.Join(f.enum, ", "))
}

// checkRange holds a number within its tags' bounds. A duration and a size have
// a lower bound of 0 without a tag. Of the Collector's settings only those are held
// to it here (Go's int64); it checks its other numbers by itself.
func checkRange(f *field, v any) error {
	rv := reflect.ValueOf(v)
	if f.upstream {
		if rv.Kind() == reflect.Int64 && rv.Int() < 0 {
			return errors.New("must not be negative")
		}
		return nil
	}
	if !rv.IsValid() || v == Auto && f.auto {
		return nil
	}
	var n float64
	show := formatFloat
	switch x := v.(type) {
	case time.Duration:
		n, show = float64(x), func(v float64) string { return formatDuration(time.Duration(v)) }
	case Size:
		if x == Auto {
			return errors.New("must be a size such as 16MiB or 256MB")
		}
		n, show = float64(x), func(v float64) string { return Size(v).String() }
	case int:
		n, show = float64(x), func(v float64) string { return strconv.FormatInt(int64(v), 10) }
	case float64:
		n = x
	default:
		return nil
	}
	switch _, isDuration := v.(time.Duration); {
	case f.min != nil && f.max != nil && (n < *f.min || n > *f.max):
		return fmt.Errorf("must be in [%s,%s]", show(*f.min), show(*f.max))
	case isDuration && f.min != nil && *f.min == 1 && n < 1:
		return errors.New("must be greater than 0")
	case f.min != nil && n < *f.min:
		return fmt.Errorf("must be at least %s", show(*f.min))
	case isDuration && n < 0:
		return errors.New("must not be negative")
	}
	return nil
}
