package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

// TestMain runs the test binary as the agent when it is told so: the same
// program, from outside.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_AS_AGENT") != "" {
		main()
	}
	os.Exit(m.Run())
}

// agentProcess is the command line of an agent in a process of its own.
func agentProcess(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = slices.DeleteFunc(append(os.Environ(), "TEST_AS_AGENT=1"),
		func(v string) bool { return strings.HasPrefix(v, "AGENT_") }) // each would be a setting
	return cmd
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCommandLine(t *testing.T) {
	good := writeFile(t, "export: {jaeger: {endpoint: 'jaeger:4317'}}\n")
	bad := writeFile(t, "filter:\n  mode: off\nsample:\n  rules:\n    - {name: a, ratio: 3}\nrecieve: {}\n")
	badRegex := writeFile(t, "filter:\n  patterns:\n    - {name: a, regex: '('}\n")
	secret := writeFile(t, "export:\n  jaeger: {endpoint: 'j:4317', headers: {authorization: s3cret}}\n")
	for name, tc := range map[string]struct {
		args []string
		env  []string
		code int
		want []string // in standard output or error
		not  string
	}{
		"no command":            {code: 2, want: []string{"usage: agent COMMAND"}},
		"help":                  {args: []string{"help"}, want: []string{"validate", "explain", "--set PATH=VALUE"}},
		"unknown command":       {args: []string{"start"}, code: 2, want: []string{`unknown command "start"`}},
		"unknown flag":          {args: []string{"run", "--conf", "x"}, code: 2, want: []string{"-conf"}},
		"unknown flag, once":    {args: []string{"run", "--conf", "x"}, code: 2, want: []string{"agent run: flag provided but not defined: -conf; see agent run --help\n"}, not: "Usage"},
		"flag without value":    {args: []string{"validate", "--config"}, code: 2, want: []string{"flag needs an argument: -config"}},
		"empty file name":       {args: []string{"run", "--config", ""}, code: 2, want: []string{"--config is empty"}},
		"file without flag":     {args: []string{"validate", good}, code: 2, want: []string{"did you mean --config " + good}},
		"help of a command":     {args: []string{"run", "-h"}, want: []string{"-config"}},
		"version":               {args: []string{"version"}, want: []string{"dev"}},
		"validate defaults":     {args: []string{"validate"}, want: []string{"configuration is valid"}},
		"validate":              {args: []string{"validate", "--config", good}, want: []string{"configuration is valid"}},
		"validate, all at once": {args: []string{"validate", "--config", bad}, code: 2, want: []string{bad + ":2: filter.mode:", bad + ":5: sample.rules[0].ratio:", bad + ":6: recieve:", "receive"}},
		"run refuses":           {args: []string{"run", "--config", bad}, code: 2, want: []string{bad + ":2: filter.mode:"}},
		"bad regex":             {args: []string{"validate", "--config", badRegex}, code: 2, want: []string{badRegex + ":3: filter.patterns[0].regex:"}},
		"room's complaint":      {args: []string{"validate", "--set", "receive.auth.bearer_token_file=/nowhere"}, code: 2, want: []string{"--set: receive.auth.bearer_token_file", "no such file"}},
		"admin's complaint":     {args: []string{"validate", "--set", "admin.auth.bearer_token_file=/nowhere"}, code: 2, want: []string{"admin.auth.bearer_token_file", "/nowhere"}},
		"no such file":          {args: []string{"validate", "--config", "/nowhere.yaml"}, code: 2, want: []string{"/nowhere.yaml"}},
		"variable":              {args: []string{"config"}, env: []string{"AGENT_SAMPLE_HOLD=7s"}, want: []string{"hold: 7s"}},
		"unknown variable":      {args: []string{"validate"}, env: []string{"AGENT_SAMPEL_HOLD=7s"}, code: 2, want: []string{"AGENT_SAMPEL_HOLD"}},
		"flag wins":             {args: []string{"config", "--set", "sample.hold=9s"}, env: []string{"AGENT_SAMPLE_HOLD=7s"}, want: []string{"hold: 9s"}},
		"file by variable":      {args: []string{"config"}, env: []string{"AGENT_CONFIG=" + good}, want: []string{"jaeger:4317"}},
		"secrets masked":        {args: []string{"config", "--config", secret}, want: []string{"[masked]"}, not: "s3cret"},
		"health, no agent":      {args: []string{"health", "--set", "admin.metrics.endpoint=127.0.0.1:1"}, code: 1, want: []string{"ask agent"}},
		"explain, no agent":     {args: []string{"explain", "--set", "admin.endpoint=127.0.0.1:1", strings.Repeat("a", 32)}, code: 1, want: []string{"ask agent"}},
		"demo, backwards":       {args: []string{"demo", "--for", "-3s"}, code: 2, want: []string{"agent demo: --for must not be negative"}},
		"explain, bad id":       {args: []string{"explain", "4bf92f"}, code: 2, want: []string{`TRACE_ID must be 32 hexadecimal digits, got "4bf92f"`}},
		"version, with a word":  {args: []string{"version", "x"}, code: 2, want: []string{`doesn't take "x"`}},
		"explain, no id":        {args: []string{"explain"}, code: 2, want: []string{"agent explain: TRACE_ID is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			code := dispatch(t.Context(), tc.args, environment{env: tc.env, in: strings.NewReader(""), out: &out, err: &out})
			if code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			for _, w := range tc.want {
				contains(t, "output", out.String(), w)
			}
			if tc.not != "" && strings.Contains(out.String(), tc.not) {
				t.Errorf("output shows %q:\n%s", tc.not, out.String())
			}
		})
	}
}

func TestFilterCommand(t *testing.T) {
	const request = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"call alice@example.com"},"attributes":[{"key":"card","value":{"stringValue":"4111 1111 1111 1111"}}]}]}]}]}`
	for name, tc := range map[string]struct {
		args   []string
		sample string
		want   []string
	}{
		"text":            {[]string{"filter"}, "fine\ncard 4111 1111 1111 1111, mail alice@example.com\n", []string{"line 2", "card by", "email by", "result: card [card], mail [email]"}},
		"clean text":      {[]string{"filter"}, "order 1234 filled at 1.0842\n", []string{"nothing found"}},
		"request":         {[]string{"filter"}, request, []string{"logs log.body", "result: call [email]", "log.attribute.value, card"}},
		"request as JSON": {[]string{"filter", "--json"}, request, []string{`"result":"call [email]"`, `"detector":"email"`}},
		"not a request":   {[]string{"filter"}, `{"user": "alice@example.com"}`, []string{"line 1", "[email]"}},
	} {
		var out bytes.Buffer
		if code := dispatch(t.Context(), tc.args, environment{in: strings.NewReader(tc.sample), out: &out, err: &out}); code != 0 {
			t.Errorf("%s: exit code %d", name, code)
		}
		for _, w := range tc.want {
			contains(t, name, out.String(), w)
		}
	}
}

func TestHealthAndExplainAskTheRunningAgent(t *testing.T) {
	b := newBackend(t, "")
	a := start(t, keepAll(b.addr))
	td := makeSpans(1, nil)
	a.sendTraces(t, td)
	testkit.Eventually(t, "the span at the backend", func() bool { return b.spans() == 1 })
	id := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).TraceID().String()
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"health":  {[]string{"health", "--set", "admin.metrics.endpoint=" + a.addresses()["metrics"]}, ""},
		"live":    {[]string{"health", "--live", "--set", "admin.metrics.endpoint=" + a.addresses()["metrics"]}, ""},
		"explain": {[]string{"explain", "--set", "admin.endpoint=" + a.addresses()["admin"], id}, `"verdict": "kept"`},
	} {
		var out bytes.Buffer
		if code := dispatch(t.Context(), tc.args, environment{out: &out, err: &out}); code != 0 {
			t.Errorf("%s: exit code %d: %s", name, code, out.String())
		}
		contains(t, name, out.String(), tc.want)
	}
}

// TestSignals starts the agent as a process: SIGTERM drains it and it exits with
// 0, after a closing line.
func TestSignals(t *testing.T) {
	b := newBackend(t, "")
	file := writeFile(t, freePorts+strings.Replace(keepAll(b.addr), "grace: 1ms", "grace: 1h, hold: 1h", 1))
	cmd := agentProcess(t, "run", "--config", file, "--set", "export.prometheus.scrape.endpoint=127.0.0.1:0")
	log := new(testkit.Buffer)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	listens := regexp.MustCompile(`"otlp_grpc":"([^"]+)"`)
	testkit.Eventually(t, "the agent to listen", func() bool { return listens.MatchString(log.String()) })
	sendTo(t, listens.FindStringSubmatch(log.String())[1], makeSpans(5, nil))
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("exit: %v\n%s", err, log)
	}
	if n := b.spans(); n != 5 {
		t.Errorf("%d spans at the backend, want 5", n)
	}
	contains(t, "start", log.String(), "data is held in memory")
	if n := strings.Count(log.String(), "signal has no destination"); n != 0 {
		t.Errorf("%d signals are said to have no destination; all have one", n)
	}
	contains(t, "log", log.String(), `"cause":"terminated signal received"`)
	contains(t, "log", log.String(), `"msg":"agent stopped"`)
}

// TestSignalWithoutDestination: the defaults have nowhere to send traces and logs.
func TestSignalWithoutDestination(t *testing.T) {
	cmd := agentProcess(t, "run", "--config", writeFile(t, freePorts), "--set", "export.prometheus.scrape.endpoint=127.0.0.1:0")
	log := new(testkit.Buffer)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for _, signal := range []string{"traces", "logs"} {
		testkit.Eventually(t, "the warning about "+signal, func() bool {
			return strings.Contains(log.String(), `counted as lost","signal":"`+signal+`"`)
		})
	}
	if strings.Contains(log.String(), `counted as lost","signal":"metrics"`) {
		t.Error("metrics go to the scrape page, but are said to have no destination")
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
}

func TestPortInUse(t *testing.T) {
	a := start(t, "")
	var out bytes.Buffer
	code := dispatch(context.Background(), []string{"run", "--config", writeFile(t, freePorts), "--set", "export.prometheus.scrape.endpoint=127.0.0.1:0", "--set", "receive.protocols.grpc.endpoint=" + a.addresses()["otlp_grpc"]},
		environment{out: &out, err: &out})
	if code != exitFault {
		t.Errorf("exit code %d", code)
	}
	contains(t, "output", out.String(), "address already in use")
	var own bytes.Buffer
	code = dispatch(context.Background(), []string{"run", "--config", writeFile(t, freePorts), "--set", "export.prometheus.scrape.endpoint=" + a.addresses()["scrape"]},
		environment{out: &own, err: &own})
	if code != exitFault {
		t.Errorf("exit code %d", code)
	}
	contains(t, "output", own.String(), "export.prometheus.scrape.endpoint: listen on "+a.addresses()["scrape"])
	contains(t, "output", own.String(), "is an agent running already?")
}
