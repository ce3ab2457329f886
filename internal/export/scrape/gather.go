package scrape

import (
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Gather implements prometheus.Gatherer: it asks the sources, settles exemplars
// and returns what is to be shown, sorted by name and labels. The error is
// always nil.
func (p *Page) Gather() ([]*dto.MetricFamily, error) {
	p.gathering.Lock()
	defer p.gathering.Unlock()
	given := p.ask()
	kept := p.verdicts()

	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.scraped = now
	p.scrape++
	for i, metrics := range given {
		p.fold(metrics, i+1)
	}
	p.expire(now)
	p.dropWithdrawn()

	list := make([]*dto.MetricFamily, 0, len(p.families)+1)
	for _, f := range p.families {
		list = append(list, p.show(f, kept))
	}
	if f := p.targetFamily(); f != nil {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	p.health.scrapes++
	return list, nil
}

// ask returns what the sources give. One whose data can't be decoded gives nothing.
func (p *Page) ask() []pmetric.Metrics {
	given := make([]pmetric.Metrics, len(p.options.Sources))
	for i, source := range p.options.Sources {
		encoded, _ := source(nil)
		metrics, err := p.decoder.UnmarshalMetrics(encoded)
		if err != nil {
			metrics = pmetric.NewMetrics()
			p.mu.Lock()
			p.health.badSources++
			p.mu.Unlock()
		}
		given[i] = metrics
	}
	return given
}

// verdicts asks which of the traces that exemplars wait for are kept.
func (p *Page) verdicts() map[[16]byte]bool {
	if p.options.Kept == nil {
		return nil
	}
	kept := make(map[[16]byte]bool)
	p.mu.Lock()
	for _, f := range p.families {
		for _, s := range f.series {
			for i := range s.exemplars.waiting {
				kept[s.exemplars.waiting[i].trace] = false
			}
		}
	}
	p.mu.Unlock()
	for trace := range kept {
		kept[trace] = p.options.Kept(trace)
	}
	return kept
}

// dropWithdrawn removes series that their source doesn't give any more.
func (p *Page) dropWithdrawn() {
	for _, f := range p.families {
		for _, s := range f.series {
			if s.source > 0 && s.scrape != p.scrape {
				p.remove(f, s)
			}
		}
	}
}

// show returns what a family shows.
func (p *Page) show(f *family, kept map[[16]byte]bool) *dto.MetricFamily {
	out := &dto.MetricFamily{Name: new(f.name), Type: p.shownType(f).Enum(), Metric: make([]*dto.Metric, 0, len(f.series))}
	if f.help != "" {
		out.Help = new(f.help)
	}
	for _, s := range f.sorted() {
		before := s.exemplars.len()
		s.exemplars.settle(kept, p.scraped.Add(-forgetAfter*p.options.VerdictWait))
		p.exemplars += s.exemplars.len() - before
		m := &dto.Metric{Label: s.labels}
		s.value().write(m, f.kind, s.created, s.exemplars.shown)
		if out.GetType() == dto.MetricType_UNTYPED {
			m.Untyped, m.Counter = &dto.Untyped{Value: m.Counter.Value}, nil
		}
		out.Metric = append(out.Metric, m)
	}
	return out
}

// shownType is the type of the family, but for a counter x_total beside a metric
// x: to OpenMetrics both are x, so the counter is shown without type.
func (p *Page) shownType(f *family) dto.MetricType {
	if f.kind == dto.MetricType_COUNTER && p.samples[strings.TrimSuffix(f.name, "_total")] != nil {
		return dto.MetricType_UNTYPED
	}
	return f.kind
}

func (f *family) sorted() []*series {
	if f.ordered == nil {
		for _, s := range f.series {
			f.ordered = append(f.ordered, s)
		}
		slices.SortFunc(f.ordered, func(a, b *series) int { return strings.Compare(a.key, b.key) })
	}
	return f.ordered
}

func sortMetrics(list []*dto.Metric) {
	slices.SortFunc(list, func(a, b *dto.Metric) int {
		return slices.CompareFunc(a.Label, b.Label, func(x, y *dto.LabelPair) int {
			if c := strings.Compare(x.GetName(), y.GetName()); c != 0 {
				return c
			}
			return strings.Compare(x.GetValue(), y.GetValue())
		})
	})
}
