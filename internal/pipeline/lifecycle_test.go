package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func stagesInto(calls *[]string, failing string) []Stage {
	var out []Stage
	for _, name := range []string{"front", "middle", "back"} {
		out = append(out, Stage{
			Name: name,
			Start: func(context.Context) error {
				*calls = append(*calls, "start "+name)
				if name == failing {
					return errors.New("port in use")
				}
				return nil
			},
			Stop: func(context.Context) error { *calls = append(*calls, "stop "+name); return nil },
		})
	}
	return out
}

func TestLifecycle(t *testing.T) {
	for _, tc := range []struct{ failing, want, err string }{
		{"", "start back, start middle, start front, stop front, stop middle, stop back", ""},
		{"middle", "start back, start middle, stop back", "start middle: port in use"},
	} {
		var calls []string
		l := NewLifecycle(slog.New(slog.DiscardHandler), stagesInto(&calls, tc.failing)...)
		err := l.Start(t.Context())
		if (err == nil) != (tc.err == "") || (err != nil && !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("Start = %v, want %q", err, tc.err)
		}
		if err := l.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if got := strings.Join(calls, ", "); got != tc.want {
			t.Errorf("got %s\nwant %s", got, tc.want)
		}
	}
}

func TestLingerGoesOnAcceptingWhileClientsMayFlush(t *testing.T) {
	for name, tc := range map[string]struct {
		silent time.Duration // since the last batch; negative: none came
		want   time.Duration
	}{
		"no client ever":    {-1, 0},
		"busy client":       {time.Second, 5 * time.Second},
		"client long gone":  {2 * time.Minute, 0},
		"metrics only, 60s": {60 * time.Second, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, _, _ := newTestPipeline(&rooms{counts: otlp.Counts{Items: 1}}, everywhere())
				if tc.silent >= 0 {
					if _, err := p.Accept(t.Context(), otlp.Logs, []byte("x")); err != nil {
						t.Fatal(err)
					}
					time.Sleep(tc.silent)
				}
				begin := time.Now()
				p.Linger(t.Context(), 5*time.Second)
				if got := time.Since(begin); got != tc.want {
					t.Errorf("lingered %v, want %v", got, tc.want)
				}
			})
		})
	}
}

type fakeLadder struct {
	refusing bool
	refused  int
}

func (l *fakeLadder) Refusing() bool { return l.refusing }
func (l *fakeLadder) Refused()       { l.refused++ }

func TestAdmissionWaitsASecondThenRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fakeLadder{}
		a := NewAdmission(200, l)
		for name, lease := range map[string]func(context.Context, int64) (func(int64), error){"read": a.Read, "work": a.Work} {
			giveBack, err := lease(t.Context(), 1000)
			if err != nil {
				t.Fatalf("%s: a request larger than the budget: %v", name, err)
			}
			begin := time.Now()
			if _, err := lease(t.Context(), 1); err == nil || time.Since(begin) != time.Second {
				t.Errorf("%s: err = %v after %v, want a refusal after 1s", name, err, time.Since(begin))
			}
			time.AfterFunc(500*time.Millisecond, func() { giveBack(40) }) // it is known to be shorter
			begin = time.Now()
			if _, err := lease(t.Context(), 40); err != nil || time.Since(begin) != 500*time.Millisecond {
				t.Errorf("%s: err = %v after %v, want room after 500ms", name, err, time.Since(begin))
			}
			giveBack(1000) // what is left of it, and no more
			if _, err := lease(t.Context(), 61); err == nil {
				t.Errorf("%s: more was given back than leased", name)
			}
			if _, err := lease(t.Context(), 60); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if l.refused != 4 {
			t.Errorf("%d refusals are counted, want 4", l.refused)
		}
	})
}

func TestAdmissionClosedByPressure(t *testing.T) {
	l := &fakeLadder{refusing: true}
	if _, err := NewAdmission(100, l).Read(t.Context(), 1); err == nil || l.refused != 1 {
		t.Errorf("under pressure: %v, %d refusals are counted", err, l.refused)
	}
}

// TestSnapshotIsOfOneMoment moves items between columns from several goroutines,
// each move in two steps: a snapshot never sees the first without the second.
func TestSnapshotIsOfOneMoment(t *testing.T) {
	r := &lockedRooms{}
	ledger := NewLedger(Destinations{otlp.Traces: {"backend"}})
	ledger.Measure(r)
	stop := make(chan struct{})
	var movers sync.WaitGroup
	for range 3 {
		movers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				ledger.Transition(func() { r.add(5); ledger.take(otlp.Traces, 5, 0) })
				ledger.Transition(func() {
					r.add(-5)
					ledger.move(func() { ledger.SampledOut(otlp.Traces, 5) })
				})
			}
		})
	}
	for range 2000 {
		checkBalance(t, ledger)
	}
	close(stop)
	movers.Wait()
}

// lockedRooms counts what is held from several goroutines.
type lockedRooms struct {
	mu   sync.Mutex
	held int64
}

func (r *lockedRooms) add(n int64) { r.mu.Lock(); r.held += n; r.mu.Unlock() }

func (r *lockedRooms) Held() (held [otlp.NumSignals]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	held[otlp.Traces] = r.held
	return held
}

func (r *lockedRooms) Unread(string, otlp.Signal) int64 { return 0 }

// A stage that panics at its stop doesn't keep those behind it from draining.
func TestStopOutlivesAPanic(t *testing.T) {
	log := &bytes.Buffer{}
	drained := false
	l := NewLifecycle(slog.New(slog.NewTextHandler(log, nil)),
		Stage{Name: "front", Stop: func(context.Context) error { panic("card 4111111111111111") }},
		Stage{Name: "back", Stop: func(context.Context) error { drained = true; return nil }},
	)
	if err := l.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := l.Stop(t.Context())
	if err == nil || !drained {
		t.Errorf("error %v, stage behind drained: %v", err, drained)
	}
	if out := log.String() + fmt.Sprint(err); strings.Contains(out, "4111") || !strings.Contains(out, "stage=front") {
		t.Errorf("want the panic logged without its value:\n%s", out)
	}
}
