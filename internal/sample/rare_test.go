package sample

import (
	"strconv"
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// A key with as many values as traces fills the memory of a rare rule and no more:
// what doesn't fit is not rare until the period is over.
func TestRareIsBounded(t *testing.T) {
	r := newRareSignatures(&Rare{By: []string{"span.name"}, First: 1, Every: time.Minute})
	take := func(name string, now time.Duration) bool {
		return r.take(&view{spans: []viewSpan{{Span: otlp.Span{Name: []byte(name)}, root: true}}}, int64(now))
	}
	kept := 0
	for i := range 3 * maxSignatures {
		if take(strconv.Itoa(i), time.Second) {
			kept++
		}
	}
	if kept != maxSignatures || len(r.seen) != maxSignatures {
		t.Errorf("%d are rare and %d signatures remembered, want %d", kept, len(r.seen), maxSignatures)
	}
	if !take("new", 2*time.Minute) || len(r.seen) != 1 {
		t.Errorf("a new period begins with %d signatures", len(r.seen))
	}
}
