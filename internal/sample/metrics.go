package sample

import (
	"github.com/prometheus/client_golang/prometheus"
)

// metrics count verdicts and what led to them.
type metrics struct {
	s                                                    *Sampler
	verdicts, spans, bytes, steps, logs                  *prometheus.CounterVec
	late, duplicates, inconsistent, evictedAbove, faults prometheus.Counter
	gauges                                               []gauge
}

func newMetrics(s *Sampler) *metrics {
	const ns, sub = "agent", "sample"
	vec := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help}, labels)
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: ns, Subsystem: sub, Name: name, Help: help})
	}
	m := &metrics{
		s:            s,
		verdicts:     vec("verdicts_total", "Verdicts on fragments of traces, by rule, verdict and what triggered them.", "rule", "verdict", "trigger"),
		spans:        vec("spans_total", "Spans by the rule and verdict on their fragment.", "rule", "verdict"),
		bytes:        vec("bytes_total", "Bytes of encoded spans by the rule and verdict on their fragment.", "rule", "verdict"),
		logs:         vec("logs_total", "Log records under logs: follow, by what became of them and why.", "verdict", "reason"),
		steps:        vec("pressure_steps_total", "Steps taken because the hold log was filling up.", "step"),
		late:         counter("late_spans_total", "Spans that came after their trace was kept, and were passed on."),
		duplicates:   counter("duplicate_spans_total", "Spans that a client sent again because it got no answer: held already, or in a request that was taken before."),
		inconsistent: counter("inconsistent_thresholds_total", "Fragments that came with a sampling threshold that their trace id doesn't reach; it was ignored."),
		evictedAbove: counter("evicted_above_threshold_total", "Evicted fragments that the baseline would have kept; above 0 adjusted counts are too low."),
		faults:       counter("evaluation_errors_total", "Panics in a rule (the fragment was kept, unless it was a shadow rule) or while a kept fragment was written (it is lost)."),
	}
	for i := range s.live.rules {
		for _, v := range []Verdict{VerdictKept, VerdictDropped} {
			m.verdicts.WithLabelValues(s.live.rules[i].name, string(v), string(TriggerLocalRoots))
			m.spans.WithLabelValues(s.live.rules[i].name, string(v))
			m.bytes.WithLabelValues(s.live.rules[i].name, string(v))
		}
	}
	for _, v := range []Verdict{VerdictDropped, VerdictLate, VerdictEvicted} {
		m.spans.WithLabelValues(noRule, string(v))
	}
	for _, why := range []logReason{logNoTrace, logSevere, logVerdict, logNoSpans, logPressure} {
		m.logs.WithLabelValues("passed", string(why))
	}
	m.logs.WithLabelValues("dropped", string(logVerdict))
	for _, step := range []string{nameNoGrace, nameDecide, nameEvict, nameRefuse} {
		m.steps.WithLabelValues(step)
	}
	m.gauges = s.gauges()
	return m
}

// gauge is a value that is read when it is asked for, under the sampler's mutex.
type gauge struct {
	desc *prometheus.Desc
	read func() float64
}

func (s *Sampler) gauges() (out []gauge) {
	add := func(name, help string, read func() float64) {
		out = append(out, gauge{prometheus.NewDesc("agent_sample_"+name, help, nil, nil), read})
	}
	add("held_spans", "Spans that wait for a verdict.", func() float64 { return float64(s.index.liveSpans) })
	add("held_logs", "Log records that wait for the verdict on their trace.", func() float64 { return float64(s.logs.liveRecords) })
	add("held_bytes", "Bytes of spans and logs that wait for a verdict.", func() float64 { return float64(s.index.liveBytes + s.logs.liveBytes) })
	add("fragments", "Fragments of traces that wait for a verdict.", func() float64 { return float64(len(s.index.fragments.byTrace)) })
	add("randomness_checked_traces", "Traces whose id was looked at so far, up to 10,000.", func() float64 { return float64(s.randomness.seen) })
	add("randomness_suspect", "1 when the first 10,000 trace ids didn't look random: ratios keep other shares than configured.", func() float64 {
		if s.randomness.suspect {
			return 1
		}
		return 0
	})
	return out
}

func (m *metrics) verdict(d *Decision) {
	m.verdicts.WithLabelValues(d.Rule, string(d.Verdict), string(d.Trigger)).Inc()
	m.spans.WithLabelValues(d.Rule, string(d.Verdict)).Add(float64(d.Spans))
	m.bytes.WithLabelValues(d.Rule, string(d.Verdict)).Add(float64(d.Bytes))
}

func (m *metrics) step(name string) { m.steps.WithLabelValues(name).Inc() }

func (m *metrics) collectors() []prometheus.Collector {
	own := []prometheus.Collector{m.verdicts, m.spans, m.bytes, m.steps, m.logs, m.late, m.duplicates, m.inconsistent, m.evictedAbove, m.faults}
	return append(own, m.s.shadow.collectors()...)
}

// Describe implements prometheus.Collector.
func (s *Sampler) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range s.metrics.collectors() {
		c.Describe(ch)
	}
	for _, g := range s.metrics.gauges {
		ch <- g.desc
	}
}

// Collect implements prometheus.Collector.
func (s *Sampler) Collect(ch chan<- prometheus.Metric) {
	values := make([]float64, len(s.metrics.gauges))
	s.mu.Lock()
	if s.shadow != nil {
		s.shadow.settle(s.now())
	}
	for i, g := range s.metrics.gauges {
		values[i] = g.read()
	}
	s.mu.Unlock()
	for _, c := range s.metrics.collectors() {
		c.Collect(ch)
	}
	for i, g := range s.metrics.gauges {
		ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, values[i])
	}
}
