package pipeline

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// NoDestination is the row of a signal that has nowhere to go.
const NoDestination = "none"

// Pending measures what waits in the stages: undecided in the sampler, and
// unread in the delivery log. It is counted there, not in the ledger, so that
// the balance is a check and not a tautology.
type Pending interface {
	// Held counts the items that wait for a verdict.
	Held() [otlp.NumSignals]int64
	// Unread counts the items of sig that destination has not taken.
	Unread(destination string, sig otlp.Signal) int64
}

// Ledger accounts every item: per signal and destination,
//
//	received + produced = delivered + sampled_out + filtered + pending + lost
//
// What happens to a signal before it fans out (received, filtered, sampled out,
// lost undecided) is kept once and counts in each of its rows. It is safe for
// concurrent use; a move of items between two columns is one Transition.
type Ledger struct {
	inflight atomic.Int64 // transitions under way
	version  atomic.Int64 // transitions ended
	wanted   atomic.Int64 // snapshots that wait for a moment without a transition
	pending  Pending

	signals [otlp.NumSignals]signalAccount
}

type signalAccount struct {
	received, filtered, sampledOut atomic.Int64
	lostEarly                      reasons
	destinations                   []*destinationAccount // fixed after NewLedger
	logged                         bool                  // any destination but the scrape page
}

type destinationAccount struct {
	name                string
	produced, delivered atomic.Int64
	lost                reasons
}

// Destinations names who receives each signal.
type Destinations [otlp.NumSignals][]string

// NewLedger returns a ledger with a row for each signal and destination.
func NewLedger(destinations Destinations) *Ledger {
	l := &Ledger{}
	for sig := range l.signals {
		names := destinations[sig]
		if len(names) == 0 {
			names = []string{NoDestination}
		}
		for _, name := range names {
			d := &destinationAccount{name: name}
			for _, reason := range reasonsOf(otlp.Signal(sig), name) {
				d.lost.add(reason, 0)
			}
			l.signals[sig].destinations = append(l.signals[sig].destinations, d)
			if name != NoDestination && name != ScrapeDestination {
				l.signals[sig].logged = true
			}
		}
	}
	return l
}

// reasonsOf lists why items of a signal can be lost at a destination, so that each
// is counted from 0: a rate needs a first value.
func reasonsOf(sig otlp.Signal, destination string) []string {
	switch destination {
	case NoDestination:
		return []string{"no_destination"}
	case ScrapeDestination:
		return []string{"stale", "fault"}
	}
	reasons := []string{"queue_full", "too_large", "rejected", "retries_exhausted", "fault", "shutdown"}
	switch sig {
	case otlp.Traces:
		reasons = append(reasons, "pressure", "log_full")
	case otlp.Logs:
		reasons = append(reasons, "log_full")
	}
	return reasons
}

// Measure tells the ledger who counts what is pending. It is called once, before
// the first Snapshot.
func (l *Ledger) Measure(p Pending) { l.pending = p }

// Transition runs fn, which moves items in a stage and in the ledger. A Snapshot
// sees all of it or nothing. Transitions run at the same time as others. It lets
// a waiting Snapshot go first, so it must not be called with a stage's lock held;
// what runs inside another transition uses move.
func (l *Ledger) Transition(fn func()) {
	if l.wanted.Load() > 0 {
		time.Sleep(giveWay)
	}
	l.move(fn)
}

// move is a transition that never waits: it may be nested, and run under a lock.
func (l *Ledger) move(fn func()) {
	l.inflight.Add(1)
	defer func() {
		l.version.Add(1)
		l.inflight.Add(-1)
	}()
	fn()
}

func (l *Ledger) take(sig otlp.Signal, received, filtered int) {
	l.signals[sig].received.Add(int64(received))
	l.signals[sig].filtered.Add(int64(filtered))
}

// SampledOut moves items from held to sampled out.
func (l *Ledger) SampledOut(sig otlp.Signal, items int) {
	l.signals[sig].sampledOut.Add(int64(items))
}

// lostEarly counts items that were lost before they fanned out.
func (l *Ledger) lostEarly(sig otlp.Signal, items int, reason string) {
	l.signals[sig].lostEarly.add(reason, int64(items))
}

// Delivered counts items that a destination took; release frees them in the log.
func (l *Ledger) Delivered(destination string, sig otlp.Signal, items int, release func()) {
	l.Transition(func() {
		release()
		l.delivered(sig, destination, items)
	})
}

// Overflowed counts items that the delivery log gave up while it took others. It
// is called inside the transition of those.
func (l *Ledger) Overflowed(destination string, sig otlp.Signal, items int, reason string) {
	l.move(func() { l.lost(sig, destination, items, reason) })
}

// Lost counts items that one destination won't get; release frees them in the log.
func (l *Ledger) Lost(destination string, sig otlp.Signal, items int, reason string, release func()) {
	l.Transition(func() {
		release()
		l.lost(sig, destination, items, reason)
	})
}

func (l *Ledger) delivered(sig otlp.Signal, destination string, items int) {
	if d := l.destination(sig, destination); d != nil {
		d.delivered.Add(int64(items))
	}
}

func (l *Ledger) lost(sig otlp.Signal, destination string, items int, reason string) {
	if d := l.destination(sig, destination); d != nil {
		d.lost.add(reason, int64(items))
	}
}

func (l *Ledger) destination(sig otlp.Signal, name string) *destinationAccount {
	for _, d := range l.signals[sig].destinations {
		if d.name == name {
			return d
		}
	}
	return nil
}

func (l *Ledger) hasDestination(sig otlp.Signal) bool {
	return l.signals[sig].destinations[0].name != NoDestination
}

func (l *Ledger) hasLog(sig otlp.Signal) bool { return l.signals[sig].logged }

// Row is the account of one signal at one destination, in items.
type Row struct {
	Signal      string           `json:"signal"`
	Destination string           `json:"destination"`
	Received    int64            `json:"received"`
	Produced    int64            `json:"produced"`
	Delivered   int64            `json:"delivered"`
	SampledOut  int64            `json:"sampled_out"`
	Filtered    int64            `json:"filtered"`
	Pending     int64            `json:"pending"`
	Lost        map[string]int64 `json:"lost"`
	Unaccounted int64            `json:"unaccounted"`
}

// giveWay is how long a transition waits for a snapshot: the time of reading all
// counters, many times over.
const giveWay = 50 * time.Microsecond

// snapshotPatience bounds the wait for a moment without a transition. A transition
// is a copy in memory, so the first try nearly always does.
const snapshotPatience = 250 * time.Millisecond

// Snapshot returns all rows as of one moment. Under a load that never pauses
// long enough it returns the last try, in which Unaccounted may be off by what
// moved meanwhile.
func (l *Ledger) Snapshot() []Row {
	l.wanted.Add(1)
	defer l.wanted.Add(-1)
	for began := time.Now(); ; time.Sleep(giveWay) {
		version := l.version.Load()
		last := time.Since(began) > snapshotPatience
		if l.inflight.Load() != 0 && !last {
			continue
		}
		rows := l.rows()
		if last || (l.inflight.Load() == 0 && l.version.Load() == version) {
			return rows
		}
	}
}

func (l *Ledger) rows() []Row {
	var held [otlp.NumSignals]int64
	if l.pending != nil {
		held = l.pending.Held()
	}
	var rows []Row
	for s := range l.signals {
		sig, a := otlp.Signal(s), &l.signals[s]
		for _, d := range a.destinations {
			r := Row{
				Signal: sig.String(), Destination: d.name,
				Received: a.received.Load(), Produced: d.produced.Load(),
				Delivered: d.delivered.Load(), SampledOut: a.sampledOut.Load(), Filtered: a.filtered.Load(),
				Pending: held[s], Lost: map[string]int64{},
			}
			if l.pending != nil {
				r.Pending += l.pending.Unread(d.name, sig)
			}
			a.lostEarly.addTo(r.Lost)
			d.lost.addTo(r.Lost)
			r.Unaccounted = r.Received + r.Produced - r.Delivered - r.SampledOut - r.Filtered - r.Pending
			for _, n := range r.Lost {
				r.Unaccounted -= n
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// reasons counts losses by reason.
type reasons struct {
	mu sync.Mutex
	n  map[string]int64
}

func (r *reasons) add(reason string, n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == nil {
		r.n = map[string]int64{}
	}
	r.n[reason] += n
}

func (r *reasons) addTo(m map[string]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, n := range r.n {
		m[k] += n
	}
}
