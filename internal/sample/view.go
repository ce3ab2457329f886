package sample

import (
	"bytes"
	"slices"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// view is a fragment as rules see it. Its slices are used again.
type view struct {
	spans  []viewSpan
	groups []otlp.Group // of neighbouring spans; pointers to them stay good
	order  []int32      // of spans, in which those of one resource and scope stand together
	bytes  int64
	r      uint64 // randomness of the trace, 56 bits
	parent uint64 // threshold with which the trace came; noThreshold if none
}

// viewSpan is a span with what it shares.
type viewSpan struct {
	otlp.Span
	group *otlp.Group
	root  bool
}

// maxView is how many spans the memory of a view is kept for.
const maxView = 4096

func (v *view) reset() {
	if cap(v.spans) > maxView {
		*v = view{}
	}
	v.spans, v.groups, v.order, v.bytes = v.spans[:0], v.groups[:0], v.order[:0], 0
}

// look fills the view with fragment f.
func (s *Sampler) look(f uint32) *view {
	v, fr := &s.view, s.index.fragments.at(f)
	v.reset()
	v.bytes = fr.bytes
	v.spans = slices.Grow(v.spans, int(fr.spans))
	group := uint32(none)
	for n := fr.first; n != none; {
		e := s.index.spans.at(n)
		if e.group != group {
			group = e.group
			v.groups = append(v.groups, s.shared(group))
		}
		v.spans = append(v.spans, viewSpan{
			Span: otlp.ParseSpan(s.log.Bytes(s.index.ref(&e.held), int(e.length))), group: &v.groups[len(v.groups)-1], root: e.root(),
		})
		n = e.next
	}
	v.r, v.parent = fr.r, fr.parent
	if fr.inconsistent() {
		v.parent = noThreshold
	}
	return v
}

// rootDuration is that of the longest local root, in nanoseconds, false without
// one.
func (v *view) rootDuration() (longest float64, ok bool) {
	for i := range v.spans {
		if v.spans[i].root {
			longest, ok = max(longest, spanDuration(&v.spans[i])), true
		}
	}
	return longest, ok
}

// duration is from the earliest start to the latest end, in nanoseconds. Spans
// without a time are left out.
func (v *view) duration() float64 {
	var start, end uint64
	for i := range v.spans {
		if s := &v.spans[i]; s.Start != 0 && (start == 0 || s.Start < start) {
			start = s.Start
		}
		end = max(end, v.spans[i].End)
	}
	if start == 0 || end < start {
		return 0
	}
	return float64(end - start)
}

// spanDuration is 0 for a span whose clock was set back, or that has no times.
func spanDuration(s *viewSpan) float64 {
	if s.Start == 0 || s.End < s.Start {
		return 0
	}
	return float64(s.End - s.Start)
}

// sortByGroup orders spans so that those of one resource and scope stand together.
func (v *view) sortByGroup() {
	for i := range v.spans {
		v.order = append(v.order, int32(i))
	}
	slices.SortStableFunc(v.order, func(a, b int32) int { return compareGroups(v.spans[a].group, v.spans[b].group) })
}

// compareGroups orders groups by what they encode, so that spans that came in
// different batches but share resource and scope are put under one header.
func compareGroups(a, b *otlp.Group) int {
	if a == b {
		return 0
	}
	for _, pair := range [...][2][]byte{
		{a.Resource, b.Resource}, {a.ResourceSchemaURL, b.ResourceSchemaURL},
		{a.Scope, b.Scope}, {a.ScopeSchemaURL, b.ScopeSchemaURL},
	} {
		if c := bytes.Compare(pair[0], pair[1]); c != 0 {
			return c
		}
	}
	return 0
}

func sameResource(a, b *otlp.Group) bool {
	return bytes.Equal(a.Resource, b.Resource) && bytes.Equal(a.ResourceSchemaURL, b.ResourceSchemaURL)
}
