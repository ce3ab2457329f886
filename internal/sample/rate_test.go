package sample

import (
	"strings"
	"testing"

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
