package sample

import (
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// reasonLate stands in sampling.reason of a local root that came after the
// verdict to keep its trace.
const reasonLate = "late"

// lateSpans are spans of one batch whose trace was kept before: they are passed
// on at once, those of one verdict together.
type lateSpans struct {
	view   view
	groups []*otlp.Group // by the order in which they came
	runs   []lateRun
}

// lateRun is neighbouring spans under one verdict.
type lateRun struct {
	keptVerdict
	from int // in view.spans
}

func (l *lateSpans) reset() {
	l.view.reset()
	clear(l.groups)
	l.groups, l.runs = l.groups[:0], l.runs[:0]
}

func (l *lateSpans) add(g *otlp.Group, sp *otlp.Span, v keptVerdict) {
	if n := len(l.groups); n == 0 || l.groups[n-1].ResourceIndex != g.ResourceIndex || l.groups[n-1].ScopeIndex != g.ScopeIndex {
		group := *g
		l.groups = append(l.groups, &group)
	}
	if n := len(l.runs); n == 0 || l.runs[n-1].keptVerdict != v {
		l.runs = append(l.runs, lateRun{v, len(l.view.spans)})
	}
	l.view.spans = append(l.view.spans, viewSpan{Span: *sp, group: l.groups[len(l.groups)-1], root: isLocalRoot(sp)})
}

// passLate delivers late spans of kept traces, with the threshold of the verdict.
func (s *Sampler) passLate(l *lateSpans) {
	all := l.view.spans
	for i, run := range l.runs {
		to := len(all)
		if i+1 < len(l.runs) {
			to = l.runs[i+1].from
		}
		part := view{spans: all[run.from:to], order: l.view.order[:0]}
		s.splicer.pieces(&part, run.rule, reasonLate, run.threshold, func(b []byte, spans int) {
			s.out.Kept(otlp.Traces, b, spans)
		})
		l.view.order = part.order
	}
	s.metrics.late.Add(float64(len(all)))
	for i := range all {
		s.journal.late(all[i].TraceID)
	}
}
