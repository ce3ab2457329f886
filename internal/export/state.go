package export

import (
	"log/slog"
	"sync"
	"time"
)

// State is what is known of a backend from the last attempt.
type State string

// States of a delivery.
const (
	Idle       State = "idle"        // nothing was sent yet
	Up         State = "up"          // the last attempt was answered, if only by a refusal
	Down       State = "down"        // the last attempt failed; it is repeated
	BackingOff State = "backing_off" // the backend asked to wait
)

// refusalInterval bounds how often refusals are logged; each is counted.
const refusalInterval = time.Minute

// state follows a backend through attempts, and logs when it changes.
type state struct {
	logger *slog.Logger

	mu     sync.Mutex
	now    State
	code   string
	phrase string
	since  time.Time
	logged time.Time // the last refusal
}

func newState(logger *slog.Logger) *state {
	return &state{logger: logger, now: Idle, since: time.Now()}
}

func (s *state) up() {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, since := s.now, s.since
	s.set(Up, "", "")
	switch was {
	case Idle:
		s.logger.Info("destination is up")
	case Down, BackingOff:
		s.logger.Info("destination is up again", "after", time.Since(since).Round(time.Millisecond))
	}
}

func (s *state) down(f *Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to := Down
	if f.Delay > 0 {
		to = BackingOff
	}
	healthy := s.now == Idle || s.now == Up
	s.set(to, f.Code, f.Phrase())
	if healthy {
		s.logger.Warn("destination is down, data is kept and tried again", "code", f.Code, "reason", f.Phrase())
	}
}

// refused notes that a backend answers but doesn't take data.
func (s *state) refused(code, phrase string, items int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(Up, code, phrase)
	if time.Since(s.logged) < refusalInterval {
		return
	}
	s.logged = time.Now()
	attrs := []any{"code", code, "reason", phrase}
	if items > 0 {
		attrs = append(attrs, "items", items)
	}
	s.logger.Warn("destination refuses data", attrs...)
}

func (s *state) set(to State, code, phrase string) {
	// Down and backing off are one outage: since tells when it began.
	outage := func(x State) bool { return x == Down || x == BackingOff }
	if s.now != to && !(outage(s.now) && outage(to)) {
		s.since = time.Now()
	}
	s.now, s.code, s.phrase = to, code, phrase
}

func (s *state) get() (now State, code, phrase string, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.code, s.phrase, s.since
}
