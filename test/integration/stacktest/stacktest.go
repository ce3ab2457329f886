// Package stacktest is what tests of stacks have in common.
package stacktest

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/test/integration/poll"
	"github.com/drl-trading/telemetry-agent/test/integration/stack"
)

// ConfigFile writes an agent's configuration to a file of the test's own that the agent, another user, can read.
func ConfigFile(t *testing.T, config string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "agent.yaml")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// Eventually polls until is says true: what is waited for lies in other processes.
func Eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	EventuallyElse(t, func() string { return what }, is)
}

// EventuallyElse is Eventually for what is best told by how far it came: what is called when it doesn't come.
func EventuallyElse(t *testing.T, what func() string, is func() bool) {
	t.Helper()
	if err := poll.Until(t.Context(), func() (bool, error) { return is(), nil }); err != nil {
		t.Fatalf("%v: %s", err, what())
	}
}

// Answer sends a request and returns the body of the answer, whatever its status.
func Answer(t *testing.T, req *http.Request) string {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Logs is all that a container of the stack has written; it also works while the test cleans up.
func Logs(s *stack.Stack, service string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	text, err := s.Logs(ctx, service)
	if err != nil {
		return err.Error()
	}
	return text
}

// RemoveAtEnd takes the stack down when the test ends, and shows what the named services wrote if it failed.
func RemoveAtEnd(t *testing.T, s *stack.Stack, services ...string) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if t.Failed() {
			for _, service := range services {
				t.Logf("%s's log:\n%s", service, tail(Logs(s, service)))
			}
		}
		if err := s.Down(ctx); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func tail(text string) string { return text[max(0, len(text)-8000):] }
