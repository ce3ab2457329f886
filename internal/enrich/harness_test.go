package enrich

import (
	"bytes"
	"io/fs"
	"log/slog"
	"testing"
	"testing/fstest"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/goleak"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// passAll is a filter that lets everything pass.
type passAll struct{}

func (passAll) Attribute(_, value string) (string, bool) { return value, true }

func files(m map[string]string) fs.FS {
	f := fstest.MapFS{}
	for name, content := range m {
		f[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return f
}

func env(m map[string]string) func(string) string { return func(k string) string { return m[k] } }

// started returns an enricher that has detected.
func started(t testing.TB, o Options) (*Enricher, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	if o.Root == nil {
		o.Root = fstest.MapFS{}
	}
	if o.Getenv == nil {
		o.Getenv = env(nil)
	}
	if o.Filter == nil {
		o.Filter = passAll{}
	}
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-e.resolved
	return e, &log
}

// request returns an encoded request of one resource with these attributes, and an
// item in it.
func request(t testing.TB, sig otlp.Signal, attributes map[string]any) []byte {
	t.Helper()
	var b []byte
	var err error
	switch sig {
	case otlp.Traces:
		td := ptrace.NewTraces()
		r := td.ResourceSpans().AppendEmpty()
		err = r.Resource().Attributes().FromRaw(attributes)
		r.ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName("GET /")
		if err == nil {
			b, err = (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		}
	case otlp.Metrics:
		md := pmetric.NewMetrics()
		r := md.ResourceMetrics().AppendEmpty()
		err = r.Resource().Attributes().FromRaw(attributes)
		r.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetName("up")
		if err == nil {
			b, err = (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
		}
	case otlp.Logs:
		ld := plog.NewLogs()
		r := ld.ResourceLogs().AppendEmpty()
		err = r.Resource().Attributes().FromRaw(attributes)
		r.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("started")
		if err == nil {
			b, err = (&plog.ProtoMarshaler{}).MarshalLogs(ld)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// attributesOf decodes the attributes of a request's only resource with pdata.
func attributesOf(t testing.TB, sig otlp.Signal, b []byte) map[string]any {
	t.Helper()
	switch sig {
	case otlp.Traces:
		td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(b)
		if err != nil {
			t.Fatal(err)
		}
		return td.ResourceSpans().At(0).Resource().Attributes().AsRaw()
	case otlp.Metrics:
		md, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(b)
		if err != nil {
			t.Fatal(err)
		}
		return md.ResourceMetrics().At(0).Resource().Attributes().AsRaw()
	}
	ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(b)
	if err != nil {
		t.Fatal(err)
	}
	return ld.ResourceLogs().At(0).Resource().Attributes().AsRaw()
}

// enriched returns the attributes of a resource after enrichment.
func enriched(t testing.TB, e *Enricher, attributes map[string]any) map[string]any {
	t.Helper()
	out, err := e.Enrich(otlp.Traces, request(t, otlp.Traces, attributes), nil)
	if err != nil {
		t.Fatal(err)
	}
	return attributesOf(t, otlp.Traces, out)
}
