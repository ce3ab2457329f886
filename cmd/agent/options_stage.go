package main

import (
	"fmt"
	"log/slog"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/enrich"
	"github.com/drl-trading/telemetry-agent/internal/filter"
	"github.com/drl-trading/telemetry-agent/internal/sample"
)

// listPath names an item of a list as config does.
func listPath(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

func filterOptions(c config.Filter, logger *slog.Logger) filter.Options {
	o := filter.Options{
		Mode:            filter.Mode(c.Mode),
		Detectors:       c.Detectors,
		Action:          filter.Action(c.Action),
		Listed:          c.Keys == "listed",
		Allow:           c.Allow,
		QueryParameters: append([]string{}, c.QueryParameters...), // empty means none
		Logger:          logger,

		KeepLast4:     c.KeepLast4,
		CountRedacted: c.CountRedacted,
	}
	for _, k := range c.HashKeys {
		if k.Key != "" {
			o.HashKeys = append(o.HashKeys, filter.HashKey{ID: k.ID, Key: []byte(k.Key)})
		}
	}
	for _, a := range c.Attributes {
		o.Attributes = append(o.Attributes, filter.AttributeRule{Key: a.Key, Except: a.Except, Action: filter.Action(a.Action)})
	}
	for _, p := range c.Patterns {
		o.Patterns = append(o.Patterns, filter.Pattern{Name: p.Name, Regex: p.Regex, Keys: p.Keys, Action: filter.Action(p.Action)})
	}
	return o
}

func enrichOptions(c config.Enrich) enrich.Options {
	o := enrich.Options{Detect: c.Detect, Labels: c.Labels, Annotations: c.Annotations}
	for _, a := range c.Attributes {
		o.Attributes = append(o.Attributes, enrich.Attribute{Key: a.Key, Value: a.Value, Action: a.Action})
	}
	return o
}

func sampleOptions(c config.Sample) sample.Options {
	return sample.Options{
		Hold: c.Hold, Grace: c.Grace, Rules: sampleRules(c.Rules), Shadow: sampleRules(c.Shadow),
		LateKept: c.Late.Kept, LateDropped: c.Late.Dropped,
		MaxSpans: c.MaxFragment.Spans, MaxBytes: int64(c.MaxFragment.Bytes),
		Journal: c.Journal,
	}
}

func sampleRules(rules []config.Rule) (out []sample.Rule) {
	for _, r := range rules {
		s := sample.Rule{Name: r.Name, When: condition(r.When), Keep: r.Keep, Ratio: r.Ratio}
		if r.Rate != nil {
			s.Rate = &sample.Rate{TracesPerSecond: r.Rate.TracesPerSecond, BytesPerSecond: int64(r.Rate.BytesPerSecond)}
		}
		if r.Rare != nil {
			s.Rare = &sample.Rare{By: r.Rare.By, First: r.Rare.First, Every: r.Rare.Every}
		}
		out = append(out, s)
	}
	return out
}

// condition converts a condition with all that is in it.
func condition(c *config.Condition) *sample.Condition {
	if c == nil {
		return nil
	}
	out := &sample.Condition{
		Status:   c.Status,
		Duration: durationBound(c.Duration), FragmentDuration: durationBound(c.FragmentDuration), SpanDuration: durationBound(c.SpanDuration),
		SpanCount: numberBound(c.SpanCount), Priority: numberBound(c.Priority),
		Service: c.Service, Scope: c.Scope, SpanName: c.SpanName, Kind: c.Kind, HTTPRoute: c.HTTPRoute,
		Event: c.Event, ExceptionType: c.ExceptionType,
		All: conditions(c.All), Any: conditions(c.Any), Not: condition(c.Not), Span: condition(c.Span),
	}
	for _, a := range c.Attribute {
		out.Attribute = append(out.Attribute, sample.AttributeTest(a))
	}
	for _, m := range c.Tracestate {
		out.Tracestate = append(out.Tracestate, sample.MemberTest(m))
	}
	return out
}

func conditions(list []config.Condition) (out []sample.Condition) {
	for i := range list {
		out = append(out, *condition(&list[i]))
	}
	return out
}

// durationBound converts a bound to nanoseconds.
func durationBound(b *config.DurationBound) *sample.Bound {
	if b == nil {
		return nil
	}
	return &sample.Bound{Op: b.Op, Value: float64(b.Value)}
}

func numberBound(b *config.NumberBound) *sample.Bound {
	if b == nil {
		return nil
	}
	return &sample.Bound{Op: b.Op, Value: b.Value}
}
