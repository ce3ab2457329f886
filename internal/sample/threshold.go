package sample

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// The randomness of a trace and thresholds are 56-bit numbers; a trace is kept
// when its randomness is not below the threshold. Source: OpenTelemetry,
// "TraceState: Probability Sampling"; W3C Trace Context level 2, random flag.
const (
	randomBits = 56
	maxRandom  = 1 << randomBits
	hexDigits  = randomBits / 4

	// maxMembers is how many members a tracestate may have; those at its end go
	// first (W3C Trace Context, section 3.3.1.1).
	maxMembers = 32

	// noThreshold says that the probability is unknown.
	noThreshold = math.MaxUint64
)

// thresholdOf returns the threshold that keeps the share ratio of all traces;
// maxRandom, which keeps none, for 0.
func thresholdOf(ratio float64) uint64 {
	return maxRandom - uint64(math.Round(ratio*maxRandom))
}

// traceRandomness is the last 56 bits of a trace id.
func traceRandomness(id [16]byte) uint64 { return binary.BigEndian.Uint64(id[8:]) & (maxRandom - 1) }

// stateReader reads the tracestates of spans, most of which are like the last one.
type stateReader struct {
	last         string
	th, rv       uint64
	hasTH, hasRV bool
}

// note takes from a span's tracestate what its fragment is judged by: rv as the
// randomness of the trace, and the strictest threshold. Of several rv, which is
// against the specification, the lowest counts.
func (r *stateReader) note(fr *fragment, state []byte) {
	if len(state) == 0 {
		return
	}
	if string(state) != r.last {
		r.last = string(state)
		r.th, r.rv, r.hasTH, r.hasRV = parseState(r.last)
	}
	if r.hasRV && (!fr.explicit || r.rv < fr.r) {
		fr.r, fr.explicit = r.rv, true
	}
	if r.hasTH && (fr.parent == noThreshold || r.th > fr.parent) {
		fr.parent = r.th
	}
}

// parseState reads th and rv of the ot member of a W3C tracestate. What is not
// written by the grammar is taken as absent.
func parseState(state string) (th, rv uint64, hasTH, hasRV bool) {
	member, _, _ := findMember(state)
	for sub := range strings.SplitSeq(member, ";") {
		key, value, ok := strings.Cut(sub, ":")
		switch {
		case !ok:
		case key == "th":
			th, hasTH = parseHex(value, 1)
		case key == "rv":
			rv, hasRV = parseHex(value, hexDigits)
		}
	}
	return th, rv, hasTH, hasRV
}

// parseHex reads least to 14 lower-case digits as the leading ones of 14.
func parseHex(text string, least int) (uint64, bool) {
	if len(text) < least || len(text) > hexDigits || strings.ToLower(text) != text {
		return 0, false
	}
	n, err := strconv.ParseUint(text, 16, 64)
	if err != nil {
		return 0, false
	}
	return n << (4 * (hexDigits - len(text))), true
}

// findMember returns the value of the first ot member, how many there are, which
// should be one at most, and the list without them.
func findMember(state string) (value string, n int, rest []string) {
	for m := range strings.SplitSeq(state, ",") {
		m = strings.TrimSpace(m)
		if v, ok := strings.CutPrefix(m, "ot="); ok {
			if n++; n == 1 {
				value = v
			}
			continue
		}
		if m != "" {
			rest = append(rest, m)
		}
	}
	return value, n, rest
}

// withThreshold returns the tracestate with th set, or erased for noThreshold. A
// member that changes moves to the front (W3C Trace Context, section 3.3.1).
func withThreshold(state string, threshold uint64) string {
	value, n, rest := findMember(state)
	var subs []string
	if threshold != noThreshold {
		subs = append(subs, "th:"+formatThreshold(threshold))
	}
	had, same := 0, false
	for sub := range strings.SplitSeq(value, ";") {
		if strings.HasPrefix(sub, "th:") {
			had++
			same = len(subs) > 0 && sub == subs[0]
		} else if sub != "" {
			subs = append(subs, sub)
		}
	}
	if n <= 1 && ((threshold == noThreshold && had == 0) || (had == 1 && same)) {
		return state
	}
	if len(subs) > 0 {
		rest = append([]string{"ot=" + strings.Join(subs, ";")}, rest...)
	}
	return strings.Join(rest[:min(len(rest), maxMembers)], ",")
}

// formatThreshold writes a threshold without its trailing zeros, "0" for none.
func formatThreshold(t uint64) string {
	text := strings.TrimRight(pad(strconv.FormatUint(t, 16)), "0")
	if text == "" {
		return "0"
	}
	return text
}

func pad(hex string) string { return strings.Repeat("0", max(hexDigits-len(hex), 0)) + hex }
