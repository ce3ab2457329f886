package bytemap

import "math/bits"

// First returns the number of the lowest bit that is set in x, which isn't 0. It counts
// the bits below: the instruction that finds one on every amd64 processor takes AMD's
// four times as long as this, and those that have a better one must be asked for it when
// compiling.
func First(x uint64) int { return bits.OnesCount64((x - 1) &^ x) }
