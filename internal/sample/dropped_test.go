package sample

import "testing"

// All of the ids to be remembered are, and of others about one in a thousand is
// taken for one of them; the filters have two bytes an id.
func TestDroppedTraces(t *testing.T) {
	const remembered, others = 200_000, 100_000
	d := newDroppedTraces(remembered)
	ids := randomTraces(2*remembered, 5)
	for _, id := range ids {
		d.add(id)
	}
	for _, id := range ids[len(ids)-remembered/2:] { // the older half may be gone
		if !d.has(id) {
			t.Fatal("an id of the younger half is forgotten")
		}
	}
	wrong := 0
	for _, id := range randomTraces(others, 6) {
		if d.has(id) {
			wrong++
		}
	}
	t.Logf("%d of %d are taken for dropped; the filters have %d bytes", wrong, others, 8*(len(d.filters[0])+len(d.filters[1])))
	if wrong > others/800 {
		t.Errorf("%d of %d ids that were never added are there, want about one in a thousand", wrong, others)
	}
	if size := 8 * (len(d.filters[0]) + len(d.filters[1])); size > 2*remembered+16 {
		t.Errorf("the filters have %d bytes", size)
	}
}
