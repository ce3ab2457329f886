// Command agent measures what the agent costs beside an OpenTelemetry Collector
// that does the same job: CPU time per span and peak memory, at the same load, in
// turns within one run, so that the drift of the machine meets both.
//
// It starts both as processes on loopback, sends them encoded requests at a fixed
// rate, takes what they deliver, and reads their CPU clocks. It prints a Markdown
// table.
//
//	go run . -agent ../../../build/agent -collector ../../../build/collector
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// plan is what is measured.
type plan struct {
	agent, collector string        // binaries
	rate             int           // spans a second
	warmUp, window   time.Duration // load before the measurement, and during it
	rounds           int           // measurements of each
	verbose          bool
}

func main() {
	var p plan
	flag.StringVar(&p.agent, "agent", "", "the agent's binary")
	flag.StringVar(&p.collector, "collector", "", "the Collector's binary")
	flag.IntVar(&p.rate, "rate", 20000, "spans a second")
	flag.DurationVar(&p.warmUp, "warm-up", 6*time.Second, "load before each measurement")
	flag.DurationVar(&p.window, "window", 15*time.Second, "length of each measurement")
	flag.IntVar(&p.rounds, "rounds", 3, "measurements of each")
	flag.BoolVar(&p.verbose, "v", false, "show what the measured processes write to stderr")
	flag.Parse()
	if p.agent == "" || p.collector == "" || flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := p.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench agent:", err)
		os.Exit(1)
	}
}

func (p plan) run(ctx context.Context) error {
	requests, err := newRequests()
	if err != nil {
		return err
	}
	sink, err := startSink()
	if err != nil {
		return err
	}
	defer sink.stop()
	subjects := []subject{agentSubject(p.agent), collectorSubject(p.collector)}
	results := make([][]result, len(subjects))
	for round := range p.rounds {
		for i, s := range subjects {
			r, err := p.measure(ctx, s, requests, sink, uint64(round))
			if err != nil {
				return fmt.Errorf("measure %s: %w", s.name, err)
			}
			fmt.Fprintf(os.Stderr, "round %d of %d, %s: %s\n", round+1, p.rounds, s.name, r)
			results[i] = append(results[i], r)
		}
	}
	return writeTable(os.Stdout, subjects, results)
}
