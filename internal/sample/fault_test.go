package sample

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// brittle is an end of the sampler whose first transition panics.
type brittle struct {
	*recorder
	broken bool
}

func (b *brittle) Transition(fn func()) {
	if !b.broken {
		b.broken = true
		panic("card 4111111111111111")
	}
	b.recorder.Transition(fn)
}

// A panic at a verdict by time is logged without its value; the verdicts that
// follow are made.
func TestTimerOutlivesAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newRecorder(t)
		o := options(&brittle{recorder: out}, Rule{Name: "all", Keep: "always"})
		log := &bytes.Buffer{}
		o.Logger = slog.New(slog.NewTextHandler(log, nil))
		s := newSampler(t, o, store.PoolOptions{})
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for n := range uint64(2) {
			if _, err := s.AddTraces(request(t, testSpan{trace: traceID(n, 0.5), id: 1})); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		if out.kept != 1 {
			t.Errorf("%d spans are kept after the panic, want 1", out.kept)
		}
		if err := s.Drain(t.Context()); err != nil || out.kept != 2 {
			t.Errorf("%d spans are kept after the drain, want 2 (%v)", out.kept, err)
		}
		if strings.Contains(log.String(), "4111") || !strings.Contains(log.String(), "recovered from a panic") {
			t.Errorf("want the panic logged without its value:\n%s", log)
		}
	})
}

// A panic in a rule keeps the trace: nothing is lost for a mistake of the agent's
// own. It is counted, and its value is not logged.
func TestFaultInARuleKeepsTheTrace(t *testing.T) {
	out := newRecorder(t)
	o := options(out, Rule{Name: "broken", Keep: "never"}, Rule{Name: "none", Keep: "never"})
	o.Shadow = []Rule{{Name: "broken-too", Keep: "never"}}
	log := &bytes.Buffer{}
	o.Logger = slog.New(slog.NewTextHandler(log, nil))
	s := newSampler(t, o, store.PoolOptions{})
	fault := func(*view, int) bool { panic("card 4111111111111111") }
	s.live.rules[0].when, s.shadow.rules.rules[0].when = fault, fault
	if _, err := s.AddTraces(request(t, testSpan{trace: traceID(1, 0.5), id: 1})); err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := s.Decisions(traceID(1, 0.5))
	if out.kept != 1 || len(d) != 1 || d[0].Rule != ruleFault || d[0].Verdict != VerdictKept {
		t.Errorf("%d spans are kept, decisions: %+v", out.kept, d)
	}
	if got := metricValue(t, s, "agent_sample_evaluation_errors_total", nil); got != 2 {
		t.Errorf("%v evaluation errors, want that of the live and that of the shadow rule", got)
	}
	if strings.Contains(log.String(), "4111") {
		t.Errorf("the panic's value is logged:\n%s", log)
	}
}
