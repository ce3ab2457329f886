package sample

import (
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
		once, again := &tape{}, &tape{}
		a, b := newLife(rt, once, nil), newLife(rt, again, nil)
		b.s.began = a.s.began
		b.s.setPhase(phaseOf(a.s.began))
		var sent [][]byte
		for _, step := range drawLife(rt, t) {
			a.do(rt, step)
			b.do(rt, step)
			if request, ok := step.([]byte); ok {
				sent = append(sent, request)
			}
			if len(sent) > 0 && rapid.Bool().Draw(rt, "again") {
				request := sent[rapid.IntRange(0, len(sent)-1).Draw(rt, "request")]
				if fresh, err := b.s.AddTraces(request); err != nil || fresh {
					rt.Fatalf("a request that was taken is fresh: %v, error %v", fresh, err)
				}
			}
		}
		for _, l := range []*life{a, b} {
			if err := l.s.Drain(t.Context()); err != nil {
				rt.Fatal(err)
			}
		}
		if once.kept() != again.kept() {
			rt.Fatalf("once:\n%s\nagain:\n%s", once.kept(), again.kept())
		}
		if want, got := decided(a.s), decided(b.s); want != got {
			rt.Fatalf("once:\n%s\nagain:\n%s", want, got)
		}
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
