package sample

// keptTraces remembers the verdicts on the last kept traces; the least recently
// used one is forgotten first.
type keptTraces struct {
	max   int
	nodes []keptNode // a ring of links; [0] is its head
	byID  map[[16]byte]uint32
}

type keptNode struct {
	keptVerdict
	id         [16]byte
	prev, next uint32
}

// keptVerdict is what late spans of a kept trace need of it.
type keptVerdict struct {
	rule      string
	threshold uint64 // that it was passed on with
}

func newKeptTraces(n int) *keptTraces {
	return &keptTraces{max: max(n, 1), nodes: make([]keptNode, 1), byID: map[[16]byte]uint32{}}
}

// verdict returns the verdict on a kept trace, false if it wasn't kept or is
// forgotten.
func (k *keptTraces) verdict(id [16]byte) (v keptVerdict, ok bool) {
	n, ok := k.byID[id]
	if !ok {
		return v, false
	}
	k.unlink(n)
	k.linkFirst(n)
	return k.nodes[n].keptVerdict, true
}

// has says whether a trace was kept, without using it.
func (k *keptTraces) has(id [16]byte) bool {
	_, ok := k.byID[id]
	return ok
}

// add remembers the verdict on a trace.
func (k *keptTraces) add(id [16]byte, v keptVerdict) {
	if _, ok := k.verdict(id); ok {
		k.nodes[k.nodes[0].next].keptVerdict = v
		return
	}
	var n uint32
	if len(k.byID) < k.max {
		k.nodes = append(k.nodes, keptNode{})
		n = uint32(len(k.nodes) - 1)
	} else {
		n = k.nodes[0].prev
		k.unlink(n)
		delete(k.byID, k.nodes[n].id)
	}
	k.nodes[n].id, k.nodes[n].keptVerdict = id, v
	k.byID[id] = n
	k.linkFirst(n)
}

func (k *keptTraces) unlink(n uint32) {
	node := &k.nodes[n]
	k.nodes[node.prev].next, k.nodes[node.next].prev = node.next, node.prev
}

func (k *keptTraces) linkFirst(n uint32) {
	first := k.nodes[0].next
	k.nodes[n].prev, k.nodes[n].next = 0, first
	k.nodes[0].next, k.nodes[first].prev = n, n
}
