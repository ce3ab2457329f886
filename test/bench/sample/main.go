// Command sample measures the agent's sampler beside the tail sampling processor
// of OpenTelemetry Collector contrib, on the same spans, in one run.
//
// Both take encoded requests of 512 spans, 20,000 spans a second, hold them for 5
// and for 30 seconds, and keep errors, slow traces and a tenth of the rest. The
// processor works on decoded spans: what decoding takes is measured alone and
// taken off its time and allocations. The seconds are simulated, so that the clock
// of the processor runs as fast as it works; CPU time is that of all threads,
// collection of garbage included. Each measurement has a process of its own, for
// its memory to be its own: what its resident set grew by at most, and what is
// live after a collection. The least of several rounds counts.
//
// It exits with 1 if a figure is worse than the bounds below.
package main

import (
	"fmt"
	"os"
	"text/tabwriter"
	"time"
)

// The bounds: what the agent may take of what the processor takes. Memory is that
// of the process. The live bytes alone can't differ so much: the agent holds a span
// as its encoding.
const (
	mostMemory = 1.0 / 4
	mostTime   = 1.0 / 2
	rounds     = 3
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if name, hold := parseFlags(); name != "" {
		child(name, hold)
	}
	worst := false
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "hold\t\tns/span\tallocs/span\tB/span live\tB/span resident\tkept\t")
	for _, hold := range []time.Duration{5 * time.Second, 30 * time.Second} {
		best, err := compare(hold)
		if err != nil {
			return err
		}
		agent, contrib, decode := best["agent"], best["contrib"], best["decode"]
		line := func(name string, f figures) {
			fmt.Fprintf(out, "%v\t%s\t%.0f\t%.2f\t%.0f\t%.0f\t%.3f\t\n", hold, name, f.CPU, f.Allocs, f.Live, f.Resident, f.Kept)
		}
		line("agent", agent)
		line("contrib, decoding included", contrib)
		contrib.CPU -= decode.CPU
		contrib.Allocs -= decode.Allocs
		line("contrib", contrib)
		fmt.Fprintf(out, "%v\tagent : contrib\t%.2f\t\t%.2f\t%.2f\t\t\n", hold, agent.CPU/contrib.CPU, agent.Live/contrib.Live, agent.Resident/contrib.Resident)
		worst = worst || agent.CPU > mostTime*contrib.CPU || agent.Resident > mostMemory*contrib.Resident
	}
	if err := out.Flush(); err != nil {
		return err
	}
	fmt.Printf("bounds: %.2f of the time, %.2f of the memory\n", mostTime, mostMemory)
	if worst {
		return fmt.Errorf("a figure is out of bounds")
	}
	return nil
}

// compare measures all sides in turn, round by round, so that whatever else the
// machine does meets all of them, and returns the least figures of each.
func compare(hold time.Duration) (map[string]figures, error) {
	best := map[string]figures{}
	for round := range rounds {
		for name := range sides() {
			f, err := inChild(name, hold)
			if err != nil {
				return nil, err
			}
			if b := best[name]; round > 0 {
				f.CPU, f.Allocs = min(f.CPU, b.CPU), min(f.Allocs, b.Allocs)
				f.Live, f.Resident = min(f.Live, b.Live), min(f.Resident, b.Resident)
			}
			best[name] = f
		}
	}
	return best, nil
}
