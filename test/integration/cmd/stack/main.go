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
	"slices"
	"strings"

	"github.com/testcontainers/testcontainers-go/log"

	"github.com/drl-trading/telemetry-agent/test/integration/command"
	"github.com/drl-trading/telemetry-agent/test/integration/stack"
)

// silent takes the messages of testcontainers, which are for its developers.
type silent struct{}

func (silent) Printf(string, ...any) { /* errors are returned, too */ }

func main() {
	log.SetDefault(silent{})
	command.Main("stack", run)
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("stack", flag.ContinueOnError)
	files := flags.String("file", "deploy/compose/compose.yaml", "compose files, separated by commas")
	project := flags.String("project", "", "compose project; empty: the first file's name")
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
		return tour(ctx, s, out)
	case "down":
		return s.Down(ctx)
	default:
		return fmt.Errorf("unknown command %q: want up or down", flags.Arg(0))
	}
}

// tour prints where to look, in the order in which a newcomer would.
func tour(ctx context.Context, s *stack.Stack, out io.Writer) error {
	for _, step := range s.Tour {
		command := step.Run
		if command == "" {
			url, err := s.URL(ctx, step.Service, step.Port)
			if err != nil {
				return err
			}
			command = strings.Join(slices.DeleteFunc([]string{"curl -s", step.Args, "'" + url + step.Path + "'"}, isEmpty), " ")
		}
		if _, err := fmt.Fprintf(out, "\n# %s\n%s\n", step.Title, command); err != nil {
			return err
		}
	}
	return nil
}

func isEmpty(s string) bool { return s == "" }
