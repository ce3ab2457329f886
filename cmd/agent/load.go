package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/filter"
)

// configVariable names the environment variable that stands for --config.
const configVariable = "AGENT_CONFIG"

// sets collects the values of repeated --set flags.
type sets []string

func (s *sets) String() string { return strings.Join(*s, " ") }

func (s *sets) Set(v string) error {
	*s = append(*s, v)
	return nil
}

// flags are what every command that reads the configuration takes.
type flags struct {
	*flag.FlagSet
	file string
	sets sets
}

func newFlags(name string, e environment) *flags {
	f := &flags{FlagSet: flag.NewFlagSet("agent "+name, flag.ContinueOnError)}
	f.SetOutput(e.err)
	for _, kv := range e.env {
		if v, ok := strings.CutPrefix(kv, configVariable+"="); ok {
			f.file = v
		}
	}
	f.StringVar(&f.file, "config", f.file, "configuration `FILE`; without one the agent runs on its defaults")
	f.Var(&f.sets, "set", "set one key, as `PATH=VALUE`; may be repeated")
	return f
}

// parse reads args, of which words may stand behind the flags.
func (f *flags) parse(args []string, words int) error {
	if err := f.FlagSet.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return &usageError{fmt.Sprintf("%s: %v", f.Name(), err)}
	}
	if f.NArg() != words {
		return &usageError{fmt.Sprintf("%s: got %d arguments, want %d", f.Name(), f.NArg(), words)}
	}
	return nil
}

// load reads the configuration that the flags and the environment name.
func (f *flags) load(e environment) (*config.Config, error) {
	var env []string
	for _, kv := range e.env {
		if !strings.HasPrefix(kv, configVariable+"=") {
			env = append(env, kv)
		}
	}
	cfg, err := config.Load(
		config.Source{File: f.file, Env: env, Sets: f.sets},
		config.Allowed{Detectors: filter.DetectorNames()},
	)
	if err != nil {
		return nil, &invalidError{err}
	}
	return cfg, nil
}
