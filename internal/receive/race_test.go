//go:build race

package receive

// The race detector makes the process slower and several times larger.
const (
	nesting      = 200_000
	childPeakMiB = 1024
)
