package config

import (
	"fmt"
	"reflect"
)

// visitor is called for each typed key with its value; v may be a nil pointer.
type visitor func(path string, f *field, v reflect.Value)

// walkTyped visits every key of v, a struct of s, also within lists. Settings of
// the Collector are not typed here and left out.
func walkTyped(s *section, v reflect.Value, path string, visit visitor) {
	for _, f := range s.fields {
		if f.index == nil || f.upstream {
			continue
		}
		p, fv := join(path, f.name), v.FieldByIndex(f.index)
		visit(p, f, fv)
		switch {
		case f.kind == kindSection && f.section.typ != nil:
			if fv.Kind() == reflect.Pointer {
				if fv.IsNil() {
					continue
				}
				fv = fv.Elem()
			}
			walkTyped(f.section, fv, p, visit)
		case f.kind == kindList && f.elem.kind == kindSection:
			for i := range fv.Len() {
				walkTyped(f.elem.section, fv.Index(i), fmt.Sprintf("%s[%d]", p, i), visit)
			}
		}
	}
}
