// Command agent is the telemetry agent: a process beside one service that takes
// its OTLP, removes personal data, computes metrics from all spans, samples
// traces at their tail, and delivers to Jaeger, Prometheus and OTLP backends.
//
// This package holds the command line and the wiring of all rooms, and nothing
// that a room could do. It exits with 0 when all went well, 1 on a fault, 2 on a
// bad configuration or usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/drl-trading/telemetry-agent/internal/bridge"
)

// version is set by the linker: -ldflags "-X main.version=…".
var version = "dev"

// Exit codes.
const (
	exitOK    = 0
	exitFault = 1
	exitUsage = 2
)

func main() {
	os.Exit(dispatch(context.Background(), os.Args[1:], environment{
		env: os.Environ(), in: os.Stdin, out: os.Stdout, err: os.Stderr,
		grpcLog: bridge.CaptureGRPC(),
	}))
}

// environment is what a command sees of the world.
type environment struct {
	env      []string
	in       io.Reader
	out, err io.Writer
	grpcLog  *bridge.GRPCLog // nil: gRPC's log is left alone
}

// command is one word after `agent`.
type command struct {
	name, args, help string
	run              func(ctx context.Context, args []string, e environment) error
}

func commands() []command {
	return []command{
		{"run", "[--config FILE] [--set PATH=VALUE]", "run the agent, on defaults without a file", runAgent},
		{"validate", "[--config FILE] [--without-files]", "check a configuration: 0 valid, 2 invalid", validate},
		{"config", "[--config FILE] [--set PATH=VALUE]", "print the effective configuration, secrets masked", showConfig},
		{"health", "[--live] [--config FILE]", "ask a running agent whether it can accept (or, with --live, is not stuck)", health},
		{"explain", "[--config FILE] TRACE_ID", "ask a running agent what became of a trace", explain},
		{"filter", "[--config FILE] [--json] < SAMPLE", "show what the filter would do to a text or OTLP JSON", filterSample},
		{"demo", "[--config FILE] [--for DURATION]", "run the agent under the load of six services and print the traces it keeps", runDemo},
		{"version", "", "print the version", showVersion},
	}
}

func showVersion(_ context.Context, args []string, e environment) error {
	if len(args) > 0 && slices.Contains(helpWords(), args[0]) {
		usage(e.out, commands())
		return nil
	}
	if len(args) > 0 {
		return &usageError{fmt.Sprintf("agent version: doesn't take %q", args[0])}
	}
	fmt.Fprintln(e.out, version)
	return nil
}

// usageError is a mistake on the command line.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// invalidError is a configuration that is not valid; its text has been printed
// in the form that the reader can act on.
type invalidError struct{ cause error }

func (e *invalidError) Error() string { return e.cause.Error() }
func (e *invalidError) Unwrap() error { return e.cause }

// dispatch runs the command that args name and returns the exit code.
func dispatch(ctx context.Context, args []string, e environment) int {
	all := commands()
	switch {
	case len(args) == 0:
		usage(e.err, all)
		return exitUsage
	case slices.Contains(helpWords(), args[0]):
		usage(e.out, all)
		return exitOK
	case args[0] == "--version":
		args[0] = "version"
	}
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(e.err, "agent: unknown command %q: see agent help\n", args[0])
		return exitUsage
	}
	return exitCode(all[i].run(ctx, args[1:], e), e.err)
}

// exitCode reports err and says with which code to exit.
func exitCode(err error, w io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if _, ok := errors.AsType[*invalidError](err); ok {
		fmt.Fprintln(w, err)
		return exitUsage
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		fmt.Fprintln(w, err)
		return exitUsage
	}
	fmt.Fprintln(w, "agent:", err)
	return exitFault
}

func helpWords() []string { return []string{"help", "-h", "-help", "--help"} }

func usage(w io.Writer, all []command) {
	fmt.Fprintln(w, "usage: agent COMMAND [flags]")
	for _, c := range all {
		fmt.Fprintf(w, "  %-9s %-38s %s\n", c.name, c.args, c.help)
	}
	fmt.Fprintln(w, "All but version take --set PATH=VALUE, and AGENT_ variables; agent COMMAND --help says more.")
}
