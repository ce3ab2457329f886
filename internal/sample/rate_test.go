package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// Room that only the logs of a candidate take is made by closing the window.
func TestRoomOfACandidatesLogsIsFreed(t *testing.T) {
	const segment = 4096
	out := newRecorder(t)
	o := options(out, Rule{Name: "some", When: &Condition{Service: []string{"rated"}}, Rate: &Rate{TracesPerSecond: 1}})
	s := newSampler(t, o, store.PoolOptions{MaxBytes: 3 * segment, SegmentBytes: segment})
	id := traceID(1, 0.5)
	if err := s.AddLogs(logsRequest(t, testLog{trace: id, body: strings.Repeat("x", segment-200)})); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock() // the span goes to a segment of its own, and its fragment becomes a candidate
	b := request(t, testSpan{trace: id, id: 1, service: "rated", name: strings.Repeat("y", 500)})
	ref, err := s.log.Append(b, 1)
	if err != nil {
		t.Fatal(err)
	}
	s.addAll(ref, s.log.Bytes(ref, len(b)), 1)
	s.decide(s.index.fragments.byTrace[id], TriggerLocalRoots)
	s.mu.Unlock()
	if _, err := s.AddTraces(request(t, testSpan{trace: traceID(2, 0.5), id: 1, name: strings.Repeat("z", segment)})); err != nil {
		t.Fatalf("there is room once the window is closed: %v", err)
	}
	if d := s.Decisions(id); len(d) != 1 || d[0].Rule != "some" || d[0].Logs != 1 || out.logs.kept != 1 {
		t.Errorf("decisions on the candidate: %+v, %d logs are passed on", d, out.logs.kept)
	}
}

// Agents that started at different times, and see the same traces, keep the same ones
// under a rate; where they come to one later than to another, fewer.
func TestAgentsAgreeUnderARate(t *testing.T) {
	for jitter, least := range map[time.Duration]float64{0: 1, 100 * time.Millisecond: 0.9, 5 * time.Second: 0.75} {
		t.Run(fmt.Sprint(jitter), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { agreeUnderARate(t, jitter, least) })
		})
	}
}

func agreeUnderARate(t *testing.T, jitter time.Duration, least float64) {
	r := rand.New(rand.NewPCG(5, 6))
	var agents []*Sampler
	var kept []keptSpans
	for range 3 {
		time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
		out := keptSpans{}
		o := options(out, Rule{Name: "some", Rate: &Rate{TracesPerSecond: 20}})
		o.Grace, o.LateDropped = 0, 10_000
		s := newSampler(t, o, store.PoolOptions{})
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		agents, kept = append(agents, s), append(kept, out)
	}
	for _, id := range randomTraces(30*200, 9) { // 200 a second
		time.Sleep(5 * time.Millisecond)
		for _, s := range agents {
			time.AfterFunc(time.Duration(r.Int64N(int64(jitter)+1)), func() {
				if _, err := s.AddTraces(request(t, testSpan{trace: id, id: 1})); err != nil {
					t.Error(err)
				}
			})
		}
	}
	time.Sleep(10 * time.Second)
	for _, s := range agents {
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i, other := range kept[1:] {
		shared := float64(len(other) - without(other, kept[0]))
		if share := shared / float64(max(len(other), len(kept[0]))); share < least || len(other) < 500 {
			t.Errorf("of %d traces that agent %d keeps %.0f are among the first's %d, want %v of them", len(other), i+1, shared, len(kept[0]), least)
		}
	}
}
