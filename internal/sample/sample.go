// Package sample decides which traces are kept. It holds the spans of a trace
// that this pod sent, its fragment, until the fragment is complete or its time or
// memory is up, asks the rules, and passes kept fragments on.
//
// It doesn't filter, enrich or deliver, and it knows nothing of other pods:
// agents agree because they all compare the randomness of the trace id with the
// same threshold. Logs pass it only when they follow their trace (AddLogs).
// Shadow rules are asked about the same fragments and change nothing.
//
// A Sampler owns the hold log, the index over it and the memory of past verdicts and
// requests, all under one mutex. Batches are copied once into the log; verdicts
// leave through Output, with borrowed bytes, while the mutex is held: Output must
// not call back, and must not wait.
//
// Start runs one goroutine, which makes the verdicts that are due by time. Drain
// decides what is left and ends it.
package sample

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// Output takes verdicts. Each verdict is one Transition, in which the sampler
// also forgets the spans; it may call Kept several times. What was never held,
// late spans of kept traces and spans sent twice, is passed to Kept and Dropped
// before AddTraces returns, as part of its caller's transition.
type Output interface {
	Transition(fn func())
	Kept(sig otlp.Signal, b []byte, items int) // b is borrowed
	Dropped(sig otlp.Signal, items int)
	Lost(sig otlp.Signal, items int, reason string)
}

// Options configure a Sampler. Pool and Output are required.
type Options struct {
	Hold   time.Duration // longest wait for a fragment
	Grace  time.Duration // wait after it is complete
	Rules  []Rule
	Shadow []Rule // asked beside Rules, without effect

	LateKept    int // trace ids of kept traces that are remembered
	LateDropped int // trace ids of dropped traces that are remembered
	MaxSpans    int // a fragment with more is decided at once
	MaxBytes    int64
	Journal     int // verdicts that can be explained

	// End says where the delivery log ends, so that a verdict can be followed to
	// its destinations; nil: nobody asks.
	End func() store.Mark

	Pool   *store.Pool // of the hold log alone
	Output Output
	Logger *slog.Logger
}

// Sampler holds fragments and decides. It is safe for concurrent use.
type Sampler struct {
	options Options
	live    *ruleSet
	out     Output
	logger  *slog.Logger
	metrics *metrics
	began   time.Time

	transition func() // the method carry, bound once

	arriving atomic.Int64 // bytes of requests that wait for the lock

	mu         sync.Mutex
	log        *store.HoldLog
	index      *index
	logs       *logIndex // that wait for the verdict on their trace
	due        dueQueue
	kept       *keptTraces
	dropped    *droppedTraces
	journal    *journal
	requests   *takenRequests
	randomness *randomnessCheck
	window     window[nominee] // candidates of rate rules
	shadow     *shadow         // nil: no shadow rules
	compacted  uint64          // segments that had been taken when compact last looked
	hurried    bool            // the first step of the ladder is taken: there is no grace
	ended      bool

	// Scratch memory.
	intake    intake
	states    stateReader
	logIntake logIntake
	view      view
	splicer   splicer
	victims   []victim
	inSegment []uint32
	carried   carried
	moved     []*held

	wake chan struct{} // the earliest verdict may be due sooner
	stop chan struct{}
	done sync.WaitGroup
}

// New returns a sampler. An error about a rule has a method ConfigPath() string
// with the path below the section `sample`; several are joined.
func New(o Options) (*Sampler, error) {
	if o.End == nil {
		o.End = func() store.Mark { return store.Mark{} }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	rules, err := newRuleSet(o.Rules, "rules")
	shadow, err2 := newShadow(o.Shadow)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	if o.Pool == nil || o.Output == nil {
		return nil, errors.New("make sampler: pool and output are required")
	}
	s := &Sampler{
		options: o, live: rules, shadow: shadow, out: o.Output, logger: o.Logger, began: time.Now(),
		log: store.NewHoldLog(o.Pool), index: newIndex(), logs: newLogIndex(),
		kept: newKeptTraces(o.LateKept), dropped: newDroppedTraces(o.LateDropped), journal: newJournal(o.Journal),
		requests: newTakenRequests(), randomness: newRandomnessCheck(rules.rules, o.Logger),
		wake: make(chan struct{}, 1), stop: make(chan struct{}),
	}
	s.transition = s.carry
	s.metrics = newMetrics(s)
	s.alignWindows()
	return s, nil
}

// now is the agent's monotonic clock, in nanoseconds since the sampler was made.
// The timestamps of spans drive nothing.
func (s *Sampler) now() int64 { return int64(time.Since(s.began)) }

// Start begins to decide by time.
func (s *Sampler) Start(context.Context) error {
	s.done.Go(s.run)
	return nil
}

// afterFault is how long the timer rests after a panic, so that one that comes
// each time doesn't take the processor.
const afterFault = time.Second

func (s *Sampler) run() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-s.wake:
		case <-s.stop:
			return
		}
		wait, again := afterFault, true
		s.guard("timer", func() { wait, again = s.decideDue() })
		if again {
			timer.Reset(wait)
		}
	}
}

// Drain decides all that is held, errors first, and ends the sampler.
func (s *Sampler) Drain(context.Context) error {
	if s.decideAll() {
		close(s.stop)
		s.done.Wait()
	}
	return nil
}

// decideAll ends the sampler's taking and decides all that is held; false if it
// has ended already.
func (s *Sampler) decideAll() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	s.ended = true
	for _, errorsOnly := range []bool{true, false} {
		for f := s.index.fragments.oldest; f != none; {
			fr := s.index.fragments.at(f)
			next := fr.newer
			if fr.failed || !errorsOnly {
				s.decide(f, TriggerShutdown)
			}
			f = next
		}
		s.closeWindow()
	}
	s.passAllLogs()
	if s.shadow != nil {
		s.shadow.close(s.now())
	}
	return true
}

// errEnded is returned by AddTraces after Drain.
var errEnded = errors.New("sampler has ended")

// Kept says whether the verdict on a trace was to keep it, as far as it is
// remembered.
func (s *Sampler) Kept(traceID [16]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept.has(traceID)
}

// Held counts what waits for a verdict.
func (s *Sampler) Held() (items [otlp.NumSignals]int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items[otlp.Traces] = s.index.liveSpans
	items[otlp.Logs] = s.logs.liveRecords
	return items, s.index.liveBytes + s.logs.liveBytes
}

// Status is what the sampler shows of itself.
type Status struct {
	Fragments int           `json:"fragments"`
	Spans     int           `json:"spans"`
	Logs      int           `json:"logs"`
	Bytes     int64         `json:"bytes"`
	LogFull   float64       `json:"log_full"`
	TraceIDs  string        `json:"trace_ids"` // checking, random or suspect
	Shadow    *ShadowStatus `json:"shadow,omitempty"`
}

// Status returns what is held now.
func (s *Sampler) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Status{
		Fragments: len(s.index.fragments.byTrace), Spans: s.index.liveSpans, Logs: s.logs.liveRecords, Bytes: s.index.liveBytes + s.logs.liveBytes, LogFull: s.fill(),
		TraceIDs: s.randomness.state(),
	}
	if s.shadow != nil {
		out.Shadow = s.shadow.status(s.now())
	}
	return out
}
