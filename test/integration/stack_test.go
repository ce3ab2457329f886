// Package integration proves the agent against the real Jaeger, the real
// Prometheus and the real Python SDK, in containers.
package integration

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/testcontainers/testcontainers-go/exec"

	"github.com/drl-trading/telemetry-agent/test/integration/seeded"
	"github.com/drl-trading/telemetry-agent/test/integration/stack"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// running is a stack of one test, with the addresses of its ports.
type running struct {
	*stack.Stack
	service, scrape, metrics, jaeger, prometheus string
}

// up starts a stack with the agent's configuration and the service's choice of
// semantic conventions, until the test ends. Further compose files may add to it.
func up(t *testing.T, agentConfig, semconv string, files ...string) *running {
	t.Helper()
	s, err := stack.New(stack.Options{
		Project: "agent-test-" + seeded.Hex(4),
		Files:   append([]string{"../../deploy/compose/compose.yaml", "testdata/override.yaml"}, files...),
		Env: map[string]string{
			"STACK_AGENT_CONFIG": stacktest.ConfigFile(t, agentConfig), "OTEL_SEMCONV_STABILITY_OPT_IN": semconv,
			"STACK_SERVICE_PORT": "0", "STACK_SCRAPE_PORT": "0", "STACK_METRICS_PORT": "0",
			"STACK_JAEGER_PORT": "0", "STACK_PROMETHEUS_PORT": "0",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &running{Stack: s}
	stacktest.RemoveAtEnd(t, s, "agent")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	if err := s.Up(ctx); err != nil {
		t.Fatalf("%v\nagent's log:\n%s", err, r.logs(t, "agent"))
	}
	for _, p := range []struct {
		to            *string
		service, port string
	}{
		{&r.service, "agent", "8080"}, {&r.scrape, "agent", "9464"}, {&r.metrics, "agent", "8888"},
		{&r.jaeger, "jaeger", "16686"}, {&r.prometheus, "prometheus", "9090"},
	} {
		if *p.to, err = s.URL(ctx, p.service, p.port); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// logs is all that a container of the stack has written.
func (r *running) logs(t *testing.T, service string) string {
	t.Helper()
	return stacktest.Logs(r.Stack, service)
}

// inPod asks an address that is only listened on in the pod's own network.
func (r *running) inPod(t *testing.T, address string) string {
	t.Helper()
	return r.inPodOf(t, "service", address)
}

// inPodOf does so in the pod of another service.
func (r *running) inPodOf(t *testing.T, service, address string) string {
	t.Helper()
	return r.pythonIn(t, service, fmt.Sprintf("import urllib.request; print(urllib.request.urlopen(%q, timeout=5).read().decode())", address))
}

// python runs a script in the service's container and returns what it prints.
func (r *running) python(t *testing.T, script string, args ...string) string {
	t.Helper()
	return r.pythonIn(t, "service", script, args...)
}

func (r *running) pythonIn(t *testing.T, service, script string, args ...string) string {
	t.Helper()
	c, err := r.Container(t.Context(), service)
	if err != nil {
		t.Fatal(err)
	}
	code, out, err := c.Exec(t.Context(), append([]string{"python3", "-c", script}, args...), exec.Multiplexed())
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(out)
	if err != nil || code != 0 {
		t.Fatalf("run in the pod: exit code %d, %v: %s", code, err, b)
	}
	return string(b)
}

// do sends one request and returns the answer, whatever its status.
func do(t *testing.T, method, address string, form url.Values) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return stacktest.Answer(t, req)
}

func get(t *testing.T, address string) string { t.Helper(); return do(t, http.MethodGet, address, nil) }
