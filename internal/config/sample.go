package config

import "time"

// Sample says which traces are kept.
type Sample struct {
	Hold        time.Duration `yaml:"hold" min:"1" doc:"Longest wait for the spans of a trace before its verdict."`
	Grace       time.Duration `yaml:"grace" doc:"Wait after the local roots of a trace have ended, for spans that are late."`
	Rules       []Rule        `yaml:"rules" doc:"Rules in order; the first match wins. A trace that none matches is dropped."`
	Logs        string        `yaml:"logs" enum:"pass|follow" doc:"pass: logs are delivered whatever becomes of their trace; follow: logs with a trace id share its verdict."`
	Late        Late          `yaml:"late" doc:"Verdicts that are remembered for late spans."`
	MaxFragment MaxFragment   `yaml:"max_fragment" doc:"A trace that is larger is decided at once, and the rest of it follows the verdict."`
	Journal     int           `yaml:"journal" min:"0" max:"10000000" doc:"Verdicts that can be explained; the oldest is forgotten."`
	Shadow      []Rule        `yaml:"shadow" doc:"A second set of rules that is evaluated beside the first, without effect."`
}

// Late bounds the memory of past verdicts.
type Late struct {
	Kept    int `yaml:"kept" min:"1" max:"100000000" doc:"Trace ids of kept traces that are remembered."`
	Dropped int `yaml:"dropped" min:"1" max:"1000000000" doc:"Trace ids of dropped traces that are remembered, in a compact filter."`
}

// MaxFragment bounds what is held of one trace.
type MaxFragment struct {
	Spans int  `yaml:"spans" min:"1" doc:"Spans of one trace."`
	Bytes Size `yaml:"bytes" min:"1" doc:"Bytes of one trace."`
}

// Rule is one sampling rule: exactly one of Keep, Ratio, Rate and Rare is set.
type Rule struct {
	Name  string     `yaml:"name" format:"name" required:"true" example:"errors" doc:"Name in verdicts and metrics; unique."`
	When  *Condition `yaml:"when" doc:"Conditions that must all hold. Absent: every trace."`
	Keep  string     `yaml:"keep" enum:"always|never" doc:"Keep all that match, or none."`
	Ratio *float64   `yaml:"ratio" min:"0" max:"1" example:"0.1" doc:"Keep this share, the same traces in every agent with the same ratio."`
	Rate  *Rate      `yaml:"rate" doc:"Keep so much a second; exactly one of its keys."`
	Rare  *Rare      `yaml:"rare" doc:"Keep the first of each combination; the rest goes on to the next rule."`
}

// Rate bounds what a rule keeps; exactly one field is set.
type Rate struct {
	TracesPerSecond float64 `yaml:"traces_per_second" min:"0" example:"10" doc:"Traces a second."`
	BytesPerSecond  Size    `yaml:"bytes_per_second" min:"0" example:"1MiB" doc:"Bytes of encoded spans a second."`
}

// Rare keeps the first traces of each signature in a period.
type Rare struct {
	By    []string      `yaml:"by" required:"true" example:"[service.name, span.name]" doc:"What makes a combination: service.name, span.name, span.kind, status.code or any attribute."`
	First int           `yaml:"first" min:"1" doc:"Traces of each combination that are kept in a period."`
	Every time.Duration `yaml:"every" min:"1" doc:"The period."`
}

func (r *Rare) setDefaults() { r.First, r.Every = 5, 5*time.Minute }
