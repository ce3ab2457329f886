//go:build !amd64

package bytemap

import "math/bits"

// First returns the number of the lowest bit that is set in x, which isn't 0.
func First(x uint64) int { return bits.TrailingZeros64(x) }
