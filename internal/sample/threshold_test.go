package sample

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestThresholdOfRatio(t *testing.T) {
	for ratio, want := range map[float64]string{
		1: "0", 0.5: "8", 0.25: "c", 0.75: "4", 1.0 / 16: "f", 1.0 / 256: "ff", 1.0 / 65536: "ffff",
		math.Ldexp(1, -56): "ffffffffffffff",
	} {
		if got := formatThreshold(thresholdOf(ratio)); got != want {
			t.Errorf("ratio %v has th:%s, want %s", ratio, got, want)
		}
	}
	if got := thresholdOf(0); got <= maxRandom-1 {
		t.Errorf("ratio 0 has threshold %x, which some randomness reaches", got)
	}
	if got := float64(maxRandom-thresholdOf(0.1)) / maxRandom; math.Abs(got-0.1) > 1e-15 {
		t.Errorf("ratio 0.1 keeps %v", got)
	}
}

func TestTraceRandomnessIsTheLast56Bits(t *testing.T) {
	id := [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 0xff, 9, 10, 11, 12, 13, 14, 15}
	if got, want := traceRandomness(id), uint64(0x090a0b0c0d0e0f); got != want {
		t.Errorf("randomness is %x, want %x", got, want)
	}
}

func TestParseState(t *testing.T) {
	for state, want := range map[string]string{
		"":                                 "- -",
		"ot=th:0":                          "0 -",
		"ot=th:c":                          "c -",
		"ot=th:fd70a":                      "fd70a -",
		"ot=rv:0123456789abcd":             "- 0123456789abcd",
		"ot=th:8;rv:ffffffffffffff;xx:1":   "8 ffffffffffffff",
		"vendor=a,ot=th:8":                 "8 -",
		" vendor=a , ot=th:8 ":             "8 -",
		"not=th:8":                         "- -",
		"ot=":                              "- -",
		"ot=th:":                           "- -",
		"ot=th:C":                          "- -", // upper case
		"ot=th:g":                          "- -",
		"ot=th:+8":                         "- -",
		"ot=th:0x8":                        "- -",
		"ot=th:1_0":                        "- -",
		"ot=th:123456789abcdef":            "- -", // 15 digits
		"ot=rv:0123456789abc":              "- -", // 13 digits
		"ot=rv:0123456789abcde":            "- -", // 15 digits
		"ot=th:80000000000000;th:nonsense": "- -",
	} {
		th, rv, hasTH, hasRV := parseState(state)
		got := [2]string{"-", "-"}
		if hasTH {
			got[0] = formatThreshold(th)
		}
		if hasRV {
			got[1] = fmt.Sprintf("%014x", rv)
		}
		if s := got[0] + " " + got[1]; s != want {
			t.Errorf("parseState(%q) is %s, want %s", state, s, want)
		}
	}
}

func TestWithThreshold(t *testing.T) {
	const half = maxRandom / 2
	for _, c := range []struct {
		state     string
		threshold uint64
		want      string
	}{
		{"", noThreshold, ""},
		{"", half, "ot=th:8"},
		{"", 0, "ot=th:0"},
		{"vendor=a", noThreshold, "vendor=a"},
		{"vendor=a", half, "ot=th:8,vendor=a"},
		{"vendor=a,ot=th:8", half, "vendor=a,ot=th:8"}, // as it is: nothing changes
		{"vendor=a,ot=th:4", half, "ot=th:8,vendor=a"},
		{"vendor=a,ot=th:4", noThreshold, "vendor=a"},
		{"ot=th:4", noThreshold, ""},
		{"ot=th:4;rv:0123456789abcd", noThreshold, "ot=rv:0123456789abcd"},
		{"ot=rv:0123456789abcd;xx:1", half, "ot=th:8;rv:0123456789abcd;xx:1"},
		{"ot=th:nonsense", half, "ot=th:8"},
		{"ot=th:nonsense", noThreshold, ""},
	} {
		if got := withThreshold(c.state, c.threshold); got != c.want {
			t.Errorf("withThreshold(%q, %x) is %q, want %q", c.state, c.threshold, got, c.want)
		}
	}
}

func TestTracestateKeepsAtMost32Members(t *testing.T) {
	members := make([]string, 32)
	for i := range members {
		members[i] = fmt.Sprintf("v%d=1", i)
	}
	got := withThreshold(strings.Join(members, ","), 0)
	if want := "ot=th:0," + strings.Join(members[:31], ","); got != want {
		t.Errorf("32 members and a threshold become %q", got)
	}
}

// The threshold that is written is the one that is read, and nothing else is
// changed by writing it.
func TestThresholdRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := rapid.StringMatching(`((ot=(th:[0-9a-f]{1,14};)?(rv:[0-9a-f]{14};)?[a-z]{2}:[a-z0-9]{1,5}|[a-z]{3}=[a-z0-9]{1,5}),?){0,4}`).Draw(t, "state")
		threshold := rapid.Uint64Range(0, maxRandom-1).Draw(t, "threshold")
		_, rv, _, hasRV := parseState(state)
		next := withThreshold(state, threshold)
		th, rv2, hasTH, hasRV2 := parseState(next)
		if !hasTH || th != threshold || rv != rv2 || hasRV != hasRV2 {
			t.Fatalf("%q becomes %q", state, next)
		}
		if again := withThreshold(next, threshold); again != next {
			t.Fatalf("%q becomes %q by the same threshold", next, again)
		}
		if _, _, hasTH, _ := parseState(withThreshold(next, noThreshold)); hasTH {
			t.Fatalf("%q still has a threshold when it is erased", next)
		}
	})
}

func FuzzTracestate(f *testing.F) {
	for _, s := range []string{"", "ot=th:8", "a=b,ot=rv:0123456789abcd;th:fd70a", "ot=th:8,ot=th:4", ",,=,;:", "ot=;;th:1;"} {
		f.Add(s, uint64(maxRandom/2))
	}
	f.Fuzz(func(t *testing.T, state string, threshold uint64) {
		threshold %= maxRandom
		th, rv, hasTH, hasRV := parseState(state)
		if (hasTH && th >= maxRandom) || (hasRV && rv >= maxRandom) {
			t.Fatalf("parseState(%q) is out of range", state)
		}
		next := withThreshold(state, threshold)
		if got, _, ok, _ := parseState(next); !ok || got != threshold {
			t.Fatalf("threshold %x in %q becomes %q", threshold, state, next)
		}
		if _, _, ok, _ := parseState(withThreshold(state, noThreshold)); ok {
			t.Fatalf("threshold of %q isn't erased", state)
		}
	})
}
