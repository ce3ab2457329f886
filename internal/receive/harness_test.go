package receive

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

func TestMain(m *testing.M) {
	if runChild() {
		return
	}
	goleak.VerifyTestMain(m)
}

// accepted is one request as the Acceptor saw it.
type accepted struct {
	sig  otlp.Signal
	body []byte
}

// fakeAcceptor remembers requests and answers as told.
type fakeAcceptor struct {
	mu       sync.Mutex
	requests []accepted
	answer   func(ctx context.Context, b []byte) (int, error)
}

func (f *fakeAcceptor) Accept(ctx context.Context, sig otlp.Signal, b []byte) (int, error) {
	f.mu.Lock()
	f.requests = append(f.requests, accepted{sig, bytes.Clone(b)})
	f.mu.Unlock()
	if f.answer != nil {
		return f.answer(ctx, b)
	}
	return 0, nil
}

func (f *fakeAcceptor) take() []accepted {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer func() { f.requests = nil }()
	return f.requests
}

// fakeAdmission counts what is leased, and refuses beyond its budget.
type fakeAdmission struct {
	budget     int64
	used, peak atomic.Int64
}

type unavailable struct{}

func (unavailable) Error() string             { return "budget is used up" }
func (unavailable) RetryDelay() time.Duration { return time.Second }

func (f *fakeAdmission) Work(ctx context.Context, n int64) (func(int64), error) {
	return f.Read(ctx, n)
}

func (f *fakeAdmission) Read(_ context.Context, n int64) (func(int64), error) {
	used := f.used.Add(n)
	if used > f.budget {
		f.used.Add(-n)
		return nil, unavailable{}
	}
	for p := f.peak.Load(); used > p && !f.peak.CompareAndSwap(p, used); p = f.peak.Load() {
		// another request moved it
	}
	return func(back int64) {
		back = min(back, n)
		n -= back
		f.used.Add(-back)
	}, nil
}

// harness is a running receiver.
type harness struct {
	*Receiver
	acceptor  *fakeAcceptor
	admission *fakeAdmission
	log       *testkit.Buffer
	grpc      string
	http      string
}

const testLimit = 1 << 20

// start runs a receiver on free ports; change may alter its options.
func start(t testing.TB, change func(*Options)) *harness {
	t.Helper()
	h := &harness{acceptor: &fakeAcceptor{}, admission: &fakeAdmission{budget: 64 << 20}, log: &testkit.Buffer{}}
	o := Options{
		Settings: map[string]any{"protocols": map[string]any{
			"grpc": map[string]any{"endpoint": "127.0.0.1:0"},
			"http": map[string]any{"endpoint": "127.0.0.1:0"},
		}},
		MaxRequestBytes: testLimit,
		Acceptor:        h.acceptor,
		Admission:       h.admission,
		Logger:          slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&o)
	}
	var err error
	if h.Receiver, err = New(o); err != nil {
		t.Fatal(err)
	}
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.grpc, h.http = h.Addrs()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if used := h.admission.used.Load(); used != 0 {
			t.Errorf("%d bytes of the budget were not given back", used)
		}
	})
	return h
}

// raw is a client codec that sends and receives bytes as they are.
type raw struct{}

func (raw) Name() string { return "proto" }
func (raw) Marshal(v any) ([]byte, error) {
	b, ok := v.([]byte)
	if !ok {
		return nil, fmt.Errorf("marshal %T", v)
	}
	return b, nil
}

func (raw) Unmarshal(data []byte, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("unmarshal %T", v)
	}
	*b = data
	return nil
}

var _ encoding.Codec = raw{}

var methods = [otlp.NumSignals]string{
	otlp.Traces:  "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
	otlp.Metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
	otlp.Logs:    "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}

func plaintext() grpc.DialOption { return grpc.WithTransportCredentials(insecure.NewCredentials()) }

// asIs claims to be a compressor and compresses nothing.
type asIs string

func (a asIs) Type() string                 { return string(a) }
func (asIs) Do(w io.Writer, p []byte) error { _, err := w.Write(p); return err }

// sendsAs makes a client send bytes as they are under the name of an encoding.
func sendsAs(encoding string) grpc.DialOption {
	//lint:ignore SA1019 the registered compressors of the process can't be broken for one client
	return grpc.WithCompressor(asIs(encoding))
}

// allocated returns the bytes that fn allocated, on all goroutines.
func allocated(fn func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// dial returns a connection that ends with the test.
func dial(t testing.TB, address string, o ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	if len(o) == 0 {
		o = append(o, plaintext())
	}
	c, err := grpc.NewClient("passthrough:///"+address, o...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// call sends b by gRPC.
func call(ctx context.Context, c *grpc.ClientConn, method string, b []byte, o ...grpc.CallOption) ([]byte, error) {
	var reply []byte
	err := c.Invoke(ctx, method, b, &reply, append(o, grpc.ForceCodec(raw{}))...)
	return reply, err
}

// post sends body by HTTP and returns the answer.
func post(t testing.TB, url, contentType, contentEncoding string, body []byte) (*http.Response, []byte) {
	t.Helper()
	return do(t, http.DefaultClient, http.MethodPost, url, body, map[string]string{"Content-Type": contentType, "Content-Encoding": contentEncoding})
}

func do(t testing.TB, client *http.Client, method, url string, body []byte, header map[string]string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		if v != "" {
			r.Header.Set(k, v)
		}
	}
	r.Close = true // no idle connection outlives the test
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, answer
}

// compressors are the content encodings as a client makes them.
func compressors(t testing.TB) map[string]func([]byte) []byte {
	t.Helper()
	stream := func(open func(io.Writer) io.WriteCloser) func([]byte) []byte {
		return func(b []byte) []byte {
			var out bytes.Buffer
			w := open(&out)
			if _, err := w.Write(b); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		}
	}
	zlibWriter := func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
	framed := func(w io.Writer) io.WriteCloser { return snappy.NewBufferedWriter(w) }
	return map[string]func([]byte) []byte{
		"":         func(b []byte) []byte { return b },
		"identity": func(b []byte) []byte { return b },
		"gzip":     stream(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"GZIP":     stream(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"zstd": stream(func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
			if err != nil {
				t.Fatal(err)
			}
			return z
		}),
		"zlib":            stream(zlibWriter),
		"deflate":         stream(zlibWriter),
		"snappy":          func(b []byte) []byte { return snappy.Encode(nil, b) },
		"snappy (framed)": stream(framed),
		"x-snappy-framed": stream(framed),
		"lz4":             stream(func(w io.Writer) io.WriteCloser { return lz4.NewWriter(w) }),
	}
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// fixtures returns one request of each signal, as protobuf and as JSON.
func fixtures(t testing.TB) (encoded, text [otlp.NumSignals][]byte) {
	t.Helper()
	must := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	tr := ptraceotlp.NewExportRequestFromTraces(sampleTraces())
	me := pmetricotlp.NewExportRequestFromMetrics(sampleMetrics())
	lo := plogotlp.NewExportRequestFromLogs(sampleLogs())
	encoded = [otlp.NumSignals][]byte{must(tr.MarshalProto()), must(me.MarshalProto()), must(lo.MarshalProto())}
	text = [otlp.NumSignals][]byte{must(tr.MarshalJSON()), must(me.MarshalJSON()), must(lo.MarshalJSON())}
	return encoded, text
}

var errCanary = errors.New(canary)

const canary = "4111-1111-1111-1111"
