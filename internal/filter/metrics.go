package filter

import (
	"slices"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/filter/sums"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Detectors besides the kinds of package detect, which keep their numbers, and the
// user's patterns, which follow from ownKinds on.
const (
	ruleDetector  = 0                    // a rule by key
	doubtDetector = int(detect.NumKinds) // a value that couldn't be looked through
	numActions    = 4                    // mask, hash, drop, drop_item
	numDoubts     = 3                    // of package detect, with none
)

func actionIndex(a Action) int {
	switch a {
	case Hash:
		return 1
	case Drop:
		return 2
	case DropItem:
		return 3
	}
	return 0
}

var actionNames = [numActions]Action{Mask, Hash, Drop, DropItem}

// tally is what one request adds to the metrics.
type tally struct {
	findings []tallied
	doubts   [numDoubts]int
	bytes    int
	panics   int
	merged   int                  // datapoints added to others
	kept     [sums.NumReasons]int // datapoints that kept an attribute a rule drops
}

type tallied struct {
	place    otlp.Place
	detector uint8
	action   uint8
}

// found notes one finding.
func (t *tally) found(p otlp.Place, detector int, a Action) {
	t.findings = append(t.findings, tallied{p, uint8(detector), uint8(actionIndex(a))})
}

// restart forgets all but panics: the same request is walked again.
func (t *tally) restart() { *t = tally{findings: t.findings[:0], panics: t.panics} }

func (t *tally) reset() { *t = tally{findings: t.findings[:0]} }

// metrics are the counters of a Filter.
type metrics struct {
	f        *Filter
	findings []atomic.Int64 // by place, detector and action
	doubts   [numDoubts]atomic.Int64
	bytes    atomic.Int64
	panics   atomic.Int64
	merged   atomic.Int64
	kept     [sums.NumReasons]atomic.Int64
	seconds  atomic.Int64 // nanoseconds, in fact
	detector []string     // names
	counted  []int        // the first detector of the same name: a pattern may have that of a kind

	findingsDesc, doubtsDesc, bytesDesc, panicsDesc, mergedDesc, keptDesc, secondsDesc, enforcingDesc *prometheus.Desc
}

func newMetrics(f *Filter) *metrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("agent_filter_"+name, help, labels, nil)
	}
	m := &metrics{
		f:             f,
		detector:      make([]string, int(ownKinds)+len(f.patterns)),
		findingsDesc:  desc("findings_total", "Private data found, by detector, signal, place in OTLP and what became of it.", "detector", "signal", "location", "action"),
		doubtsDesc:    desc("masked_in_doubt_total", "Values masked as a whole because their encodings could not be looked through.", "reason"),
		bytesDesc:     desc("scanned_bytes_total", "Bytes of text looked at."),
		panicsDesc:    desc("panics_total", "Rules that panicked; the value was masked, or the item dropped."),
		mergedDesc:    desc("merged_points_total", "Datapoints added to others because a rule drops the attributes that told them apart."),
		keptDesc:      desc("drop_hashed_points_total", "Datapoints whose attributes a rule drops, hashed instead because adding them up would be wrong.", "reason"),
		secondsDesc:   desc("seconds_total", "Time spent filtering."),
		enforcingDesc: desc("enforcing", "1 if findings are removed, 0 if they are only reported."),
	}
	m.detector[ruleDetector], m.detector[doubtDetector] = "rule", "doubt"
	for k := detect.HighEntropy; k < detect.NumKinds; k++ {
		m.detector[k] = k.String()
	}
	for i, p := range f.patterns {
		m.detector[int(ownKinds)+i] = p.name
	}
	for _, name := range m.detector {
		m.counted = append(m.counted, slices.Index(m.detector, name))
	}
	m.findings = make([]atomic.Int64, len(f.places)*len(m.detector)*numActions)
	return m
}

func (m *metrics) index(p otlp.Place, detector, action int) int {
	return (int(p)*len(m.detector)+detector)*numActions + action
}

// add books a tally.
func (m *metrics) add(t *tally) {
	for _, n := range t.findings {
		m.findings[m.index(n.place, m.counted[n.detector], int(n.action))].Add(1)
	}
	for i, n := range t.doubts {
		if n > 0 {
			m.doubts[i].Add(int64(n))
		}
	}
	m.bytes.Add(int64(t.bytes))
	m.merged.Add(int64(t.merged))
	for i, n := range t.kept {
		if n > 0 {
			m.kept[i].Add(int64(n))
		}
	}
	if t.panics > 0 {
		m.panics.Add(int64(t.panics))
	}
}

// Describe implements prometheus.Collector.
func (f *Filter) Describe(ch chan<- *prometheus.Desc) {
	m := f.metrics
	for _, d := range []*prometheus.Desc{m.findingsDesc, m.doubtsDesc, m.bytesDesc, m.panicsDesc, m.mergedDesc, m.keptDesc, m.secondsDesc, m.enforcingDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. Besides what was found it shows, at 0,
// each enabled detector in the value of an attribute of each signal's items and in
// the body of logs, so that rates start there.
func (f *Filter) Collect(ch chan<- prometheus.Metric) {
	m := f.metrics
	for p := range f.places {
		for d, name := range m.detector {
			if m.counted[d] != d {
				continue
			}
			for a, action := range actionNames {
				n := m.findings[m.index(otlp.Place(p), d, a)].Load()
				if n == 0 && !f.shownAtZero(p, d, action) {
					continue
				}
				ch <- prometheus.MustNewConstMetric(m.findingsDesc, prometheus.CounterValue, float64(n), name, f.places[p].signal.String(), f.places[p].name, string(action))
			}
		}
	}
	for i, reason := range detect.Doubts() {
		ch <- prometheus.MustNewConstMetric(m.doubtsDesc, prometheus.CounterValue, float64(m.doubts[i+1].Load()), reason)
	}
	for i := range sums.NumReasons {
		ch <- prometheus.MustNewConstMetric(m.keptDesc, prometheus.CounterValue, float64(m.kept[i].Load()), i.String())
	}
	value := func(d *prometheus.Desc, t prometheus.ValueType, v float64) {
		ch <- prometheus.MustNewConstMetric(d, t, v)
	}
	value(m.bytesDesc, prometheus.CounterValue, float64(m.bytes.Load()))
	value(m.panicsDesc, prometheus.CounterValue, float64(m.panics.Load()))
	value(m.mergedDesc, prometheus.CounterValue, float64(m.merged.Load()))
	value(m.secondsDesc, prometheus.CounterValue, float64(m.seconds.Load())/1e9)
	enforcing := 0.0
	if f.enforce {
		enforcing = 1
	}
	value(m.enforcingDesc, prometheus.GaugeValue, enforcing)
}

// shownAtZero tells whether a series is shown before anything was found.
func (f *Filter) shownAtZero(p, detector int, a Action) bool {
	switch f.places[p].name {
	case "span.attribute.value", "log.attribute.value", "log.body":
		if detector >= int(ownKinds) {
			return a == f.patterns[detector-int(ownKinds)].action
		}
		return detector != doubtDetector && f.scanner.Has(detect.Kind(detector)) && a == f.action
	case "datapoint.attribute.value":
		return detector < doubtDetector && f.scanner.Has(detect.Kind(detector)) && a == Hash
	}
	return false
}
