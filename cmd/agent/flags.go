package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
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
	out  io.Writer // of help that was asked for
}

func newFlags(name string, e environment) *flags {
	f := &flags{FlagSet: flag.NewFlagSet("agent "+name, flag.ContinueOnError), out: e.out}
	f.SetOutput(io.Discard) // what is wrong is told once, by exitCode
	for _, kv := range e.env {
		if v, ok := strings.CutPrefix(kv, configVariable+"="); ok {
			f.file = v
		}
	}
	f.StringVar(&f.file, "config", f.file, "configuration `FILE`; without one the agent runs on its defaults")
	f.Var(&f.sets, "set", "set one key, as `PATH=VALUE`; may be repeated")
	return f
}

// parse reads args. words names what has to stand behind the flags.
func (f *flags) parse(args []string, words ...string) error {
	if err := f.FlagSet.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			f.SetOutput(f.out)
			f.Usage()
			return err
		}
		return f.errorf("%v; see %s --help", err, f.Name())
	}
	switch n := f.NArg(); {
	case n < len(words):
		return f.errorf("%s is missing", words[n])
	case n > len(words):
		hint := ""
		if _, err := os.Stat(f.Arg(len(words))); err == nil {
			hint = ": did you mean --config " + f.Arg(len(words)) + "?"
		}
		return f.errorf("doesn't take %q%s", f.Arg(len(words)), hint)
	}
	given := false
	f.Visit(func(g *flag.Flag) { given = given || g.Name == "config" })
	if given && f.file == "" {
		return f.errorf("--config is empty: name a file, or leave it out to run on defaults")
	}
	return nil
}

func (f *flags) errorf(format string, args ...any) error {
	return &usageError{fmt.Sprintf(f.Name()+": "+format, args...)}
}

// parseAndLoad is parse and load, of a command that takes flags only.
func (f *flags) parseAndLoad(args []string, e environment) (*config.Config, error) {
	if err := f.parse(args); err != nil {
		return nil, err
	}
	return f.load(e)
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
