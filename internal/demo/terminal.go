package demo

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
)

// Terminal is an OTLP/gRPC server that prints the traces it gets as trees.
type Terminal struct {
	ptraceotlp.UnimplementedGRPCServer
	server *grpc.Server
	out    io.Writer
	style  style

	mu     sync.Mutex
	status string // the live line below the trees
}

// NewTerminal returns a terminal that writes to out, in colour and with a line
// that is rewritten in place if out is a terminal.
func NewTerminal(out io.Writer, colour bool) *Terminal {
	t := &Terminal{server: grpc.NewServer(), out: out, style: style{colour}}
	ptraceotlp.RegisterGRPCServer(t.server, t)
	return t
}

// Start serves on a free port of loopback and returns its address.
func (t *Terminal) Start(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start terminal: %w", err)
	}
	go t.server.Serve(l)
	return l.Addr().String(), nil
}

// Stop ends the server after what is under way.
func (t *Terminal) Stop() { t.server.GracefulStop() }

// Export prints each trace of a request.
func (t *Terminal) Export(_ context.Context, req ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	t.print(req.Traces())
	return ptraceotlp.NewExportResponse(), nil
}

// Status shows line below the traces, in the place of the one before.
func (t *Terminal) Status(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.erase()
	t.status = line
	t.draw()
}

func (t *Terminal) print(traces ptrace.Traces) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.erase()
	for _, tree := range trees(traces) {
		tree.write(t.out, t.style)
	}
	t.draw()
}

// erase and draw rewrite the live line. Without a terminal each is a line of its own.
func (t *Terminal) erase() {
	if t.style.colour && t.status != "" {
		fmt.Fprint(t.out, "\r\x1b[K")
	}
}

func (t *Terminal) draw() {
	switch {
	case t.status == "":
	case t.style.colour:
		fmt.Fprint(t.out, t.status)
	default:
		fmt.Fprintln(t.out, t.status)
		t.status = ""
	}
}
