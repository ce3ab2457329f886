package sample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Requests that are sent again, at any time, change nothing: verdicts and what is
// passed on are byte for byte the same.
func TestRequestsSentAgainChangeNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := drawLife(rt, t)
		var repeated []any
		var sent [][]byte
		for _, step := range steps {
			repeated = append(repeated, step)
			if request, ok := step.([]byte); ok {
				sent = append(sent, request)
			}
			if len(sent) > 0 && rapid.Bool().Draw(rt, "again") {
				repeated = append(repeated, sent[rapid.IntRange(0, len(sent)-1).Draw(rt, "request")])
			}
		}
		still(t, rt, func() error {
			once, again := &tape{}, &tape{}
			a, b := newLife(rt, once, nil), newLife(rt, again, nil)
			if err := errors.Join(a.live(steps), b.live(repeated)); err != nil {
				return err
			}
			if want, got := once.kept()+decided(a.s), again.kept()+decided(b.s); want != got {
				return fmt.Errorf("once:\n%s\nagain:\n%s", want, got)
			}
			return nil
		})
	})
}

// kept is the tape without what was dropped: requests that are sent again are.
func (o *tape) kept() string {
	var kept []string
	for line := range strings.Lines(o.String()) {
		if !strings.HasPrefix(line, "dropped traces") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func decided(s *Sampler) (text string) {
	for _, d := range s.Recent("", "", 1000) {
		text += fmt.Sprintln(d.TraceID, d.Verdict, d.Rule, d.Trigger, d.Spans, d.LateSpans)
	}
	return text
}

// The last requests are remembered, and no more.
func TestTakenRequestsAreBounded(t *testing.T) {
	taken, r := newTakenRequests(), rand.New(rand.NewPCG(1, 1))
	var all []uint64
	for range 3*maxRequests + 7 {
		all = append(all, r.Uint64())
		taken.add(all[len(all)-1])
	}
	for i, hash := range all {
		if want := i >= len(all)-maxRequests; taken.has(hash) != want {
			t.Fatalf("request %d of %d: remembered is %v", i, len(all), !want)
		}
	}
	if len(taken.set) != maxRequests || len(taken.ring) != maxRequests {
		t.Errorf("%d and %d requests are remembered, want %d", len(taken.set), len(taken.ring), maxRequests)
	}
}
