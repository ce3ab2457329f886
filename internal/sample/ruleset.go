package sample

// ruleSet is rules in their order, with the state of those that have one. The
// live rules are one, the shadow rules another.
type ruleSet struct {
	rules  []rule
	rare   []*rareSignatures // by rule, nil for others
	budget []*budget         // by rule, nil for others
}

// newRuleSet compiles rules that stand at path, below the section `sample`.
func newRuleSet(rules []Rule, path string) (*ruleSet, error) {
	compiled, err := compileRules(rules, path)
	if err != nil {
		return nil, err
	}
	set := &ruleSet{
		rules: compiled, rare: make([]*rareSignatures, len(compiled)), budget: make([]*budget, len(compiled)),
	}
	for i := range compiled {
		if r := compiled[i].rare; r != nil {
			set.rare[i] = newRareSignatures(r)
		}
		if r := compiled[i].rate; r != nil {
			set.budget[i] = newBudget(r)
		}
	}
	return set, nil
}

// ask asks the rules in turn; the first match wins.
func (set *ruleSet) ask(v *view, now int64) outcome {
	for i := range set.rules {
		r := &set.rules[i]
		if !r.matches(v) {
			continue
		}
		switch {
		case r.rare != nil:
			if !set.rare[i].take(v, now) {
				continue // it is not rare: the next rule decides
			}
		case r.rate != nil:
			return outcome{rule: r.name, budget: set.budget[i], threshold: noThreshold}
		case r.never, r.ratio && v.r < r.threshold:
			return outcome{verdict: VerdictDropped, rule: r.name}
		}
		return outcome{verdict: VerdictKept, rule: r.name, threshold: v.written(set.baseline(v))}
	}
	return outcome{verdict: VerdictDropped, rule: noRule}
}

// baseline is the threshold of consistent sampling that applies to v: that of the
// first ratio rule whose conditions match, skipping rules that keep for other
// reasons; noThreshold if a matching rule that never keeps stands before it, or
// there is none.
func (set *ruleSet) baseline(v *view) uint64 {
	for i := range set.rules {
		r := &set.rules[i]
		if (!r.never && !r.ratio) || !r.matches(v) {
			continue
		}
		if r.never {
			return noThreshold
		}
		return r.threshold
	}
	return noThreshold
}

// written is the threshold that a kept trace carries on: the stricter of the one
// it came with and the baseline's, if the baseline would have kept it; else none,
// for then nobody knows how many traces it stands for.
func (v *view) written(threshold uint64) uint64 {
	if threshold == noThreshold || v.r < threshold {
		return noThreshold
	}
	if v.parent != noThreshold {
		threshold = max(threshold, v.parent)
	}
	return threshold
}
