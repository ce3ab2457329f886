package config

import "reflect"

// defaulter is a list item or optional section with defaults of its own.
type defaulter interface{ setDefaults() }

// decode puts typed values over the defaults in v, a struct of s. Every value
// was checked by the reader, so there is nothing left to refuse.
func decode(s *section, m map[string]any, v reflect.Value) {
	settings := Settings{}
	for name, value := range m {
		f := s.byName[name]
		if f == nil || f.index == nil {
			settings[name] = value // a Collector setting, inlined
			continue
		}
		decodeField(f, value, v.FieldByIndex(f.index))
	}
	if s.settings != nil {
		v.FieldByIndex(s.settings).Set(reflect.ValueOf(settings))
	}
}

func decodeField(f *field, value any, v reflect.Value) {
	if value == nil {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		setDefaults(v)
		v = v.Elem()
	}
	switch f.kind {
	case kindScalar:
		v.Set(reflect.ValueOf(value))
	case kindList:
		items := value.([]any)
		list := reflect.MakeSlice(v.Type(), len(items), len(items))
		for i, item := range items {
			setDefaults(list.Index(i).Addr())
			decodeField(f.elem, item, list.Index(i))
		}
		v.Set(list)
	case kindSection:
		inner := value.(map[string]any)
		if f.section.typ == nil {
			v.Set(reflect.ValueOf(Settings(inner)))
			return
		}
		decode(f.section, inner, v)
	}
}

func setDefaults(p reflect.Value) {
	if d, ok := p.Interface().(defaulter); ok {
		d.setDefaults()
	}
}
