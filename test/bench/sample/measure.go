package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// The load, in simulated time.
const (
	rate   = 20_000 // spans a second
	steady = 20 * time.Second
	settle = 3 * time.Second // after the first verdicts
)

// figures of one side in one process.
type figures struct {
	CPU       float64 `json:"cpu"`      // ns a span, of all threads: collection of garbage, too
	Allocs    float64 `json:"allocs"`   // a span
	Live      float64 `json:"live"`     // bytes after a collection, a span that is held
	Resident  float64 `json:"resident"` // bytes the process grew by at most, a span that is held
	Kept      float64 `json:"kept"`     // share of the spans
	HeldSpans float64 `json:"held_spans"`
}

// inChild measures a side in a process of its own, so that its memory is its own.
func inChild(name string, hold time.Duration) (f figures, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	cmd := exec.Command(self, "-side", name, "-hold", hold.String())
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return f, fmt.Errorf("measure %s: %w", name, err)
	}
	return f, json.NewDecoder(bytes.NewReader(out)).Decode(&f) // the framework's own words follow
}

// child measures a side in simulated time, prints the figures and ends the process.
// Simulated time is had inside of a test only, so the measurement is one.
func child(name string, hold time.Duration) {
	test := testing.InternalTest{Name: name, F: func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			create := sides()[name]
			if create == nil {
				t.Fatalf("no side %q", name)
			}
			f, err := measure(create, hold)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.NewEncoder(os.Stdout).Encode(f); err != nil {
				t.Fatal(err)
			}
		})
	}}
	testing.Main(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{test}, nil, nil)
}

func measure(create func(time.Duration) (side, error), hold time.Duration) (f figures, err error) {
	l, err := newLoad()
	if err != nil {
		return f, err
	}
	runtime.GC()
	before, err := resident("VmRSS")
	if err != nil {
		return f, err
	}
	s, err := create(hold)
	if err != nil {
		return f, err
	}
	if err := feed(s, l, hold+settle); err != nil {
		return f, err
	}
	start, kept := usage(), s.kept()
	if err := feed(s, l, steady); err != nil {
		return f, err
	}
	end, spans := usage(), float64(rate*int(steady/time.Second))
	held := float64(rate) * hold.Seconds()
	f.CPU, f.Allocs = float64(end.cpu-start.cpu)/spans, float64(end.allocs-start.allocs)/spans
	f.Kept, f.HeldSpans = float64(s.kept()-kept)/spans, held
	peak, err := resident("VmHWM")
	if err != nil {
		return f, err
	}
	f.Resident = float64(peak-before) / held
	runtime.GC()
	f.Live = float64(int64(usage().heap)+s.outside()) / held
	runtime.KeepAlive(l)
	return f, s.stop()
}

// feed sends spans for a simulated time.
func feed(s side, l *load, d time.Duration) error {
	const step = time.Second * batchSpans / rate
	for range d / step {
		time.Sleep(step)
		if err := s.take(l.request()); err != nil {
			return err
		}
	}
	return nil
}

type used struct {
	cpu          time.Duration
	allocs, heap uint64
}

func usage() used {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r) // fails for a bad argument only
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return used{time.Duration(r.Utime.Nano() + r.Stime.Nano()), m.Mallocs, m.HeapAlloc}
}

// resident reads a size of the process from /proc/self/status, in bytes.
func resident(field string) (int64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), field+":"); ok {
			var kib int64
			_, err := fmt.Sscanf(rest, "%d kB", &kib)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no %s in /proc/self/status", field)
}

// parseFlags returns the side to measure, empty in the parent.
func parseFlags() (name string, hold time.Duration) {
	testing.Init()
	flag.StringVar(&name, "side", "", "measure one side in this process and print the figures as JSON")
	flag.DurationVar(&hold, "hold", 5*time.Second, "how long spans are held, for -side")
	flag.Parse()
	return name, hold
}
