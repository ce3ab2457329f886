// Command figures measures what the agent costs when it has nothing to do: the
// size of its binary, its memory, and the time from exec to the first accepted
// connection and to the first accepted request.
//
//	go run ./test/figures build/agent
package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: figures AGENT-BINARY")
		os.Exit(2)
	}
	if err := measure(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

// rounds is how often the agent is started; the median is printed.
const rounds = 7

// settle is how long an idle agent runs before its memory is read.
const settle = 3 * time.Second

func measure(binary string) error {
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	var connects, accepts []time.Duration
	var memory int64
	for i := range rounds {
		r, err := start(binary)
		if err != nil {
			return err
		}
		connects, accepts = append(connects, r.connect), append(accepts, r.accept)
		if i == rounds-1 {
			time.Sleep(settle)
			if memory, err = residentKiB(r.cmd.Process.Pid); err != nil {
				return err
			}
		}
		_ = r.cmd.Process.Signal(syscall.SIGTERM)
		if err := r.cmd.Wait(); err != nil {
			return fmt.Errorf("agent ended: %w: %s", err, r.stderr)
		}
	}
	slices.Sort(connects)
	slices.Sort(accepts)
	fmt.Printf("binary                        %6.1f MB   (at most 30)\n", float64(info.Size())/1e6)
	fmt.Printf("idle memory (VmRSS)           %6.1f MiB  (at most 30)\n", float64(memory)/1024)
	fmt.Printf("exec to accepted connection   %6.1f ms   (at most 100; median of %d)\n", ms(connects[rounds/2]), rounds)
	fmt.Printf("exec to accepted request      %6.1f ms\n", ms(accepts[rounds/2]))
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

type run struct {
	cmd             *exec.Cmd
	stderr          *bytes.Buffer
	connect, accept time.Duration
}

func start(binary string) (run, error) {
	grpc, http := freePort(), freePort()
	r := run{stderr: new(bytes.Buffer)}
	r.cmd = exec.Command(binary, "run",
		"--set", "receive.protocols.grpc.endpoint="+grpc, "--set", "receive.protocols.http.endpoint="+http,
		"--set", "export.prometheus.scrape.endpoint="+freePort(), "--set", "admin.endpoint="+freePort(),
		"--set", "admin.metrics.endpoint="+freePort())
	r.cmd.Stderr = r.stderr
	begin := time.Now()
	if err := r.cmd.Start(); err != nil {
		return r, err
	}
	for time.Since(begin) < 10*time.Second {
		if r.connect == 0 {
			c, err := net.Dial("tcp", grpc)
			if err != nil {
				continue
			}
			c.Close()
			r.connect = time.Since(begin)
		}
		if accepted(http) {
			r.accept = time.Since(begin)
			return r, nil
		}
	}
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	return r, fmt.Errorf("no connection within 10 s: %s", r.stderr)
}

// accepted sends an empty request, which is valid.
func accepted(endpoint string) bool {
	resp, err := http.Post("http://"+endpoint+"/v1/traces", "application/x-protobuf", http.NoBody)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func freePort() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func residentKiB(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 10, 64)
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", pid)
}
