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
			if err := s.AddTraces(request(t, testSpan{trace: traceID(n, 0.5), id: 1})); err != nil {
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
