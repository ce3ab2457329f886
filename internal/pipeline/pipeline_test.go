package pipeline

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rooms is a set of stages that write down who was called with what. counts is
// what the filter says; fail makes a stage fail, panics makes it panic.
type rooms struct {
	calls  []string
	counts otlp.Counts
	fail   map[string]error
	panics string
	again  bool // the sampler has taken the request before

	held   int64
	unread [otlp.NumSignals]int64
}

func (r *rooms) call(stage string, b []byte) error {
	r.calls = append(r.calls, stage+" "+string(b))
	if r.panics == stage {
		panic("secret value")
	}
	return r.fail[stage]
}

func (r *rooms) Filter(_ otlp.Signal, in, dst []byte) ([]byte, otlp.Counts, error) {
	err := r.call("filter", in)
	return append(append(dst, in...), 'F'), r.counts, err
}

func (r *rooms) Enrich(_ otlp.Signal, in, dst []byte) ([]byte, error) {
	err := r.call("enrich", in)
	return append(append(dst, in...), 'E'), err
}

func (r *rooms) ObserveSpans(b []byte) { _ = r.call("spanmetrics", b) }

func (r *rooms) AddTraces(b []byte) (fresh bool, err error) {
	err = r.call("hold", b)
	if err == nil {
		r.held += int64(r.counts.Items - r.counts.Rejected - r.counts.Dropped)
	}
	return !r.again, err
}

func (r *rooms) Append(sig otlp.Signal, items int, b []byte) error {
	err := r.call("append", b)
	if err == nil {
		r.unread[sig] += int64(items)
	}
	return err
}

func (r *rooms) Fold(b []byte) (int, error) {
	err := r.call("fold", b)
	return r.counts.Items - 1, err
}

func (r *rooms) Held() (held [otlp.NumSignals]int64) {
	held[otlp.Traces] = r.held
	return held
}

func (r *rooms) Unread(destination string, sig otlp.Signal) int64 {
	if destination == "backend" {
		return r.unread[sig]
	}
	return 0
}

func newTestPipeline(r *rooms, d Destinations) (*Pipeline, *Ledger, *bytes.Buffer) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	ledger := NewLedger(d)
	ledger.Measure(r)
	return New(Stages{Filter: r, Enrich: r, Spans: r, Traces: r, Deliver: r, Fold: r}, ledger, NewFaults(logger), logger), ledger, &log
}

func everywhere() Destinations {
	return Destinations{
		otlp.Traces: {"backend"}, otlp.Metrics: {ScrapeDestination, "backend"}, otlp.Logs: {"backend"},
	}
}

func TestOrderOfStages(t *testing.T) {
	for _, tc := range []struct {
		sig    otlp.Signal
		counts otlp.Counts
		want   string
	}{
		{otlp.Traces, otlp.Counts{Items: 3}, "filter x, enrich xF, hold xFE, spanmetrics xFE"},
		{otlp.Metrics, otlp.Counts{Items: 3}, "filter x, enrich xF, append xFE, fold xFE"},
		{otlp.Logs, otlp.Counts{Items: 3}, "filter x, enrich xF, append xFE"},
		{otlp.Traces, otlp.Counts{Items: 3, Dropped: 2, Rejected: 1}, "filter x"},
	} {
		r := &rooms{counts: tc.counts}
		p, ledger, _ := newTestPipeline(r, everywhere())
		rejected, err := p.Accept(t.Context(), tc.sig, []byte("x"))
		if err != nil || rejected != tc.counts.Rejected {
			t.Errorf("%s: Accept = %d, %v", tc.sig, rejected, err)
		}
		if got := strings.Join(r.calls, ", "); got != tc.want {
			t.Errorf("%s: stages ran %q, want %q", tc.sig, got, tc.want)
		}
		checkBalance(t, ledger)
	}
}

func checkBalance(t *testing.T, l *Ledger) {
	t.Helper()
	for _, row := range l.Snapshot() {
		if row.Unaccounted != 0 {
			t.Errorf("unaccounted: %+v", row)
		}
	}
}

func row(t *testing.T, l *Ledger, signal, destination string) Row {
	t.Helper()
	for _, r := range l.Snapshot() {
		if r.Signal == signal && r.Destination == destination {
			return r
		}
	}
	t.Fatalf("no row %s/%s", signal, destination)
	return Row{}
}

func lost(r Row) (n int64) {
	for _, of := range r.Lost {
		n += of
	}
	return n
}

// TestReasonsStartAtZero: a rate over a counter that appears with its first loss
// misses that loss.
func TestReasonsStartAtZero(t *testing.T) {
	_, ledger, _ := newTestPipeline(&rooms{}, everywhere())
	for destination, reason := range map[string]string{"backend": "queue_full", ScrapeDestination: "stale"} {
		r := row(t, ledger, "metrics", destination)
		if n, there := r.Lost[reason]; !there || n != 0 {
			t.Errorf("%s: lost %v, want %s at 0", destination, r.Lost, reason)
		}
	}
}

func TestRowsOfOneBatch(t *testing.T) {
	r := &rooms{counts: otlp.Counts{Items: 10, Rejected: 1, Dropped: 2}}
	p, ledger, _ := newTestPipeline(r, everywhere())
	for _, sig := range []otlp.Signal{otlp.Traces, otlp.Metrics} {
		if _, err := p.Accept(t.Context(), sig, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	traces := row(t, ledger, "traces", "backend")
	if traces.Received != 9 || traces.Filtered != 2 || traces.Pending != 7 {
		t.Errorf("traces: %+v", traces)
	}
	scrape := row(t, ledger, "metrics", ScrapeDestination)
	if scrape.Delivered != 7 || lost(scrape) != 0 {
		t.Errorf("scrape: %+v", scrape)
	}
}

func TestNothingIsCountedWhenNothingIsKept(t *testing.T) {
	for _, stage := range []string{"filter", "enrich", "hold"} {
		r := &rooms{counts: otlp.Counts{Items: 3}, fail: map[string]error{stage: errors.New("no")}}
		p, ledger, _ := newTestPipeline(r, everywhere())
		_, err := p.Accept(t.Context(), otlp.Traces, []byte("x"))
		if e, ok := errors.AsType[*UnavailableError](err); !ok || e.RetryDelay() != time.Second {
			t.Errorf("%s fails: got %v, want an UnavailableError with a delay of 1 s", stage, err)
		}
		if got := row(t, ledger, "traces", "backend"); got.Received != 0 {
			t.Errorf("%s fails: %+v", stage, got)
		}
		if slices.Contains(r.calls, "spanmetrics xFE") {
			t.Errorf("%s fails: the client sends the spans again, and they are in the metrics already", stage)
		}
	}
}

func TestSpansOfARequestThatCameBeforeAreNotCountedAgain(t *testing.T) {
	r := &rooms{counts: otlp.Counts{Items: 3}, again: true}
	p, ledger, _ := newTestPipeline(r, everywhere())
	if _, err := p.Accept(t.Context(), otlp.Traces, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(r.calls, ", "), "filter x, enrich xF, hold xFE"; got != want {
		t.Errorf("stages ran %q, want %q", got, want)
	}
	if got := row(t, ledger, "traces", "backend"); got.Received != 3 {
		t.Errorf("received: %+v", got)
	}
}

func TestMalformedInputIsToldAsSuch(t *testing.T) {
	r := &rooms{fail: map[string]error{"filter": &otlp.Error{Place: "span.name", Reason: "length"}}}
	p, _, _ := newTestPipeline(r, everywhere())
	_, err := p.Accept(t.Context(), otlp.Traces, []byte("x"))
	if _, ok := errors.AsType[*otlp.Error](err); !ok {
		t.Errorf("got %v, want *otlp.Error", err)
	}
	if _, ok := errors.AsType[*UnavailableError](err); ok {
		t.Errorf("malformed input must not be tried again: %v", err)
	}
}

func TestPanicIsCountedAndItsValueIsNotLogged(t *testing.T) {
	for stage, refused := range map[string]bool{"filter": true, "enrich": true, "hold": true, "spanmetrics": false} {
		r := &rooms{counts: otlp.Counts{Items: 1}, panics: stage}
		p, ledger, log := newTestPipeline(r, everywhere())
		if _, err := p.Accept(t.Context(), otlp.Traces, []byte("x")); (err != nil) != refused {
			t.Errorf("%s panics: err = %v", stage, err)
		}
		if strings.Contains(log.String(), "secret value") {
			t.Errorf("%s: the log shows the value of a panic: %s", stage, log)
		}
		if !strings.Contains(log.String(), "type=string") {
			t.Errorf("%s: the log does not name the type: %s", stage, log)
		}
		if n := testutil.ToFloat64(p.faults.total.WithLabelValues(stage)); n != 1 {
			t.Errorf("%s: counted %v panics", stage, n)
		}
		checkBalance(t, ledger)
	}
}

func TestScrapePageThatPanicsLosesOnlyItsOwn(t *testing.T) {
	r := &rooms{counts: otlp.Counts{Items: 4}, panics: "fold"}
	p, ledger, _ := newTestPipeline(r, everywhere())
	if _, err := p.Accept(t.Context(), otlp.Metrics, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got := row(t, ledger, "metrics", ScrapeDestination); got.Lost["fault"] != 4 {
		t.Errorf("scrape: %+v", got)
	}
	if got := row(t, ledger, "metrics", "backend"); got.Pending != 4 || lost(got) != 0 {
		t.Errorf("backend: %+v", got)
	}
}

func TestSignalWithoutDestination(t *testing.T) {
	r := &rooms{counts: otlp.Counts{Items: 5}}
	p, ledger, _ := newTestPipeline(r, Destinations{otlp.Traces: {"backend"}})
	if _, err := p.Accept(t.Context(), otlp.Logs, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if got := row(t, ledger, "logs", "none"); got.Received != 5 || got.Lost["no_destination"] != 5 || got.Unaccounted != 0 {
		t.Errorf("logs: %+v", got)
	}
}

func TestVerdicts(t *testing.T) {
	r := &rooms{counts: otlp.Counts{Items: 6}}
	p, ledger, _ := newTestPipeline(r, everywhere())
	if _, err := p.Accept(t.Context(), otlp.Traces, []byte("x")); err != nil {
		t.Fatal(err)
	}
	v := p.Verdicts()
	v.Transition(func() {
		r.held -= 6
		v.Kept(otlp.Traces, []byte("k"), 3)
		v.Dropped(otlp.Traces, 2)
		v.Lost(otlp.Traces, 1, "pressure")
	})
	got := row(t, ledger, "traces", "backend")
	if got.Pending != 3 || got.SampledOut != 2 || got.Lost["pressure"] != 1 || got.Unaccounted != 0 {
		t.Errorf("%+v", got)
	}
	ledger.Delivered("backend", otlp.Traces, 2, func() { r.unread[otlp.Traces] -= 2 })
	ledger.Lost("backend", otlp.Traces, 1, "rejected", func() { r.unread[otlp.Traces]-- })
	if got = row(t, ledger, "traces", "backend"); got.Delivered != 2 || got.Lost["rejected"] != 1 || got.Pending != 0 || got.Unaccounted != 0 {
		t.Errorf("%+v", got)
	}
}

func TestStoppedPipelineRefuses(t *testing.T) {
	r := &rooms{counts: otlp.Counts{Items: 1}}
	p, _, _ := newTestPipeline(r, everywhere())
	p.Stop()
	if _, err := p.Accept(context.Background(), otlp.Traces, []byte("x")); err == nil || len(r.calls) != 0 {
		t.Errorf("err = %v, stages %v", err, r.calls)
	}
}

func TestLedgerMetrics(t *testing.T) {
	r := &rooms{counts: otlp.Counts{Items: 2}}
	p, ledger, _ := newTestPipeline(r, Destinations{otlp.Logs: {"backend"}})
	if _, err := p.Accept(t.Context(), otlp.Logs, []byte("x")); err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(ledger.Collector())
	want := `
# HELP agent_ledger_pending_items Items that wait for a verdict or for a destination.
# TYPE agent_ledger_pending_items gauge
agent_ledger_pending_items{destination="backend",signal="logs"} 2
agent_ledger_pending_items{destination="none",signal="metrics"} 0
agent_ledger_pending_items{destination="none",signal="traces"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "agent_ledger_pending_items"); err != nil {
		t.Error(err)
	}
}
