package sample

import (
	"encoding/binary"
	"math/bits"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// keptTraces remembers the trace ids of the last kept traces, the least recently
// used one is forgotten first.
type keptTraces struct {
	max   int
	nodes []keptNode // a ring of links; [0] is its head
	byID  map[[16]byte]uint32
}

type keptNode struct {
	id         [16]byte
	prev, next uint32
}

func newKeptTraces(n int) *keptTraces {
	return &keptTraces{max: max(n, 1), nodes: make([]keptNode, 1), byID: map[[16]byte]uint32{}}
}

func (k *keptTraces) has(id [16]byte) bool {
	n, ok := k.byID[id]
	if ok {
		k.unlink(n)
		k.linkFirst(n)
	}
	return ok
}

func (k *keptTraces) add(id [16]byte) {
	if k.has(id) {
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
	k.nodes[n].id = id
	k.byID[id] = n
	k.linkFirst(n)
}

func (k *keptTraces) unlink(n uint32) {
	node := k.nodes[n]
	k.nodes[node.prev].next, k.nodes[node.next].prev = node.next, node.prev
}

func (k *keptTraces) linkFirst(n uint32) {
	first := k.nodes[0].next
	k.nodes[n].prev, k.nodes[n].next = 0, first
	k.nodes[0].next, k.nodes[first].prev = n, n
}

// droppedTraces remembers trace ids compactly: two Bloom filters, of which the
// older one is emptied when the younger one holds half of what is to be
// remembered. At 12 bits an id and 8 probes about 1 in 200 ids that was never
// added is taken for one that was. That changes a label, never a verdict.
type droppedTraces struct {
	half     int // ids in one filter
	n        int // ids in the younger one
	filters  [2][]uint64
	youngest int
}

const (
	droppedBits   = 12
	droppedProbes = 8
)

func newDroppedTraces(n int) *droppedTraces {
	half := max(n/2, 1)
	words := (half*droppedBits + 63) / 64
	return &droppedTraces{half: half, filters: [2][]uint64{make([]uint64, words), make([]uint64, words)}}
}

func (d *droppedTraces) add(id [16]byte) {
	if d.n >= d.half {
		d.youngest ^= 1
		clear(d.filters[d.youngest])
		d.n = 0
	}
	d.n++
	f := d.filters[d.youngest]
	for i := range droppedProbes {
		bit := probe(id, i, len(f)*64)
		f[bit/64] |= 1 << (bit % 64)
	}
}

func (d *droppedTraces) has(id [16]byte) bool { return d.in(0, id) || d.in(1, id) }

func (d *droppedTraces) in(filter int, id [16]byte) bool {
	f := d.filters[filter]
	for i := range droppedProbes {
		bit := probe(id, i, len(f)*64)
		if f[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// probe returns the i-th place of an id among n, by double hashing (Kirsch and
// Mitzenmacher, "Less hashing, same performance"). Ids needn't be random, so
// their halves are mixed first.
func probe(id [16]byte, i, n int) uint64 {
	a, b := mix(binary.BigEndian.Uint64(id[:8])), mix(binary.BigEndian.Uint64(id[8:])^0x9e3779b97f4a7c15)
	hi, _ := bits.Mul64(a+uint64(i)*(b|1), uint64(n))
	return hi
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// lateSpans are spans of one batch whose trace was kept before: they are passed
// on at once.
type lateSpans struct {
	view  view
	spans int
}

func (l *lateSpans) add(g *otlp.Group, sp *otlp.Span) {
	shared := &group{Group: *g}
	if n := len(l.view.spans); n > 0 && compareGroups(l.view.spans[n-1].group, shared) == 0 {
		shared = l.view.spans[n-1].group
	}
	l.view.spans = append(l.view.spans, viewSpan{Span: *sp, group: shared})
	l.spans++
}

// passLate delivers late spans of kept traces. Their tracestate keeps no
// threshold: the verdict's is not remembered, and none is better than a wrong one.
func (s *Sampler) passLate(l *lateSpans) {
	if l.spans == 0 {
		return
	}
	s.splice = appendKept(s.splice[:0], &l.view, outcome{threshold: noThreshold}, "")
	s.out.Kept(otlp.Traces, s.splice, l.spans)
	s.metrics.late.Add(float64(l.spans))
	for i := range l.view.spans {
		s.journal.late(l.view.spans[i].TraceID)
	}
}
