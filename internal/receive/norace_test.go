//go:build !race

package receive

const (
	// nesting is how deep values are nested: enough to overflow pdata's stack.
	nesting = 2_000_000
	// childPeakMiB bounds the memory of the server that refuses them: bodies of up to
	// 64 MiB are expanded, and nothing beyond that.
	childPeakMiB = 256
)
