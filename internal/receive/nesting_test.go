package receive

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// An AnyValue nested two million deep, compressed to a few kilobytes, is refused
// on both ports, and the process lives on in little memory. The server is a process
// of its own: an overflow of the stack can't be recovered.
func TestDeepNesting(t *testing.T) {
	c := startChild(t)
	bodies := map[string][]byte{typeProtobuf: nestedProtobuf(nesting), typeJSON: nestedJSON(nesting)}
	for _, compressor := range []string{"gzip", "zstd"} {
		compressed := map[string][]byte{} // before the server's clock runs
		for contentType, body := range bodies {
			compressed[contentType] = compressors(t)[compressor](body)
		}
		_, err := call(t.Context(), dial(t, c.grpc, plaintext(), sendsAs(compressor)), methods[otlp.Traces], compressed[typeProtobuf])
		if status.Code(err) != codes.InvalidArgument {
			t.Errorf("gRPC %s: %v, want InvalidArgument", compressor, err)
		}
		for contentType, body := range compressed {
			resp, answer := post(t, "http://"+c.http+"/v1/traces", contentType, compressor, body)
			if resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(answer), "too deep") {
				t.Errorf("%s %s: %s %q, want 400", contentType, compressor, resp.Status, answer)
			}
		}
	}
	encoded, text := fixtures(t)
	if _, err := call(t.Context(), dial(t, c.grpc), methods[otlp.Traces], encoded[otlp.Traces]); err != nil {
		t.Errorf("gRPC doesn't serve afterwards: %v", err)
	}
	if resp, _ := post(t, "http://"+c.http+"/v1/traces", typeJSON, "", text[otlp.Traces]); resp.StatusCode != http.StatusOK {
		t.Errorf("HTTP doesn't serve afterwards: %s", resp.Status)
	}
	if peak := c.peakMiB(t); peak > childPeakMiB {
		t.Errorf("resident memory peaked at %d MiB, want at most %d", peak, childPeakMiB)
	}
}

// nestedProtobuf returns a traces request whose resource has an attribute with
// depth array values in each other. It is written from its end.
func nestedProtobuf(depth int) []byte {
	const room = 10 // two tags and two lengths
	b := make([]byte, room*(depth+10))
	at := len(b)
	wrap := func(field protowire.Number) {
		head := protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.BytesType), uint64(len(b)-at))
		at -= len(head)
		copy(b[at:], head)
	}
	for range depth {
		wrap(1) // ArrayValue.values
		wrap(5) // AnyValue.array_value
	}
	wrap(2) // KeyValue.value
	wrap(1) // Resource.attributes
	wrap(1) // ResourceSpans.resource
	wrap(1) // ExportTraceServiceRequest.resource_spans
	return b[at:]
}

func nestedJSON(depth int) []byte {
	return []byte(`{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":` +
		strings.Repeat(`{"arrayValue":{"values":[`, depth) + `{}` + strings.Repeat(`]}}`, depth) + `}]}}]}`)
}

const (
	childEnv   = "RECEIVE_TEST_CHILD"
	childLimit = 64 << 20 // the JSON is 56 MB long
)

// child is a receiver in a process of its own.
type child struct {
	grpc, http string
	pid        int
}

func startChild(t *testing.T) child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=1", "GOMEMLIMIT=192MiB")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close() // tells it to end
		if err := cmd.Wait(); err != nil {
			t.Errorf("child: %v", err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c := child{pid: cmd.Process.Pid}
	if _, err := fmt.Sscan(line, &c.grpc, &c.http); err != nil {
		t.Fatal(err)
	}
	return c
}

// peakMiB is the child's largest resident memory so far.
func (c child) peakMiB(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kib >> 10
}

// checker is an Acceptor that validates as the agent does, and decodes nothing.
type checker struct{ schema *otlp.Schema }

func (c checker) Accept(_ context.Context, sig otlp.Signal, b []byte) (int, error) {
	counts, err := otlp.NewWalker(c.schema, otlp.Limits{}).Check(sig, b)
	return counts.Rejected, err
}

// runChild serves until its input is closed, if this process is a child.
func runChild() bool {
	if os.Getenv(childEnv) == "" {
		return false
	}
	debug.SetMaxStack(16 << 20)
	r, err := New(Options{
		Settings: bothOn(), MaxRequestBytes: childLimit, Acceptor: checker{otlp.NewSchema()},
		Admission: &fakeAdmission{budget: 4 << 30}, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err == nil {
		err = r.Start(context.Background())
	}
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Addrs())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := r.Shutdown(context.Background()); err != nil {
		panic(err)
	}
	return true
}
