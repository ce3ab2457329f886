//go:build !race

// The race detector makes sync.Pool forget at random, so allocations are counted
// without it: scripts/test.sh runs this file on its own.

package filter

import "testing"

func TestCleanRequestAllocatesNothing(t *testing.T) {
	f := newFilter(t, Options{})
	for sig, in := range cleanRequests(t) {
		if n := testing.AllocsPerRun(100, func() { f.Filter(sig, in, nil) }); n > 0 {
			t.Errorf("%v: %v allocations", sig, n)
		}
	}
}
