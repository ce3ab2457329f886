package scrape

import (
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
)

const gaugeKind = dto.MetricType_GAUGE

const (
	// maxWriters bounds the processes that may write one series.
	maxWriters = 16
	// expireEvery bounds how often a full page is searched for old series.
	expireEvery = 10 * time.Second
)

// value is what a series shows: a number, a histogram or a summary.
type value interface {
	// add returns the sum of two values, which may reuse the receiver. ok is false
	// if they can't be added; the receiver is then still a value by itself.
	add(other value) (sum value, ok bool)
	// clone returns a copy that add may reuse.
	clone() value
	// size is what its buckets or quantiles hold, in bytes.
	size() int
	// write puts the value into m. created is nanoseconds since the Unix epoch, 0 if
	// unknown.
	write(m *dto.Metric, kind dto.MetricType, created uint64, e []exemplar)
	// bucket tells the exemplars that stand for different parts of the value.
	bucket(of float64) int
}

// stamp is the time of a point: since when it counts, and until when. Nanoseconds
// since the Unix epoch.
type stamp struct{ start, time uint64 }

// series is one labelled series. Its value is the sum of base and streams.
//
// A service that runs in several processes under one identity writes one series
// several times: those points differ in their start time, and each start time is
// a stream of its own. A process that starts again is a new stream, too: what it
// counted before stays in the sum, so a counter doesn't fall.
type series struct {
	metric    string // the name in OTLP of the one that writes it
	key       string
	labels    []*dto.LabelPair
	source    int
	size      int64  // that it was made with: labels and buckets, in bytes
	scrape    uint64 // number of the scrape before which it was last updated
	updated   time.Time
	created   uint64 // the earliest start time, 0 if unknown
	last      uint64 // time of the newest delta
	base      value  // deltas, and streams that ended; may be nil
	streams   []stream
	exemplars exemplars
}

// stream is the newest cumulative value of one writer, or of a gauge.
type stream struct {
	stamp
	updated time.Time
	value   value
}

// seriesOf returns the series of the current point with value v, new if need be.
func (p *Page) seriesOf(f *fold, v value) (*series, reason) {
	owner, r := p.familyOf(&f.h)
	if r != folded {
		return nil, r
	}
	if owner != nil {
		if s := owner.series[string(f.key)]; s != nil {
			p.describeFamily(owner, &f.h)
			if !s.belongsTo(f) {
				return nil, reasonName
			}
			return s, folded
		}
	}
	s := &series{source: f.source, size: int64(len(f.h.metric) + len(f.key) + v.size())}
	if !p.roomFor(s) && f.now.Sub(p.expired) >= expireEvery {
		p.expire(f.now)
		owner = p.families[f.h.name]
	}
	if !p.roomFor(s) {
		return nil, reasonSeries
	}
	if owner == nil {
		owner = p.addFamily(&f.h)
	}
	p.describeFamily(owner, &f.h)
	s.metric, s.key, s.labels = f.h.metric, string(f.key), pairs(slices.Clone(f.labels))
	p.add(owner, s)
	return s, folded
}

// roomFor says whether there is room for one more series. What a source gives
// always finds it: a service with too many series doesn't hide the agent's own.
func (p *Page) roomFor(s *series) bool {
	return s.source > 0 || p.sent < p.options.MaxSeries && p.bytes+s.size <= p.options.MaxBytes
}

func (p *Page) add(f *family, s *series) {
	f.series[s.key] = s
	f.ordered = nil
	p.series++
	if s.source == 0 {
		p.sent++
		p.bytes += s.size
	}
}

// belongsTo says whether the current metric is the one that writes the series.
func (s *series) belongsTo(f *fold) bool { return s.source == f.source && s.metric == f.h.metric }

// forget removes the series of the current point, which says that it has no value
// any more.
func (p *Page) forget(f *fold) reason {
	owner, r := p.familyOf(&f.h)
	if owner == nil {
		return r
	}
	if s := owner.series[string(f.key)]; s != nil {
		if !s.belongsTo(f) {
			return reasonName
		}
		p.remove(owner, s)
	}
	return folded
}

func (p *Page) remove(f *family, s *series) {
	delete(f.series, s.key)
	f.ordered = nil
	p.exemplars -= s.exemplars.len()
	p.series--
	if s.source == 0 {
		p.sent--
		p.bytes -= s.size
	}
	if len(f.series) == 0 {
		p.removeFamily(f)
	}
}

// expire removes what got no point for the time of expiry.
func (p *Page) expire(now time.Time) {
	p.expired = now
	for _, f := range p.families {
		for _, s := range f.series {
			if now.Sub(s.updated) > p.options.Expiry {
				p.remove(f, s)
				p.health.expired++
			}
		}
	}
	for k, t := range p.targets {
		if now.Sub(t.updated) > p.options.Expiry {
			p.bytes -= t.size
			delete(p.targets, k)
		}
	}
}
