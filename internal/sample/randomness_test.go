package sample

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/store"
)

// idShape is a way in which a service makes trace ids, and what is found of it.
type idShape struct {
	id      func(r *rand.Rand, n int) [16]byte
	state   string
	suspect bool
	log     string
}

func randomID(r *rand.Rand, _ int) (id [16]byte) {
	binary.BigEndian.PutUint64(id[:8], r.Uint64())
	binary.BigEndian.PutUint64(id[8:], r.Uint64())
	return id
}

func idShapes() map[string]idShape {
	return map[string]idShape{
		"random": {id: randomID},
		"random with the time in front": {id: func(r *rand.Rand, n int) [16]byte {
			id := randomID(r, n)
			binary.BigEndian.PutUint32(id[:], 1_700_000_000)
			return id
		}},
		"counted": {id: func(_ *rand.Rand, n int) (id [16]byte) {
			binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
			return id
		}, suspect: true, log: "bit=55"},
		// What Python's TraceIdRatioBased lets through at 0.1 % and at 10 %: the low
		// 64 bits are below the share, so at 10 % the last 56 bits stay random.
		"kept by the SDK at 0.001": {id: func(r *rand.Rand, n int) [16]byte {
			id := randomID(r, n)
			binary.BigEndian.PutUint64(id[8:], r.Uint64N(1<<54))
			return id
		}, suspect: true, log: "bit=55"},
		"kept by the SDK at 0.1": {id: func(r *rand.Rand, n int) [16]byte {
			id := randomID(r, n)
			binary.BigEndian.PutUint64(id[8:], r.Uint64N(math.MaxUint64/10))
			return id
		}},
		// Each bit is set in half of them, and none reaches the last tenth.
		"of two values": {id: func(r *rand.Rand, n int) [16]byte {
			id := randomID(r, n)
			v := uint64(0x55555555555555)
			if n%2 == 0 {
				v = maxRandom - 1 - v
			}
			binary.BigEndian.PutUint64(id[8:], v)
			return id
		}, suspect: true, log: "ratio=0.1"},
		"counted, with explicit randomness": {id: func(_ *rand.Rand, n int) (id [16]byte) {
			binary.BigEndian.PutUint64(id[8:], uint64(n)+1)
			return id
		}, state: "ot=rv:0123456789abcd"},
	}
}

// Ids of these shapes are sent by more traces than are looked at.
func TestRandomnessCheck(t *testing.T) {
	for name, c := range idShapes() {
		t.Run(name, func(t *testing.T) {
			log := &bytes.Buffer{}
			out := newRecorder(t)
			out.light = true
			o := options(out, Rule{Name: "baseline", Ratio: share(0.1)})
			o.Logger = slog.New(slog.NewTextHandler(log, nil))
			o.LateDropped = 1_000_000
			s := newSampler(t, o, store.PoolOptions{})
			r := rand.New(rand.NewPCG(1, 2))
			encode, batch := stamper(t, testSpan{id: 1, state: c.state}), []byte(nil)
			for n := range randomnessSample + 1000 {
				if batch = encode(batch, c.id(r, n)); n%500 < 499 {
					continue
				}
				if _, err := s.AddTraces(batch); err != nil {
					t.Fatal(err)
				}
				batch = batch[:0]
			}
			if got := metricValue(t, s, "agent_sample_randomness_suspect", nil) == 1; got != c.suspect {
				t.Errorf("suspect is %v, want %v: %s", got, c.suspect, log)
			}
			warnings := strings.Count(log.String(), "level=WARN")
			if want := map[bool]int{true: 1}[c.suspect]; warnings != want || !strings.Contains(log.String(), c.log) {
				t.Errorf("%d warnings, want %d with %q:\n%s", warnings, want, c.log, log)
			}
			want := "random"
			if c.suspect {
				want = "suspect"
			}
			if c.state != "" {
				want = "checking"
			}
			if got := s.Status().TraceIDs; got != want {
				t.Errorf("status says %s, want %s", got, want)
			}
		})
	}
}

// A trace counts once, however often the pod is called in it.
func TestRandomnessCheckCountsDistinctTraces(t *testing.T) {
	s := newSampler(t, options(newRecorder(t), Rule{Name: "none", Keep: "never"}), store.PoolOptions{})
	for i := range uint64(5) {
		if _, err := s.AddTraces(request(t, testSpan{trace: traceID(1, 0.5), id: i + 1}, testSpan{trace: traceID(1, 0.5), id: 100 + i})); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		s.decide(s.index.fragments.oldest, TriggerHold)
		s.mu.Unlock()
	}
	if got := metricValue(t, s, "agent_sample_randomness_checked_traces", nil); got != 1 {
		t.Errorf("%v traces are checked, want 1", fmt.Sprint(got))
	}
}
