package filter

import (
	"log/slog"
	"sync"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// maxReports bounds the findings that report mode tells of one by one.
const maxReports = 1000

// reporter logs each kind of finding once: its detector, its place, the key of
// its attribute. It never sees a value.
type reporter struct {
	f      *Filter
	logger *slog.Logger

	mu   sync.Mutex
	seen map[reported]struct{}
}

type reported struct {
	place    otlp.Place
	detector int
	key      string
}

func newReporter(l *slog.Logger, f *Filter) *reporter {
	return &reporter{f: f, logger: l, seen: make(map[reported]struct{})}
}

// note tells of a finding, if the filter only reports.
func (r *reporter) note(p otlp.Place, detector int, key []byte) {
	if r.f.enforce {
		return
	}
	id := reported{p, detector, r.keyName(key)}
	r.mu.Lock()
	_, known := r.seen[id]
	full := len(r.seen) >= maxReports
	if !known && !full {
		r.seen[id] = struct{}{}
	}
	r.mu.Unlock()
	if known || full {
		return
	}
	r.logger.Info("found what the filter would remove",
		slog.String("detector", r.f.metrics.detector[detector]), slog.String("signal", r.f.places[p].signal.String()),
		slog.String("location", r.f.places[p].name), slog.String("key", id.key))
}

// keyName returns a key as it may be shown: in clear if a semantic convention or a
// rule names it, else as "key#" and a pseudonym.
func (r *reporter) keyName(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	if knownKey(key) || r.configured(key) {
		return string(key)
	}
	return string(r.f.tokens.append([]byte("key#"), key))
}

// configured tells whether a rule names this very key.
func (r *reporter) configured(key []byte) bool {
	for i := range r.f.rules.list {
		if r.f.rules.list[i].key.text == string(key) {
			return true
		}
	}
	for i := range r.f.patterns {
		for _, g := range r.f.patterns[i].keys {
			if g.text == string(key) {
				return true
			}
		}
	}
	return false
}
