package sample

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is the end of the sampler: it adds up what comes out, and keeps the
// kept spans by trace.
type recorder struct {
	t                    testing.TB
	kept, dropped        int
	lost                 map[string]int
	spans                map[[16]byte][]*tracepb.Span
	services             map[[16]byte][]string // of spans, in their order
	transitions, largest int
	batches              int
	light                bool // counts only
	logs                 logRecorder
	onKept               func()
}

func newRecorder(t testing.TB) *recorder {
	return &recorder{t: t, lost: map[string]int{}, spans: map[[16]byte][]*tracepb.Span{}, services: map[[16]byte][]string{}}
}

func (r *recorder) Transition(fn func()) { r.transitions++; fn() }

func (r *recorder) Kept(sig otlp.Signal, b []byte, items int) {
	if sig == otlp.Logs {
		r.logs.passed(r.t, b, items)
		return
	}
	r.kept += items
	r.batches++
	r.largest = max(r.largest, len(b))
	if r.onKept != nil {
		r.onKept()
	}
	if r.light || sig != otlp.Traces {
		return
	}
	var data tracepb.TracesData
	if err := proto.Unmarshal(b, &data); err != nil {
		r.t.Errorf("kept request: %v", err)
	}
	n := 0
	for _, rs := range data.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				id := [16]byte(s.TraceId)
				r.spans[id] = append(r.spans[id], s)
				r.services[id] = append(r.services[id], serviceOf(rs.Resource))
				n++
			}
		}
	}
	if n != items {
		r.t.Errorf("kept request has %d spans, got told of %d", n, items)
	}
}

func serviceOf(r *resourcepb.Resource) string {
	for _, a := range r.GetAttributes() {
		if a.Key == serviceName {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

func (r *recorder) Dropped(sig otlp.Signal, items int) {
	if sig == otlp.Logs {
		r.logs.dropped += items
		return
	}
	r.dropped += items
}

func (r *recorder) Lost(sig otlp.Signal, items int, reason string) {
	if sig == otlp.Logs {
		r.t.Errorf("%d log records are lost: %s", items, reason)
	}
	r.lost[reason] += items
}

func (r *recorder) lostAll() (n int) {
	for _, items := range r.lost {
		n += items
	}
	return n
}

// out counts the spans that have left the sampler.
func (r *recorder) out() int { return r.kept + r.dropped + r.lostAll() }

// options are usable defaults for tests.
func options(out Output, rules ...Rule) Options {
	return Options{
		Hold: 30 * time.Second, Grace: 2 * time.Second, Rules: rules,
		LateKept: 100, LateDropped: 1000, MaxSpans: 20_000, MaxBytes: 16 << 20, Journal: 1000, Output: out,
	}
}

// newSampler returns a sampler over a pool of its own.
func newSampler(t testing.TB, o Options, pool store.PoolOptions) *Sampler {
	t.Helper()
	if pool.MaxBytes == 0 {
		pool.MaxBytes = 64 << 20
	}
	p, err := store.NewPool(pool)
	if err != nil {
		t.Fatal(err)
	}
	o.Pool = p
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if _, ok := s.log.Oldest(); ok || s.index.groups.used()+s.logs.records.used()+s.logs.traces.used()+s.index.spans.used()+len(s.index.known)+len(s.index.fragments.byTrace) > 0 {
			t.Errorf("something is held after the drain: %d groups, %d spans", s.index.groups.used(), s.index.spans.used())
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// testSpan is one span of a test, in short words.
type testSpan struct {
	trace      [16]byte
	id, parent uint64
	remote     string // "", "local", "remote": what the flags say of the parent
	kind       otlp.SpanKind
	start, end time.Duration // after a fixed moment
	failed, ok bool          // status
	name       string
	service    string
	scope      string
	state      string
	attributes []*commonpb.KeyValue
	events     []*tracepb.Span_Event
}

// epoch is when the spans of tests begin.
const epoch = uint64(1_700_000_000_000_000_000)

// traceID returns an id of number n whose randomness is the share r of all.
func traceID(n uint64, r float64) (id [16]byte) {
	binary.BigEndian.PutUint64(id[:8], n+1)
	binary.BigEndian.PutUint64(id[8:], uint64(math.Min(r*maxRandom, maxRandom-1)))
	return id
}

func spanID(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func (s *testSpan) proto() *tracepb.Span {
	out := &tracepb.Span{
		TraceId: s.trace[:], SpanId: spanID(s.id), Name: s.name, TraceState: s.state, Kind: tracepb.Span_SpanKind(s.kind),
		StartTimeUnixNano: epoch + uint64(s.start), EndTimeUnixNano: epoch + uint64(s.end),
		Attributes: s.attributes, Events: s.events,
	}
	if s.parent != 0 {
		out.ParentSpanId = spanID(s.parent)
	}
	switch s.remote {
	case "local":
		out.Flags = otlp.FlagHasIsRemote
	case "remote":
		out.Flags = otlp.FlagHasIsRemote | otlp.FlagIsRemote
	}
	if s.failed {
		out.Status = &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR}
	}
	if s.ok {
		out.Status = &tracepb.Status{Code: tracepb.Status_STATUS_CODE_OK}
	}
	return out
}

// request encodes spans, neighbours of one service and scope together.
func request(t testing.TB, spans ...testSpan) []byte {
	t.Helper()
	var data tracepb.TracesData
	for i := range spans {
		s := &spans[i]
		if i == 0 || s.service != spans[i-1].service || s.scope != spans[i-1].scope {
			data.ResourceSpans = append(data.ResourceSpans, &tracepb.ResourceSpans{
				Resource:   &resourcepb.Resource{Attributes: []*commonpb.KeyValue{text(serviceName, s.service)}},
				ScopeSpans: []*tracepb.ScopeSpans{{Scope: &commonpb.InstrumentationScope{Name: s.scope}}},
			})
		}
		scope := data.ResourceSpans[len(data.ResourceSpans)-1].ScopeSpans[0]
		scope.Spans = append(scope.Spans, s.proto())
	}
	b, err := proto.Marshal(&data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func text(key, value string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}}
}

func share(ratio float64) *float64 { return &ratio }

// stamper returns a function that appends a request of the span with another trace
// id: requests concatenate. It is for tests with very many traces.
func stamper(t testing.TB, s testSpan) func(dst []byte, id [16]byte) []byte {
	t.Helper()
	s.trace = [16]byte{0xa5, 0x5a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
	template := request(t, s)
	at := bytes.Index(template, s.trace[:])
	return func(dst []byte, id [16]byte) []byte {
		dst = append(dst, template...)
		copy(dst[len(dst)-len(template)+at:], id[:])
		return dst
	}
}
