// Command stack brings a compose stack up or down:
//
//	stack -file deploy/compose/compose.yaml up|down
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/drl-trading/telemetry-agent/test/integration/stack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "stack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("stack", flag.ContinueOnError)
	files := flags.String("file", "deploy/compose/compose.yaml", "compose files, separated by commas")
	project := flags.String("project", "telemetry-agent", "compose project")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := stack.New(stack.Options{Project: *project, Files: strings.Split(*files, ",")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	switch flags.Arg(0) {
	case "up":
		if err := s.Up(ctx); err != nil {
			return err
		}
		return tour(ctx, s, *project, out)
	case "down":
		return s.Down(ctx)
	default:
		return fmt.Errorf("unknown command %q: want up or down", flags.Arg(0))
	}
}

// tour prints where to look, in the order in which a newcomer would.
func tour(ctx context.Context, s *stack.Stack, project string, out io.Writer) error {
	steps := []struct{ title, service, port, path string }{
		{"Make some telemetry", "agent", "8080", "/orders/1"},
		{"An error, with an email and a card number in it",
			"agent", "8080", "/leak?email=ada@example.com&card=4111-1111-1111-1111"},
		{"Its traces in Jaeger", "jaeger", "16686", "/api/traces?service=first-service&limit=5"},
		{"Calls by span, counted before sampling", "prometheus", "9090", "/api/v1/query?query=traces_span_metrics_calls_total"},
		{"The service's metrics, as the agent shows them", "agent", "9464", "/metrics"},
		{"The agent's own metrics", "agent", "8888", "/metrics"},
	}
	for _, step := range steps {
		url, err := s.URL(ctx, step.service, step.port)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "\n# %s\ncurl -s '%s%s'\n", step.title, url, step.path); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "\n# What the agent decided, and why\ndocker exec %s-agent-1 /agent explain TRACE_ID\n", project)
	return err
}
