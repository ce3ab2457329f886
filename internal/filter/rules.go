package filter

import (
	"errors"
	"fmt"
)

// rules decide about attributes by key.
type rules struct {
	list   []rule
	listed bool // attributes that no rule names are dropped
}

type rule struct {
	key    glob
	except []glob
	action Action
}

func newRules(o Options) (rules, error) {
	r := rules{listed: o.Listed}
	var errs []error
	for i, a := range o.Attributes {
		at := fmt.Sprintf("attributes[%d]", i)
		if a.Key == "" {
			errs = append(errs, optionError(at+".key", "must not be empty"))
		}
		if a.Action == "" {
			a.Action = Scan
		}
		switch a.Action {
		case Scan, Mask, Hash, Drop, DropItem:
		default:
			errs = append(errs, optionError(at+".action", "must be scan, mask, hash, drop or drop_item, got %q", a.Action))
		}
		r.list = append(r.list, rule{newGlob(a.Key), newGlobs(a.Except), a.Action})
	}
	return r, errors.Join(errs...)
}

// find returns the action for a key, and whether a rule names it.
func (r *rules) find(key []byte) (a Action, named bool) {
	for i := range r.list {
		rule := &r.list[i]
		if rule.key.match(key) && !matchAny(rule.except, key) {
			return rule.action, true
		}
	}
	return Scan, false
}
