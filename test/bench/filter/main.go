// Command filter measures the agent's filter beside the redaction processor of
// OpenTelemetry Collector contrib, on the same spans, in one run.
//
// Both look for the same things: cards, IBANs, social security numbers, emails,
// phone numbers, tokens, keys, passwords behind telling names, user information in
// URLs. The processor gets one regular expression for each, the shortest that does
// the work, and works on decoded spans; the time for decoding and encoding them,
// which the agent doesn't need, is given apart. The least of several rounds counts.
//
// It exits with 1 if a figure is worse than the bounds below.
package main

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"text/tabwriter"

	"github.com/drl-trading/telemetry-agent/internal/filter"
	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// The bounds.
const (
	mostValue = 100.0 // ns for a clean attribute value of up to 100 bytes, in the mean
	mostWorst = 200.0 // ns for each of them
	leastBody = 200.0 // MB/s for a clean log body of 1 KB
	leastTime = 8.0   // times less than the redaction processor
	rounds    = 40
	benchTime = "10ms" // of a round
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	testing.Init()
	if err := flag.Set("test.benchtime", benchTime); err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	values, body, textAllocs, err := texts(out)
	if err != nil {
		return err
	}
	ratio, allocs, err := spans(out)
	if err != nil {
		return err
	}
	allocs += textAllocs
	out.Flush()
	fmt.Printf("\nclean attribute value, mean of the above: %.0f ns (bound %.0f)\n", values.mean, mostValue)
	fmt.Printf("the worst of them: %.0f ns (bound %.0f); %d of %d take more than %.0f ns\n", values.worst, mostWorst, values.above, values.all, mostValue)
	fmt.Printf("clean log body of 1 KB: %.0f MB/s (bound %.0f)\n", body, leastBody)
	fmt.Printf("allocations for clean texts and requests: %d (bound 0)\n", allocs)
	fmt.Printf("the redaction processor takes %.1f times as long on the same spans (bound %.0f)\n", ratio, leastTime)
	if values.mean > mostValue || values.worst > mostWorst || body < leastBody || allocs > 0 || ratio < leastTime {
		return fmt.Errorf("a figure is out of bounds")
	}
	return nil
}

// result is what an operation takes.
type result struct {
	ns     float64
	allocs int64
}

// measure runs the operations in turn, round by round, so that whatever else the
// machine does meets all of them. It returns the least of the rounds for each:
// everything else on the machine only adds to a time.
func measure(operations ...func(b *testing.B)) []result {
	all := make([]result, len(operations))
	for round := range rounds {
		for i, f := range operations {
			r := testing.Benchmark(f)
			ns := float64(r.T.Nanoseconds()) / float64(r.N)
			if round == 0 || ns < all[i].ns {
				all[i].ns = ns
			}
			if round == 0 || r.AllocsPerOp() < all[i].allocs {
				all[i].allocs = r.AllocsPerOp()
			}
		}
	}
	return all
}

// scanner returns the detectors that are on by default.
func scanner() (*detect.Scanner, error) {
	var set detect.Set
	for _, name := range filter.DefaultDetectors() {
		k, ok := detect.ParseKind(name)
		if !ok {
			return nil, fmt.Errorf("no detector %s", name)
		}
		set |= detect.SetOf(k)
	}
	return detect.New(set, nil), nil
}

// scan returns the operation of looking at a text.
func scan(s *detect.Scanner, text string) func(b *testing.B) {
	return func(b *testing.B) {
		var w detect.Work
		value := []byte(text)
		b.ReportAllocs()
		for b.Loop() {
			if found, _ := s.Scan(&w, value, detect.NoHint); len(found) > 0 {
				b.Fatalf("found %v in a clean text", found)
			}
		}
	}
}

// times are what values take, in ns.
type times struct {
	mean, worst float64
	all, above  int // how many there are; how many take more than mostValue
}

// texts measures clean attribute values of up to 100 bytes, and a clean log body of
// 1 KB, in MB/s.
func texts(out *tabwriter.Writer) (all times, body float64, allocs int64, err error) {
	s, err := scanner()
	if err != nil {
		return times{}, 0, 0, err
	}
	values := cleanValues()
	all.all = len(values)
	var operations []func(b *testing.B)
	for _, v := range append(values, cleanBody()) {
		operations = append(operations, scan(s, v))
	}
	results := measure(operations...)
	for i, v := range values {
		fmt.Fprintf(out, "value of %d bytes\t%.0f ns\t%.40q\n", len(v), results[i].ns, v)
		all.mean += results[i].ns / float64(len(values))
		all.worst = max(all.worst, results[i].ns)
		if results[i].ns > mostValue {
			all.above++
		}
	}
	for _, r := range results {
		allocs += r.allocs
	}
	ns := results[len(values)].ns
	fmt.Fprintf(out, "log body of %d bytes\t%.0f ns\t\n", len(cleanBody()), ns)
	return all, float64(len(cleanBody())) / ns * 1000, allocs, nil
}

// spans measures both filters on the same spans, and returns how many times the
// redaction processor's time is ours, without its decoding and encoding.
func spans(out *tabwriter.Writer) (ratio float64, allocs int64, err error) {
	f, err := filter.New(filter.Options{})
	if err != nil {
		return 0, 0, err
	}
	theirs, err := newRedaction()
	if err != nil {
		return 0, 0, err
	}
	for _, c := range []struct {
		name  string
		every int // one span in so many holds private data; 0: none
	}{{"clean", 0}, {"1 in 20 private", 20}} {
		request, n, err := encodeSpans(c.every)
		if err != nil {
			return 0, 0, err
		}
		r := measure(agent(f, request), theirs.process(request), theirs.codec(request))
		ours, whole, process, per := r[0].ns, r[1].ns, r[1].ns-r[2].ns, float64(n)
		fmt.Fprintf(out, "spans, %s: agent\t%.0f ns a span\t%d allocations in a request of %d spans\n", c.name, ours/per, r[0].allocs, n)
		fmt.Fprintf(out, "spans, %s: redaction processor\t%.0f ns a span\t%.1f times; with decoding and encoding %.0f ns, %.1f times\n", c.name, process/per, process/ours, whole/per, whole/ours)
		if c.every == 0 {
			ratio, allocs = process/ours, r[0].allocs
		}
	}
	return ratio, allocs, nil
}

// agent returns the operation of filtering a request.
func agent(f *filter.Filter, request []byte) func(b *testing.B) {
	buffer := make([]byte, 0, 2*len(request))
	return func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := f.Filter(otlp.Traces, request, buffer); err != nil {
				b.Fatal(err)
			}
		}
	}
}
