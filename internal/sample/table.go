package sample

// entry is what a table keeps in each of its elements.
type entry struct {
	traceID      [16]byte
	older, newer uint32 // places, by creation
	generation   uint32 // tells uses of one place apart
}

func (e *entry) tableEntry() *entry { return e }

// element is the pointer to T, which embeds an entry.
type element[T any] interface {
	*T
	tableEntry() *entry
}

// table is a slab with at most one element for each trace, in the order in which
// they were made.
type table[T any, P element[T]] struct {
	slab[T]
	byTrace        map[[16]byte]uint32
	oldest, newest uint32
}

func newTable[T any, P element[T]]() table[T, P] {
	return table[T, P]{byTrace: map[[16]byte]uint32{}, oldest: none, newest: none}
}

// add makes the element of a trace that has none. All of it but the entry is zero.
func (t *table[T, P]) add(id [16]byte) (place uint32) {
	place = t.take()
	e := P(t.at(place)).tableEntry()
	*e = entry{traceID: id, older: t.newest, newer: none, generation: e.generation + 1}
	*t.after(e.older) = place
	t.newest = place
	t.byTrace[id] = place
	return place
}

// remove forgets the element at place.
func (t *table[T, P]) remove(place uint32) {
	e := P(t.at(place)).tableEntry()
	*t.after(e.older) = e.newer
	if e.newer == none {
		t.newest = e.older
	} else {
		P(t.at(e.newer)).tableEntry().older = e.older
	}
	delete(t.byTrace, e.traceID)
	generation := e.generation
	var zero T
	*t.at(place) = zero
	e.generation = generation
	t.put(place)
}

// after is the link to what follows a place; of none, to the oldest.
func (t *table[T, P]) after(place uint32) *uint32 {
	if place == none {
		return &t.oldest
	}
	return &P(t.at(place)).tableEntry().newer
}
