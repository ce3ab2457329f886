// Package config turns one YAML file, the environment and flags into the agent's
// typed configuration, and says everything that is wrong with it at once, each
// with file, line, path, what was found and what is allowed.
//
// It knows no stage: cmd/agent converts its structs into each room's options,
// and hands a room's complaint back through Locate to name the line.
//
// One reflection walk over the structs' tags (and over those of the Collector's
// own config structs where a section is theirs) yields the list of all keys. It
// drives the strict check of the YAML nodes, the names of the environment
// variables, the merge by viper, the effective configuration and the reference
// in docs/configuration.md, so none of them can know a key that another doesn't.
//
// A Config is read-only after Load and may be shared. No goroutine is started.
package config

// Config is the whole configuration, version 1.
//
// Tags: yaml names the key; doc, example and format are for people (format also
// selects a check, see checkFormat); enum, min and max bound a scalar; auto
// allows the word auto; secret hides the value; loose lets one item stand for a
// list of one.
type Config struct {
	Receive     Receive     `yaml:"receive" doc:"Where services send their telemetry."`
	Filter      Filter      `yaml:"filter" doc:"What is removed from every signal before anything else sees it."`
	Enrich      Enrich      `yaml:"enrich" doc:"What is added to the resource of every signal."`
	SpanMetrics SpanMetrics `yaml:"span_metrics" doc:"Request, error and duration metrics of every span, before sampling."`
	Sample      Sample      `yaml:"sample" doc:"Which traces are kept."`
	Export      Export      `yaml:"export" doc:"Where telemetry goes."`
	Admin       Admin       `yaml:"admin" doc:"The agent's own endpoints."`
	Storage     Storage     `yaml:"storage" doc:"Where telemetry waits."`
	Limits      Limits      `yaml:"limits" doc:"What the agent may use."`
	Shutdown    Shutdown    `yaml:"shutdown" doc:"How the agent ends."`
	Log         Log         `yaml:"log" doc:"The agent's own log, on standard error."`

	origins origins // where each value came from; nil unless loaded
}

// Source says what to read. The zero value is an empty configuration.
type Source struct {
	File string   // path of the YAML file; empty: no file
	Env  []string // NAME=value, as os.Environ returns; only AGENT_ variables and those named in ${} are read
	Sets []string // path=value, in the order given; the last of a path wins
}

// Allowed lists what only other rooms know.
type Allowed struct {
	Detectors []string // names that filter.detectors may hold; empty: any
}
