package main

import (
	"context"
	"embed"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"
)

//go:embed agent.yaml collector.yaml
var configs embed.FS

// memoryLimit is what each process is told to stay below, in MiB.
const memoryLimit = 512

// subject is a program under measurement.
type subject struct {
	name   string
	binary string
	args   []string // before the path of its configuration
	config string   // a template over ports
	env    []string
}

// ports are the addresses that a subject listens on and sends to.
type ports struct {
	OTLP, Scrape, Metrics, Admin, Sink string
	MemoryMiB                          int
}

func agentSubject(binary string) subject {
	return subject{name: "agent", binary: binary, args: []string{"run", "--config"}, config: "agent.yaml"}
}

// The Collector's documentation asks for GOMEMLIMIT beside the memory limiter.
func collectorSubject(binary string) subject {
	return subject{name: "Collector", binary: binary, args: []string{"--config"}, config: "collector.yaml",
		env: []string{fmt.Sprintf("GOMEMLIMIT=%dMiB", memoryLimit*8/10)}}
}

// running is a started subject.
type running struct {
	cmd    *exec.Cmd
	ports  ports
	folder string
	stderr *os.File
}

// start runs a subject with its configuration on free ports, and waits until it
// can be scraped.
func (s subject) start(ctx context.Context, sink string) (r *running, err error) {
	r = &running{ports: ports{Sink: sink, MemoryMiB: memoryLimit}}
	if err := freePorts(&r.ports.OTLP, &r.ports.Scrape, &r.ports.Metrics, &r.ports.Admin); err != nil {
		return nil, err
	}
	if r.folder, err = os.MkdirTemp("", "bench-agent"); err != nil {
		return nil, err
	}
	config := filepath.Join(r.folder, s.config)
	if err := render(s.config, config, r.ports); err != nil {
		return nil, err
	}
	if r.stderr, err = os.Create(filepath.Join(r.folder, "stderr")); err != nil {
		return nil, err
	}
	r.cmd = exec.CommandContext(ctx, s.binary, append(s.args, config)...)
	// The agent reads variables that begin so as settings.
	r.cmd.Env = slices.DeleteFunc(append(os.Environ(), s.env...), func(v string) bool { return strings.HasPrefix(v, "AGENT_") })
	r.cmd.Stderr = r.stderr
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if scrape(r.ports.Scrape) == nil && listens(r.ports.OTLP) {
			return r, nil
		}
	}
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	return nil, fmt.Errorf("not ready within 20 s:\n%s", r.errors())
}

// stop ends the process as an orchestrator does, and removes its files.
func (r *running) stop() error {
	defer os.RemoveAll(r.folder)
	defer r.stderr.Close()
	_ = r.cmd.Process.Signal(os.Interrupt)
	if err := r.cmd.Wait(); err != nil {
		return fmt.Errorf("ended: %w:\n%s", err, r.errors())
	}
	return nil
}

// errors is what the process wrote to stderr.
func (r *running) errors() string {
	text, err := os.ReadFile(r.stderr.Name())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func render(name, path string, p ports) error {
	t, err := template.ParseFS(configs, name)
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := t.Execute(f, p); err != nil {
		return err
	}
	return f.Close()
}

// scrape asks for the page of metrics, as Prometheus would.
func scrape(address string) error {
	resp, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("scrape %s: status %d", address, resp.StatusCode)
	}
	return nil
}

func listens(address string) bool {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	return c.Close() == nil
}

// freePorts sets loopback addresses that nothing listens on. All are taken before
// one is given back, as a port that was given back can be the next one taken.
func freePorts(addresses ...*string) error {
	for _, address := range addresses {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		*address = l.Addr().String()
	}
	return nil
}
