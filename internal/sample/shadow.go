package sample

import (
	"cmp"
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// shadow asks a second set of rules about every fragment that the live rules
// decide, and counts where they differ. It changes nothing else: it has its own
// memory of signatures and rates. It is under the sampler's mutex.
type shadow struct {
	rules  *ruleSet
	window window[shadowed]
	pairs  map[disagreement]int64
	live   tally
	would  tally

	fragments, spans, bytes, differ *prometheus.CounterVec
}

// shadowed is a fragment while the shadow's verdict is open.
type shadowed struct {
	spans int
	rule  string // of the shadow
	live  outcome
}

// tally counts verdicts of one set of rules.
type tally struct{ fragments, kept, keptBytes int64 }

func (t *tally) count(v Verdict, bytes int64) {
	t.fragments++
	if v == VerdictKept {
		t.kept++
		t.keptBytes += bytes
	}
}

func (t *tally) ratio() float64 { return float64(t.kept) / float64(max(t.fragments, 1)) }

// disagreement is a live rule and a shadow rule that come to different verdicts.
type disagreement struct {
	liveRule, shadowRule string
	shadow               Verdict
}

// maxDisagreements bounds the pairs of rules that are counted apart; others are
// counted together, by the rule named otherRules.
const maxDisagreements = 1000

const otherRules = "other"

func newShadow(rules []Rule) (*shadow, error) {
	set, err := newRuleSet(rules, "shadow")
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "agent", Subsystem: "sample", Name: "shadow_" + name, Help: help}, labels)
	}
	w := &shadow{
		rules: set, pairs: map[disagreement]int64{},
		fragments: vec("fragments_total", "Fragments by the shadow rule that would decide them and its verdict.", "rule", "verdict"),
		spans:     vec("spans_total", "Spans by the shadow rule that would decide their fragment and its verdict.", "rule", "verdict"),
		bytes:     vec("bytes_total", "Bytes of encoded spans by the shadow rule that would decide their fragment and its verdict.", "rule", "verdict"),
		differ:    vec("disagreements_total", "Fragments on which the shadow rules come to another verdict (the one shown) than the live rules.", "live_rule", "shadow_rule", "verdict"),
	}
	for i := range set.rules {
		for _, v := range []Verdict{VerdictKept, VerdictDropped} {
			for _, c := range []*prometheus.CounterVec{w.fragments, w.spans, w.bytes} {
				c.WithLabelValues(set.rules[i].name, string(v))
			}
		}
	}
	return w, nil
}

// see asks the shadow rules about v, on which the live rules have decided.
func (s *Sampler) see(v *view, live outcome) {
	w := s.shadow
	if w == nil {
		return
	}
	now := s.now()
	w.settle(now)
	var o outcome
	if !s.guard("shadow rule", func() { o = w.rules.ask(v, now) }) {
		o = outcome{verdict: VerdictKept, rule: ruleFault}
	}
	of := shadowed{len(v.spans), o.rule, live}
	if o.budget != nil {
		w.window.add(candidate[shadowed]{o.budget, v.r, v.bytes, of}, now)
		return
	}
	w.count(&of, o.verdict, v.bytes)
}

// settle closes a window that has ended. It is called whenever something is
// asked or added, so it needs no timer.
func (w *shadow) settle(now int64) {
	if w.window.ends != 0 && w.window.ends <= now {
		w.close(w.window.ends)
	}
}

func (w *shadow) close(now int64) {
	w.window.close(now, func(c *candidate[shadowed]) {
		verdict := VerdictDropped
		if c.budget.take(c.bytes) {
			verdict = VerdictKept
		}
		w.count(&c.of, verdict, c.bytes)
	})
}

func (w *shadow) count(of *shadowed, verdict Verdict, bytes int64) {
	w.live.count(of.live.verdict, bytes)
	w.would.count(verdict, bytes)
	w.fragments.WithLabelValues(of.rule, string(verdict)).Inc()
	w.spans.WithLabelValues(of.rule, string(verdict)).Add(float64(of.spans))
	w.bytes.WithLabelValues(of.rule, string(verdict)).Add(float64(bytes))
	if verdict == of.live.verdict {
		return
	}
	d := disagreement{of.live.rule, of.rule, verdict}
	if w.pairs[d] == 0 && len(w.pairs) >= maxDisagreements {
		d = disagreement{otherRules, otherRules, verdict}
	}
	w.pairs[d]++
	w.differ.WithLabelValues(d.liveRule, d.shadowRule, string(d.shadow)).Inc()
}

// ShadowStatus compares the shadow rules with the live ones, on the fragments
// that both have decided.
type ShadowStatus struct {
	Fragments     int64          `json:"fragments"`
	KeptRatio     float64        `json:"kept_ratio"`
	LiveKeptRatio float64        `json:"live_kept_ratio"`
	KeptBytes     int64          `json:"kept_bytes"`
	LiveKeptBytes int64          `json:"live_kept_bytes"`
	Disagreements []Disagreement `json:"disagreements"` // the most frequent first
}

// Disagreement counts the fragments that one pair of rules decides differently.
type Disagreement struct {
	LiveRule   string  `json:"live_rule"`
	ShadowRule string  `json:"shadow_rule"`
	Shadow     Verdict `json:"shadow"` // verdict; the live one is the other
	Fragments  int64   `json:"fragments"`
}

// shownDisagreements is how many pairs of rules the status shows.
const shownDisagreements = 20

func (w *shadow) status(now int64) *ShadowStatus {
	w.settle(now)
	out := &ShadowStatus{
		Fragments: w.would.fragments, KeptRatio: w.would.ratio(), LiveKeptRatio: w.live.ratio(),
		KeptBytes: w.would.keptBytes, LiveKeptBytes: w.live.keptBytes, Disagreements: []Disagreement{},
	}
	order := slices.SortedFunc(maps.Keys(w.pairs), func(a, b disagreement) int {
		return cmp.Or(cmp.Compare(w.pairs[b], w.pairs[a]), cmp.Compare(a.liveRule, b.liveRule), cmp.Compare(a.shadowRule, b.shadowRule))
	})
	for _, d := range order[:min(len(order), shownDisagreements)] {
		out.Disagreements = append(out.Disagreements, Disagreement{d.liveRule, d.shadowRule, d.shadow, w.pairs[d]})
	}
	return out
}

func (w *shadow) collectors() []prometheus.Collector {
	if w == nil {
		return nil
	}
	return []prometheus.Collector{w.fragments, w.spans, w.bytes, w.differ}
}
