package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// scrapeEvery is how often the page of metrics is asked for: the compose stack's
// interval.
const scrapeEvery = 5 * time.Second

// result is one measurement.
type result struct {
	microsPerSpan float64 // CPU time
	peakMiB       float64 // resident memory
	keptShare     float64 // of the spans, delivered
	rate          float64 // spans a second that were answered OK
	late          int64   // requests that couldn't be sent in time
}

func (r result) String() string {
	return fmt.Sprintf("%.2f µs a span, %.0f MiB, %.1f %% delivered, %.0f spans/s, %d requests late",
		r.microsPerSpan, r.peakMiB, 100*r.keptShare, r.rate, r.late)
}

// check says when a subject didn't do the job: rules that keep something else, a
// destination that refuses, a load that it can't take.
func (r result) check() error {
	if r.keptShare < 0.09 || r.keptShare > 0.15 {
		return fmt.Errorf("%.1f %% of the spans were delivered, want about 12", 100*r.keptShare)
	}
	return nil
}

// sample is what is read at both ends of a measurement.
type sample struct {
	at   time.Time
	cpu  time.Duration
	sent int64
	kept int64
}

// measure starts the subject, loads it, and reads its CPU clock around the window.
func (p plan) measure(ctx context.Context, s subject, requests []request, out *sink, seed uint64) (r result, err error) {
	process, err := s.start(ctx, out.address)
	if err != nil {
		return r, err
	}
	defer func() {
		if p.verbose {
			fmt.Fprint(os.Stderr, process.errors())
		}
		if stopErr := process.stop(); err == nil {
			err = stopErr
		}
	}()
	l, err := newLoad(process.ports.OTLP, requests)
	if err != nil {
		return r, err
	}
	defer l.client.Close()
	loadCtx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.run(loadCtx, p.rate, seed)
	}()
	first, last, err := p.watch(ctx, process, l, out)
	cancel()
	<-ended
	if err != nil {
		return r, err
	}
	peak, err := peakMemory(process.cmd.Process.Pid)
	if err != nil {
		return r, err
	}
	spans := float64(last.sent - first.sent)
	if spans == 0 {
		return r, fmt.Errorf("no request was answered:\n%s", process.errors())
	}
	r = result{
		microsPerSpan: float64((last.cpu - first.cpu).Nanoseconds()) / 1e3 / spans,
		peakMiB:       float64(peak) / (1 << 20),
		keptShare:     float64(last.kept-first.kept) / spans,
		rate:          spans / last.at.Sub(first.at).Seconds(),
		late:          l.late.Load(),
	}
	if leaked := out.leaked.Swap(0); leaked > 0 {
		err = fmt.Errorf("%d spans came with personal data in them", leaked)
	}
	return r, errors.Join(err, l.check(), r.check())
}

// watch waits through warm-up and window, scrapes meanwhile, and reads the counters
// at both ends of the window.
func (p plan) watch(ctx context.Context, process *running, l *load, out *sink) (first, last sample, err error) {
	read := func() (sample, error) {
		cpu, err := cpuTime(process.cmd.Process.Pid)
		return sample{at: time.Now(), cpu: cpu, sent: l.sent.Load(), kept: out.spans.Load()}, err
	}
	scrapes := time.NewTicker(scrapeEvery)
	defer scrapes.Stop()
	begin, end := time.After(p.warmUp), time.After(p.warmUp+p.window)
	for {
		select {
		case <-ctx.Done():
			return first, last, ctx.Err()
		case <-scrapes.C:
			if err := scrape(process.ports.Scrape); err != nil {
				return first, last, err
			}
		case <-begin:
			if first, err = read(); err != nil {
				return first, last, err
			}
		case <-end:
			last, err = read()
			return first, last, err
		}
	}
}
