package sample

import (
	"hash/maphash"
	"strconv"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// maxSignatures bounds the memory of one rare rule. Until the period is over,
// signatures beyond it aren't rare: a key with as many values as traces would
// else keep them all.
const maxSignatures = 10_000

// rareSignatures counts the fragments of each signature in the current period.
type rareSignatures struct {
	rule  *Rare
	keys  [][]string // each key with its other names
	seed  maphash.Seed
	since int64 // when the period began, of the sampler's clock
	seen  map[uint64]int
}

func newRareSignatures(r *Rare) *rareSignatures {
	s := &rareSignatures{rule: r, seed: maphash.MakeSeed(), seen: map[uint64]int{}}
	for _, key := range r.By {
		s.keys = append(s.keys, namesOf(key))
	}
	return s
}

// take says whether the fragment is among the first of its signature, and counts it.
func (r *rareSignatures) take(v *view, now int64) bool {
	if now-r.since >= int64(r.rule.Every) {
		clear(r.seen)
		r.since = now
	}
	sig := r.signature(v)
	if r.seen[sig] == 0 && len(r.seen) >= maxSignatures {
		return false
	}
	if r.seen[sig] < r.rule.First {
		r.seen[sig]++
		return true
	}
	return false
}

// signature identifies the fragment by its longest local root, or by its first
// span if no root has arrived.
func (r *rareSignatures) signature(v *view) uint64 {
	of := &v.spans[0]
	for i := range v.spans {
		if s := &v.spans[i]; s.root && (!of.root || spanDuration(s) > spanDuration(of)) {
			of = s
		}
	}
	var h maphash.Hash
	h.SetSeed(r.seed)
	for _, names := range r.keys {
		h.WriteByte(0)
		writeKey(&h, of, names)
	}
	return h.Sum64()
}

func writeKey(h *maphash.Hash, s *viewSpan, names []string) {
	switch names[0] {
	case "span.name":
		h.Write(s.Name)
		return
	case "span.kind":
		h.WriteByte(byte(s.Kind))
		return
	case "status.code":
		h.WriteByte(byte(s.Status))
		return
	}
	v, ok := lookUp(s, names)
	if !ok {
		return
	}
	h.WriteByte(byte(v.Kind) + 1)
	switch v.Kind {
	case otlp.ValueInt:
		h.WriteString(strconv.FormatInt(v.Int, 10))
	case otlp.ValueDouble:
		h.WriteString(strconv.FormatFloat(v.Double, 'g', -1, 64))
	case otlp.ValueBool:
		h.WriteString(strconv.FormatBool(v.Bool))
	default:
		h.Write(v.Bytes)
	}
}
