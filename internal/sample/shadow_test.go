package sample

import (
	"fmt"
	"testing"
)

// However many pairs of rules disagree, a bounded number is told apart; the others are
// counted together.
func TestDisagreementsAreBounded(t *testing.T) {
	w, err := newShadow([]Rule{{Name: "all", Keep: "always"}})
	if err != nil {
		t.Fatal(err)
	}
	const all = 2 * maxDisagreements
	for n := range all {
		w.count(&shadowed{rule: "all", live: outcome{verdict: VerdictDropped, rule: fmt.Sprint(n)}}, VerdictKept, 1)
	}
	other := w.pairs[disagreement{otherRules, otherRules, VerdictKept}]
	if len(w.pairs) != maxDisagreements+1 || other != all-maxDisagreements {
		t.Errorf("%d pairs, %d fragments of others", len(w.pairs), other)
	}
	if st := w.status(0); st.Fragments != all || len(st.Disagreements) != shownDisagreements || st.Disagreements[0].Fragments != other {
		t.Errorf("status: %+v", st)
	}
}
