package sample

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"testing"
	"unsafe"
)

// tableRows returns the cells of the rows of docs/sampling.md that match.
func tableRows(t *testing.T, pattern string) [][]string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/sampling.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^"+pattern+"$").FindAllStringSubmatch(string(doc), -1)
	if len(rows) < 5 {
		t.Fatalf("docs/sampling.md has %d rows like %s", len(rows), pattern)
	}
	return rows
}

// What the table of adjusted counts says is what the thresholds mean.
func TestDocumentedAdjustedCounts(t *testing.T) {
	for _, row := range tableRows(t, `\| `+"`(ot=th:[0-9a-f]+)`"+` \| (\d+) \|`) {
		th, _, ok, _ := parseState(row[1])
		if got := fmt.Sprintf("%.0f", maxRandom/float64(maxRandom-th)); !ok || got != row[2] {
			t.Errorf("%s counts for %s, documented is %s", row[1], got, row[2])
		}
	}
}

// What is left of all traces when Python's TraceIdRatioBased stands beneath an
// agent's ratio: it keeps ids whose last 64 bits are below its share.
func TestSDKRatio(t *testing.T) {
	const n = 2_000_000
	r := rand.New(rand.NewPCG(1, 1))
	number := func(text string) float64 {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, row := range tableRows(t, `\| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \|`) {
		sdk, threshold, kept := number(row[1]), thresholdOf(number(row[2])), 0
		for range n {
			id := [16]byte{}
			binary.BigEndian.PutUint64(id[8:], r.Uint64())
			if float64(binary.BigEndian.Uint64(id[8:])) < sdk*math.Ldexp(1, 64) && traceRandomness(id) >= threshold {
				kept++
			}
		}
		want := number(row[3])
		if got := float64(kept) / n; math.Abs(got-want) > 0.05*want {
			t.Errorf("SDK %s and agent %s keep %v, documented is %v", row[1], row[2], got, want)
		}
	}
}

// The documented sizes of what is remembered are those of the structures: an entry
// and its place in a map that is between a half and seven eighths full.
func TestDocumentedSizes(t *testing.T) {
	kept := int(unsafe.Sizeof(keptNode{})) + byTraceCost
	verdict := int(unsafe.Sizeof(Decision{})) + (16+8+1)*16/7
	if kept > 110 || verdict > 270 {
		t.Errorf("a kept trace takes %d bytes and a verdict %d, documented are about 100 and 250", kept, verdict)
	}
	t.Logf("a kept trace takes %d bytes, a verdict %d", kept, verdict)
}
