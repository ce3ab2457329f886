package sample

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/fnv"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"golang.org/x/tools/txtar"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// TestScenarios runs testdata/*.txtar. Each file says in its comment what it
// shows. It may hold files named rules and shadow, in the words of a configuration
// (sample.rules, sample.shadow). The lines of its last file, named scenario, are:
//
//	hold, grace 5s; late_kept, journal, max_spans, max_bytes, pool, segment 10   options, before the first span
//	rule NAME CONDITION=… keep=always | ratio=0.1 | rate=2 | rare=KEY,… first=1 every=1m
//	trace NAME r=0.25           the trace's randomness, as a share (default 0.5)
//	span trace=a id=1 parent=-  neighbouring lines are one batch; parent=2, local:2 or remote:2;
//	                            key.with.dots=VALUE: an attribute, of the type that the value looks like;
//	                            scope=, state=, event=NAME, exception=TYPE, start=, dur=, bytes=
//	log trace=a body=x severity=9 service=cart  neighbouring lines are one batch; trace=-: none
//	fill 9 3                    three batches of 9 undecided traces of about 800 bytes
//	advance 2s                  time passes
//	drain                       the agent stops
//	expect a kept rule=errors trigger=local_roots spans=3 late=0 fragments=1
//	expect a pending            undecided
//	passed a 1 2 3              the ids of its spans that were passed on
//	passed a 1 state=ot=th:8 rule=errors reason=late
//	logged a cart/:x cart/:y    service/scope:body of its logs that were passed on, in order
//	total kept=1 dropped=2 lost=0 held=0 logs_passed=1 logs_dropped=0 logs_held=2
//	metric NAME LABEL=VALUE … 1
//
// After every line, what went in is what came out or is held.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			last := len(archive.Files) - 1
			if len(archive.Comment) == 0 || last < 0 || archive.Files[last].Name != "scenario" {
				t.Fatalf("%s must have a comment and end with a file named scenario", file)
			}
			synctest.Test(t, func(t *testing.T) {
				sc := &scenario{t: t, out: newRecorder(t), traces: map[string][16]byte{}}
				sc.options = options(sc.out)
				offset := 1 + bytes.Count(archive.Comment, []byte("\n"))
				for _, f := range archive.Files[:last] {
					sc.configure(f)
					offset += 1 + bytes.Count(f.Data, []byte("\n"))
				}
				sc.run(archive.Files[last].Data, offset)
			})
		})
	}
}

type scenario struct {
	t       *testing.T
	line    int
	out     *recorder
	options Options
	pool    store.PoolOptions
	s       *Sampler
	traces  map[string][16]byte
	batch   []testSpan
	records []testLog
	sent    int
	logs    int // sent
	filled  int
}

// configure takes rules.
func (sc *scenario) configure(f txtar.File) {
	switch f.Name {
	case "rules":
		sc.options.Rules = yamlRules(sc.t, f.Data)
	case "shadow":
		sc.options.Shadow = yamlRules(sc.t, f.Data)
	default:
		sc.t.Fatalf("unknown file %s", f.Name)
	}
}

func (sc *scenario) run(data []byte, offset int) {
	lines := bufio.NewScanner(bytes.NewReader(data))
	for sc.line = offset + 1; lines.Scan(); sc.line++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "span" {
			sc.send()
		}
		if len(words) == 0 || words[0] != "log" {
			sc.sendLogs()
		}
		if len(words) > 0 {
			sc.do(words)
		}
	}
	sc.send()
	sc.sendLogs()
}

func (sc *scenario) fail(format string, args ...any) {
	sc.t.Helper()
	sc.t.Fatalf("line %d: "+format, append([]any{sc.line}, args...)...)
}

// sampler makes the sampler when it is first needed.
func (sc *scenario) sampler() *Sampler {
	if sc.s == nil {
		sc.s = newSampler(sc.t, sc.options, sc.pool)
		if err := sc.s.Start(sc.t.Context()); err != nil {
			sc.fail("start: %v", err)
		}
	}
	return sc.s
}

func (sc *scenario) send() {
	if len(sc.batch) == 0 {
		return
	}
	if err := sc.sampler().AddTraces(request(sc.t, sc.batch...)); err != nil {
		sc.fail("send: %v", err)
	}
	sc.sent += len(sc.batch)
	sc.batch = nil
	sc.balance()
}

func (sc *scenario) sendLogs() {
	if len(sc.records) == 0 {
		return
	}
	if err := sc.sampler().AddLogs(logsRequest(sc.t, sc.records...)); err != nil {
		sc.fail("send logs: %v", err)
	}
	sc.logs += len(sc.records)
	sc.records = nil
	sc.balance()
}

func (sc *scenario) balance() {
	synctest.Wait()
	gone, logsGone := sc.out.out(), sc.out.logs.kept+sc.out.logs.dropped // read before Held, whose lock orders it before the next verdict
	items, _ := sc.sampler().Held()
	if in, out := sc.sent, gone+items[otlp.Traces]; in != out {
		sc.fail("%d spans in, %d out or held", in, out)
	}
	if in, out := sc.logs, logsGone+items[otlp.Logs]; in != out {
		sc.fail("%d log records in, %d out or held", in, out)
	}
}

func (sc *scenario) do(words []string) {
	fields := sc.fields(words)
	switch words[0] {
	case "rule":
		sc.options.Rules = append(sc.options.Rules, sc.rule(words[1], sc.fields(words[1:])))
	case "trace":
		sc.traces[words[1]] = traceID(hash(words[1]), sc.float(fields["r"]))
	case "span":
		sc.batch = append(sc.batch, sc.span(fields))
	case "log":
		sc.records = append(sc.records, sc.log(fields))
	case "logged":
		if got := sc.out.logs.bodies[sc.id(words[1])]; strings.Join(got, " ") != strings.Join(words[2:], " ") {
			sc.fail("of trace %s %q were passed on, want %q", words[1], got, words[2:])
		}
	case "fill":
		for range int(sc.float(words[2])) {
			sc.fill(int(sc.float(words[1])))
		}
	case "advance":
		sc.sampler().Held() // its lock orders what the test has read before the next verdict
		time.Sleep(sc.duration(words[1]))
		sc.balance()
	case "drain":
		if err := sc.sampler().Drain(sc.t.Context()); err != nil {
			sc.fail("drain: %v", err)
		}
		sc.balance()
	case "expect":
		sc.expect(words[1], words[2], fields)
	case "passed":
		sc.passed(words[1], words[2:])
	case "total":
		sc.total(fields)
	case "metric":
		sc.metric(words[1], fields, sc.float(words[len(words)-1]))
	default:
		sc.option(words[0], words[1])
	}
}

func (sc *scenario) option(name, value string) {
	switch name {
	case "hold":
		sc.options.Hold = sc.duration(value)
	case "grace":
		sc.options.Grace = sc.duration(value)
	case "journal":
		sc.options.Journal = int(sc.float(value))
	case "late_kept":
		sc.options.LateKept = int(sc.float(value))
	case "max_spans":
		sc.options.MaxSpans = int(sc.float(value))
	case "max_bytes":
		sc.options.MaxBytes = int64(sc.float(value))
	case "pool":
		sc.pool.MaxBytes = int64(sc.float(value))
	case "segment":
		sc.pool.SegmentBytes = int(sc.float(value))
	default:
		sc.fail("unknown command %q", name)
	}
}

func (sc *scenario) fields(words []string) map[string]string {
	m := map[string]string{}
	for _, w := range words[1:] {
		if k, v, ok := strings.Cut(w, "="); ok {
			m[k] = v
		}
	}
	return m
}

func (sc *scenario) float(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		sc.fail("%v", err)
	}
	return f
}

func (sc *scenario) duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		sc.fail("%v", err)
	}
	return d
}

func hash(name string) uint64 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return uint64(h.Sum32())
}

// id returns the id of a trace by its name; - is none.
func (sc *scenario) id(trace string) [16]byte {
	if trace == "-" {
		return [16]byte{}
	}
	id, ok := sc.traces[trace]
	if !ok {
		id = traceID(hash(trace), 0.5)
		sc.traces[trace] = id
	}
	return id
}

func (sc *scenario) rule(name string, f map[string]string) Rule {
	r := Rule{Name: name, Keep: f["keep"]}
	if f["ratio"] != "" {
		r.Ratio = share(sc.float(f["ratio"]))
	}
	if f["rate"] != "" {
		r.Rate = &Rate{TracesPerSecond: sc.float(f["rate"])}
	}
	if f["rare"] != "" {
		r.Rare = &Rare{By: strings.Split(f["rare"], ","), First: int(sc.float(f["first"])), Every: sc.duration(f["every"])}
	}
	var c Condition
	for k, v := range f {
		switch k {
		case "status":
			c.Status = v
		case "duration":
			c.Duration = sc.bound(v)
		case "service":
			c.Service = strings.Split(v, ",")
		case "http_route":
			c.HTTPRoute = strings.Split(v, ",")
		case "span_name":
			c.SpanName = strings.Split(v, ",")
		case "keep", "ratio", "rate", "rare", "first", "every":
		default:
			sc.fail("unknown condition %q", k)
		}
		r.When = &c
	}
	return r
}

func (sc *scenario) bound(text string) *Bound {
	op := strings.TrimRight(text, "0123456789msnu.")
	return &Bound{Op: op, Value: float64(sc.duration(text[len(op):]))}
}

func (sc *scenario) span(f map[string]string) testSpan {
	s := testSpan{
		trace: sc.id(f["trace"]), id: uint64(sc.float(f["id"])), name: f["name"], service: f["service"],
		scope: f["scope"], state: f["state"], failed: f["status"] == "error", ok: f["status"] == "ok", end: 10 * time.Millisecond,
	}
	if of, id, ok := strings.Cut(f["parent"], ":"); ok {
		s.remote, s.parent = of, uint64(sc.float(id))
	} else if f["parent"] != "-" {
		s.parent = uint64(sc.float(f["parent"]))
	}
	if f["kind"] != "" {
		s.kind = otlp.SpanKind(slices.Index(kindNames(), f["kind"]))
	}
	if f["start"] != "" {
		s.start = sc.duration(f["start"])
	}
	if f["dur"] != "" {
		s.end = s.start + sc.duration(f["dur"])
	}
	if f["event"] != "" {
		s.events = append(s.events, &tracepb.Span_Event{Name: f["event"]})
	}
	if f["exception"] != "" {
		s.events = append(s.events, &tracepb.Span_Event{
			Name: "exception", Attributes: []*commonpb.KeyValue{text("exception.type", f["exception"])},
		})
	}
	for _, key := range slices.Sorted(maps.Keys(f)) {
		if strings.Contains(key, ".") {
			s.attributes = append(s.attributes, attribute(key, f[key]))
		}
	}
	if f["route"] != "" {
		s.attributes = []*commonpb.KeyValue{text("http.route", f["route"])}
	}
	if f["bytes"] != "" {
		s.attributes = append(s.attributes, text("padding", strings.Repeat("x", int(sc.float(f["bytes"])))))
	}
	return s
}

// attribute returns an attribute of the type that the value looks like; "in quotes"
// it is a string.
func attribute(key, value string) *commonpb.KeyValue {
	out := text(key, strings.Trim(value, `"`))
	if i, err := strconv.ParseInt(value, 10, 64); err == nil {
		out.Value.Value = &commonpb.AnyValue_IntValue{IntValue: i}
	} else if d, err := strconv.ParseFloat(value, 64); err == nil {
		out.Value.Value = &commonpb.AnyValue_DoubleValue{DoubleValue: d}
	} else if value == "true" || value == "false" {
		out.Value.Value = &commonpb.AnyValue_BoolValue{BoolValue: value == "true"}
	}
	return out
}

func (sc *scenario) log(f map[string]string) testLog {
	l := testLog{trace: sc.id(f["trace"]), body: f["body"], service: f["service"], scope: f["scope"], severity: 9}
	if f["severity"] != "" {
		l.severity = int32(sc.float(f["severity"]))
	}
	return l
}

// fill sends one batch of traces of rising randomness that stay undecided.
func (sc *scenario) fill(n int) {
	for i := range n {
		id := traceID(1<<40+uint64(sc.filled), float64(i)/float64(n))
		sc.filled++
		for _, span := range []uint64{1, 2} {
			sc.batch = append(sc.batch, testSpan{trace: id, id: span, parent: 9, remote: "local", name: strings.Repeat("x", 320)})
		}
	}
	sc.send()
}

func (sc *scenario) expect(trace, verdict string, f map[string]string) {
	all := sc.sampler().Decisions(sc.id(trace))
	_, held := sc.s.index.byTrace[sc.id(trace)]
	if held != (verdict == "pending") {
		sc.fail("trace %s: undecided: %v, decisions: %+v", trace, held, all)
	}
	if held {
		return
	}
	if len(all) == 0 {
		sc.fail("trace %s has no decision", trace)
	}
	d := all[0]
	got := map[string]string{
		"rule": d.Rule, "trigger": string(d.Trigger), "spans": strconv.Itoa(d.Spans), "late": strconv.Itoa(d.LateSpans),
		"logs": strconv.Itoa(d.Logs), "fragments": strconv.Itoa(len(all)), "waited": time.Duration(d.WaitedSeconds * 1e9).Round(time.Millisecond).String(),
	}
	if string(d.Verdict) != verdict {
		sc.fail("trace %s is %s by %s, want %s", trace, d.Verdict, d.Rule, verdict)
	}
	for k, want := range f {
		if got[k] != want {
			sc.fail("trace %s has %s=%s, want %s", trace, k, got[k], want)
		}
	}
}

func (sc *scenario) passed(trace string, words []string) {
	spans := sc.out.spans[sc.id(trace)]
	var want []uint64
	for _, w := range words {
		if !strings.Contains(w, "=") && w != "nothing" {
			want = append(want, uint64(sc.float(w)))
		}
	}
	f := sc.fields(append([]string{""}, words...))
	if len(f) > 0 { // about those spans, whatever else was passed on
		for _, id := range want {
			sc.passedWith(trace, id, f)
		}
		return
	}
	var got []uint64
	for _, s := range spans {
		got = append(got, lastByte(s.SpanId))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		sc.fail("trace %s passed on %v, want %v", trace, got, want)
	}
}

func lastByte(id []byte) uint64 { return uint64(id[7]) }

func (sc *scenario) passedWith(trace string, id uint64, f map[string]string) {
	i := slices.IndexFunc(sc.out.spans[sc.id(trace)], func(s *tracepb.Span) bool { return lastByte(s.SpanId) == id })
	if i < 0 {
		sc.fail("span %d of trace %s was not passed on", id, trace)
	}
	s := sc.out.spans[sc.id(trace)][i]
	got := map[string]string{"state": s.TraceState, "service": sc.out.services[sc.id(trace)][i], "rule": "", "reason": ""}
	for _, a := range s.Attributes {
		got[strings.TrimPrefix(a.Key, "sampling.")] = a.Value.GetStringValue()
	}
	for k, want := range f {
		if got[k] != want {
			sc.fail("span %d of trace %s has %s=%q, want %q", id, trace, k, got[k], want)
		}
	}
}

func (sc *scenario) total(f map[string]string) {
	items, _ := sc.sampler().Held()
	got := map[string]int{
		"kept": sc.out.kept, "dropped": sc.out.dropped, "lost": sc.out.lostAll(), "held": items[otlp.Traces],
		"logs_passed": sc.out.logs.kept, "logs_dropped": sc.out.logs.dropped, "logs_held": items[otlp.Logs],
	}
	for k, want := range f {
		if fmt.Sprint(got[k]) != want {
			sc.fail("%d %s, want %s", got[k], k, want)
		}
	}
}

func (sc *scenario) metric(name string, labels map[string]string, want float64) {
	if got := metricValue(sc.t, sc.sampler(), name, labels); got != want {
		sc.fail("%s%v is %v, want %v", name, labels, got, want)
	}
}

// metricValue adds up the series of a metric that have these labels.
func metricValue(t testing.TB, c prometheus.Collector, name string, labels map[string]string) (sum float64) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, family := range families {
		for _, m := range family.Metric {
			if family.GetName() == name && hasLabels(m, labels) {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
				found = true
			}
		}
	}
	if !found {
		t.Fatalf("no metric %s%v", name, labels)
	}
	return sum
}

func hasLabels(m *dto.Metric, labels map[string]string) bool {
	n := 0
	for _, l := range m.Label {
		if v, ok := labels[l.GetName()]; ok && v == l.GetValue() {
			n++
		}
	}
	return n == len(labels)
}
