// Command tradingcheck proves a running stack of the trading services: it sends a tick of a customer whose data is found
// nowhere else, follows it to the trade, and looks for every key metric and for that data. It prints the trace.
//
//	tradingcheck -file deploy/compose/drl-trading.yaml
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/command"
	"github.com/drl-trading/telemetry-agent/test/integration/poll"
	"github.com/drl-trading/telemetry-agent/test/integration/seeded"
	"github.com/drl-trading/telemetry-agent/test/integration/stack"
	"github.com/drl-trading/telemetry-agent/test/integration/trading"
)

func main() {
	command.Main("tradingcheck", run)
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("tradingcheck", flag.ContinueOnError)
	file := flags.String("file", "deploy/compose/drl-trading.yaml", "compose file of the stack")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := stack.New(stack.Options{Files: []string{*file}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p, err := trading.Open(ctx, s)
	if err != nil {
		return fmt.Errorf("find the stack (make stack-trading starts it): %w", err)
	}
	customer := trading.Customer()
	return errors.Join(follow(ctx, p, customer, out), checkMetrics(ctx, p, out), checkSecrets(ctx, p, customer, out))
}

// follow sends a tick that is worth a trade, and waits for its whole trace.
func follow(ctx context.Context, p *trading.Platform, customer seeded.Values, out io.Writer) error {
	price, err := p.LastPrice(ctx)
	if err != nil {
		return err
	}
	sent, err := p.Tick(ctx, 1.01*price, customer) // so steep a rise that the policy buys
	if err != nil {
		return err
	}
	var tr backend.Trace
	var missing []string
	err = poll.Until(ctx, func() (bool, error) {
		tr, err = p.Jaeger.Trace(ctx, sent.TraceID)
		missing = trading.Missing(tr, trading.All)
		return len(missing) == 0, err
	})
	if err != nil {
		return fmt.Errorf("follow trace %s from tick to trade: %w: %q", sent.TraceID, err, missing)
	}
	_, err = fmt.Fprintf(out, "One trace through four services:\n\n%s\n", tr.Tree())
	return err
}

func checkMetrics(ctx context.Context, p *trading.Platform, out io.Writer) error {
	var all []error
	for _, m := range trading.KeyMetrics {
		var absent string
		err := poll.Until(ctx, func() (_ bool, err error) {
			absent, err = p.Absent(ctx, m)
			return absent == "", err
		})
		if err != nil {
			all = append(all, fmt.Errorf("%s: %w", absent, err))
			continue
		}
		if _, err := fmt.Fprintf(out, "%-45s %s\n", m.Row, m.Name); err != nil {
			return err
		}
	}
	return errors.Join(all...)
}

func checkSecrets(ctx context.Context, p *trading.Platform, customer seeded.Values, out io.Writer) error {
	places, err := p.Places(ctx)
	if err != nil {
		return err
	}
	var all []error
	for place, text := range places {
		for _, leak := range customer.Leaks(text) {
			all = append(all, fmt.Errorf("%s holds %s", place, leak))
		}
	}
	if len(all) > 0 {
		return errors.Join(all...)
	}
	_, err = fmt.Fprintf(out, "\nNone of the customer's %d values in any of %d places: traces, metrics, the agents' logs.\n", len(customer), len(places))
	return err
}
