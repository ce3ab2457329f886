package filter

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// plan is what the key of an attribute says about its values.
type plan struct {
	hint     detect.Hint
	action   Action // of the rule; Scan if there is none
	named    bool   // a rule names the key
	patterns uint64 // set of the patterns that look at it
}

const (
	maxPlannedKeys = 2048 // keys whose plan is remembered
	maxPlannedKey  = 128  // bytes of such a key
	// cleanKey marks a plan in the number that the walker carries: nothing was
	// found in the key.
	cleanKey = 1 << 31
)

// plans remembers the plans of keys. Numbers stand for plans: 0 is that of texts
// outside attributes. Readers take no lock; what is new is copied in, a batch at a
// time.
type plans struct {
	f        *Filter
	unscoped uint64     // patterns for every text
	resource otlp.Place // of the values of resource attributes of traces
	body     otlp.Place // of the body of log records

	byKey atomic.Pointer[map[string]uint32]
	list  atomic.Pointer[[]plan]

	mu       sync.Mutex
	fresh    map[string]uint32
	asked    int // how often keys were asked for that are only in fresh
	byPlan   map[plan]uint32
	combined map[[2]uint32]uint32
}

func newPlans(f *Filter) *plans {
	p := &plans{f: f, fresh: make(map[string]uint32), byPlan: make(map[plan]uint32), combined: make(map[[2]uint32]uint32)}
	for i := range f.patterns {
		if len(f.patterns[i].keys) == 0 {
			p.unscoped |= 1 << i
		}
	}
	for i, pl := range f.places {
		switch {
		case pl.signal == otlp.Traces && pl.name == "resource.attribute.value":
			p.resource = otlp.Place(i)
		case pl.name == "log.body":
			p.body = otlp.Place(i)
		}
	}
	p.byKey.Store(&map[string]uint32{})
	p.list.Store(&[]plan{{action: Scan, patterns: p.unscoped}})
	return p
}

// get returns the plan of a number.
func (p *plans) get(n uint32) *plan { return &(*p.list.Load())[n&^cleanKey] }

// number returns the number of the plan for a key.
func (p *plans) number(w *worker, key []byte) uint32 {
	if n, ok := (*p.byKey.Load())[string(key)]; ok {
		return n
	}
	return p.miss(w, key)
}

// miss makes the plan of a key that isn't remembered. It is only from now on if
// nothing was found in it.
func (p *plans) miss(w *worker, key []byte) uint32 {
	if n, ok := p.waiting(key); ok {
		return n
	}
	made := p.make(key)
	clean := w.clean(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.intern(made)
	if !clean {
		return n
	}
	n |= cleanKey
	known := *p.byKey.Load()
	if len(key) > maxPlannedKey || len(known)+len(p.fresh) >= maxPlannedKeys {
		return n
	}
	p.fresh[string(key)] = n
	p.copyIn()
	return n
}

// waiting returns the number of a key that isn't copied in yet.
func (p *plans) waiting(key []byte) (n uint32, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n, ok = p.fresh[string(key)]; ok {
		p.asked++
		p.copyIn()
	}
	return n, ok
}

// copyIn copies what is new to where readers look, if that pays: many keys are
// new, or they are often asked for.
func (p *plans) copyIn() {
	known := *p.byKey.Load()
	if len(p.fresh)+p.asked <= len(known)/8 {
		return
	}
	merged := make(map[string]uint32, len(known)+len(p.fresh))
	maps.Copy(merged, known)
	maps.Copy(merged, p.fresh)
	p.byKey.Store(&merged)
	clear(p.fresh)
	p.asked = 0
}

func (p *plans) make(key []byte) plan {
	action, named := p.f.rules.find(key)
	made := plan{hint: p.f.scanner.Classify(key), action: action, named: named, patterns: p.unscoped}
	for i := range p.f.patterns {
		if matchAny(p.f.patterns[i].keys, key) {
			made.patterns |= 1 << i
		}
	}
	return made
}

// intern returns the number of a plan. There are few: hints, actions, patterns.
func (p *plans) intern(made plan) uint32 {
	n, ok := p.byPlan[made]
	if !ok {
		list := *p.list.Load()
		n = uint32(len(list))
		grown := append(append(make([]plan, 0, len(list)+1), list...), made)
		p.list.Store(&grown)
		p.byPlan[made] = n
	}
	return n
}

// within returns the number for an attribute with plan n inside of one with plan
// outer: what the outer key says holds for all in it, unless it only scans.
func (p *plans) within(outer, n uint32) uint32 {
	out := p.get(outer)
	if out.action == Scan && !inherited(out.hint) && out.patterns == p.unscoped {
		return n
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	pair := [2]uint32{outer &^ cleanKey, n &^ cleanKey}
	both, ok := p.combined[pair]
	if !ok {
		made := *p.get(n)
		if out.action != Scan {
			made.action = out.action
		}
		if inherited(out.hint) {
			made.hint = out.hint
		}
		made.named = made.named || out.named
		made.patterns |= out.patterns
		both = p.intern(made)
		p.combined[pair] = both
	}
	return both | n&cleanKey
}

// inherited tells whether a hint holds for all values in a map under its key.
func inherited(h detect.Hint) bool {
	return h == detect.HintSecret || h == detect.HintAuth || h == detect.HintCookie
}
