package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/test/integration/seeded"
	"github.com/drl-trading/telemetry-agent/test/integration/sink"
	"github.com/drl-trading/telemetry-agent/test/integration/stack"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// echo is a backend that puts what it is sent into its errors.
type echo struct {
	ptraceotlp.UnimplementedGRPCServer
}

func (*echo) Export(_ context.Context, r ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	b, _ := r.MarshalJSON()
	return ptraceotlp.NewExportResponse(), status.Error(codes.InvalidArgument, fmt.Sprintf("cannot take %.4000s", b))
}

func newEcho(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0") // the agent's container comes over Docker's bridge
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	ptraceotlp.RegisterGRPCServer(s, &echo{})
	go s.Serve(l)
	t.Cleanup(s.Stop)
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

// TestHostileClientAndBackend: neither what clients send that is no telemetry nor
// what a backend says comes out again, and the agent goes on within its memory.
func TestHostileClientAndBackend(t *testing.T) {
	t.Parallel()
	config := strings.Replace(agentConfig(sink.New(t).Port), "  otlp:\n",
		"  otlp:\n    - {name: echo, endpoint: \"log-destination:"+newEcho(t)+"\", tls: {insecure: true}, signals: [traces]}\n", 1)
	r := up(t, config, "http,database")
	script, err := os.ReadFile("testdata/hostile.py")
	if err != nil {
		t.Fatal(err)
	}
	const secret = "4242-4242-4242-4242"
	secrets := seeded.Values{"card": secret}
	answers := map[string]string{}
	if err := json.Unmarshal([]byte(r.python(t, string(script), secret)), &answers); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"malformed JSON": "400 ", "JSON of a wrong type": "400 ", "JSON with a wrong id": "400 ", "not protobuf": "400 ",
		"wrong content type": "415 ", "wrong path": "404 ", "broken gzip": "400 ", "unknown encoding": "415 ",
		"too large": "400 ", "expands to too much": "400 ", "too large by gRPC": "RESOURCE_EXHAUSTED ", "garbage by gRPC": "INVALID_ARGUMENT ",
		"200000 deep": "400 ", "2000000 deep": "400 ", "200000 deep by gRPC": "INVALID_ARGUMENT ", "2000000 deep by gRPC": "RESOURCE_EXHAUSTED ",
		"garbage on 4317": "", "garbage on 4318": "", "half a request on 4317": "", "half a request on 4318": "",
	} {
		answer, asked := answers[name]
		if !asked || !strings.HasPrefix(answer, want) {
			t.Errorf("%s: answered %q, want %s", name, answer, want)
		}
		checkNone(t, secrets, name, name+": "+answer)
	}
	get(t, r.service+"/leak?card="+secret)
	stacktest.Eventually(t, "the trace that follows in Jaeger", func() bool {
		traces, _ := r.traces(t)
		return countRule(traces, "errors") == 1
	})
	stacktest.Eventually(t, "the echoing backend's refusal to be counted", func() bool {
		return strings.Contains(get(t, r.metrics+"/metrics"), `agent_export_failures_total{code="invalid_argument",destination="echo",signal="traces"}`)
	})
	checkNone(t, secrets, "the agent's log", r.logs(t, "agent"))
	checkNone(t, secrets, "the agent's metrics", get(t, r.metrics+"/metrics"))
	checkNone(t, secrets, "/status", r.inPod(t, "http://127.0.0.1:8887/status"))
	if n := strings.Count(r.logs(t, "agent"), "agent started"); n != 1 {
		t.Errorf("the agent started %d times", n)
	}
}

// TestBadConfigurationEndsTheContainer: exit code 2, and the line.
func TestBadConfigurationEndsTheContainer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"log:\n  level: loud\n":            "/agent.yaml:2: log.level: must be one of",
		"log: {level: info}\n\tsample: {}": "/agent.yaml:2: isn't YAML",
	} {
		code, log, err := stack.RunToEnd(t.Context(), testcontainers.ContainerRequest{
			Image: "telemetry-agent:dev", Cmd: []string{"run", "--config", "/agent.yaml"},
			Files: []testcontainers.ContainerFile{{Reader: strings.NewReader(text), ContainerFilePath: "/agent.yaml", FileMode: 0o644}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if code != 2 || !strings.Contains(log, want) {
			t.Errorf("exit code %d, want 2 and %q:\n%s", code, want, log)
		}
	}
}
