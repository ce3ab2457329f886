package sample

import (
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// What is held says what it waits for.
func TestWaiting(t *testing.T) {
	o := options(newRecorder(t), Rule{Name: "some", When: &Condition{Service: []string{"rated"}}, Rate: &Rate{TracesPerSecond: 1}}, Rule{Name: "all", Keep: "always"})
	s := newSampler(t, o, store.PoolOptions{})
	id := func(n uint64) [16]byte { return traceID(n, 0.5) }
	if _, err := s.AddTraces(request(t,
		testSpan{trace: id(1), id: 1}, testSpan{trace: id(2), id: 2, parent: 1, remote: "local"},
		testSpan{trace: id(3), id: 1}, testSpan{trace: id(3), id: 3, parent: 2, remote: "local"},
		testSpan{trace: id(4), id: 1, service: "rated"},
	)); err != nil {
		t.Fatal(err)
	}
	if err := s.AddLogs(logsRequest(t, testLog{trace: id(5)}, testLog{trace: id(1)})); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.decide(s.index.fragments.byTrace[id(4)], TriggerLocalRoots)
	s.mu.Unlock()
	for n, want := range map[uint64]Waiting{
		1: {Spans: 1, Logs: 1, For: "grace"}, 2: {Spans: 1, For: "a local root"}, 3: {Spans: 2, For: "parents of its spans"},
		4: {Spans: 1, For: "the end of a rate's window"}, 5: {Logs: 1, For: "a span of its trace"},
	} {
		got, ok := s.Waiting(id(n))
		got.Bytes, got.Waited = 0, 0
		if !ok || got != want {
			t.Errorf("trace %d waits: %v %+v, want %+v", n, ok, got, want)
		}
	}
	if w, ok := s.Waiting(id(6)); ok {
		t.Errorf("a trace that never came waits: %+v", w)
	}
}

// What the journal has forgotten is still known as kept, or as dropped perhaps.
func TestRemembered(t *testing.T) {
	o := options(newRecorder(t), Rule{Name: "errors", When: &Condition{Status: "error"}, Keep: "always"})
	o.Journal = 0
	s := newSampler(t, o, store.PoolOptions{})
	if _, err := s.AddTraces(request(t, testSpan{trace: traceID(1, 0.5), id: 1, failed: true}, testSpan{trace: traceID(2, 0.5), id: 1})); err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[uint64]string{1: "kept errors", 2: "dropped ", 3: " "} {
		if verdict, rule := s.Remembered(traceID(n, 0.5)); string(verdict)+" "+rule != want {
			t.Errorf("trace %d is remembered as %s %s, want %s", n, verdict, rule, want)
		}
	}
}
