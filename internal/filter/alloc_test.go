//go:build !race

// The race detector makes sync.Pool forget at random, so allocations are counted
// without it: scripts/test.sh runs this file on its own.

package filter

import (
	"fmt"
	"testing"
)

func TestCleanRequestAllocatesNothing(t *testing.T) {
	f := newFilter(t, Options{})
	for sig, in := range cleanRequests(t) {
		if n := testing.AllocsPerRun(100, func() { f.Filter(sig, in, nil) }); n > 0 {
			t.Errorf("%v: %v allocations", sig, n)
		}
	}
}

// TestPlanOfKnownKeyAllocatesNothing holds the plans of all keys of a request to be
// remembered, also of the last new ones.
func TestPlanOfKnownKeyAllocatesNothing(t *testing.T) {
	f := newFilter(t, Options{})
	w := f.newWorker()
	place := f.place("span.attribute.value")
	var keys [][]byte
	for i := range 41 {
		keys = append(keys, fmt.Appendf(nil, "app.key%c", 'A'+i))
	}
	see := func() {
		for _, key := range keys {
			w.Attribute(place, key, 0)
		}
	}
	for range 20 {
		see()
	}
	if n := testing.AllocsPerRun(100, see); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
