package sample

import (
	"log/slog"
	"math"
)

const (
	// randomnessSample is how many traces are looked at after the start.
	randomnessSample = 10_000

	// randomnessSigmas is how far a count may be off. With 57 counts of random ids
	// one in 30,000 starts gives a false alarm.
	randomnessSigmas = 5
)

// randomnessCheck looks whether trace ids are random where ratios need it: each
// of their last 56 bits is set in half of the traces, and each ratio's threshold
// is reached by its share. A generator that counts, or a sampler in the SDK that
// keeps low ids, fails it.
type randomnessCheck struct {
	logger     *slog.Logger
	seen       int
	set        [randomBits]int
	thresholds []uint64
	reached    []int // by threshold
	suspect    bool
}

func newRandomnessCheck(rules []rule, logger *slog.Logger) *randomnessCheck {
	c := &randomnessCheck{logger: logger}
	for i := range rules {
		if r := &rules[i]; r.ratio && r.threshold > 0 && r.threshold < maxRandom {
			c.thresholds = append(c.thresholds, r.threshold)
		}
	}
	c.reached = make([]int, len(c.thresholds))
	return c
}

// see takes a trace that wasn't seen before, by one of its spans. One whose
// randomness stands in the tracestate isn't looked at.
func (c *randomnessCheck) see(id [16]byte, state []byte) {
	if !c.wants() {
		return
	}
	if len(state) > 0 {
		if _, _, _, explicit := parseState(string(state)); explicit {
			return
		}
	}
	r := traceRandomness(id)
	for i := range c.set {
		c.set[i] += int(r >> i & 1)
	}
	for i, t := range c.thresholds {
		if r >= t {
			c.reached[i]++
		}
	}
	if c.seen++; c.seen == randomnessSample {
		c.judge()
	}
}

// wants says whether more traces are to be seen.
func (c *randomnessCheck) wants() bool { return c.seen < randomnessSample }

func (c *randomnessCheck) judge() {
	const mend = "trace ids don't look random, so ratios keep other shares than configured: let the SDK sample parentbased_always_on and make ids by its default generator (docs/sampling.md)"
	for i := randomBits - 1; i >= 0; i-- {
		if isFarOff(c.set[i], 0.5) {
			c.suspect = true
			c.logger.Warn(mend, "bit", i, "traces", randomnessSample, "set", c.set[i])
			return
		}
	}
	for i, t := range c.thresholds {
		if share := float64(maxRandom-t) / maxRandom; isFarOff(c.reached[i], share) {
			c.suspect = true
			c.logger.Warn(mend, "ratio", share, "traces", randomnessSample, "kept", c.reached[i])
			return
		}
	}
}

// isFarOff says whether a count of traces is too far from its share of all. The
// one that is added makes up for counts being whole.
func isFarOff(n int, share float64) bool {
	const all = float64(randomnessSample)
	return math.Abs(float64(n)-all*share) > randomnessSigmas*math.Sqrt(all*share*(1-share))+1
}

// state is what the status shows.
func (c *randomnessCheck) state() string {
	switch {
	case c.wants():
		return "checking"
	case c.suspect:
		return "suspect"
	}
	return "random"
}
