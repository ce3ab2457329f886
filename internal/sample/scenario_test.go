package sample

import (
	"bufio"
	"bytes"
	"hash/fnv"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/store"
	"github.com/drl-trading/telemetry-agent/internal/testkit"
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
	testkit.Scenarios(t, false, func(t *testing.T, s testkit.Scenario) {
		last := len(s.Files) - 1
		if len(s.Comment) == 0 || last < 0 || s.Files[last].Name != "scenario" {
			t.Fatal("the file must have a comment and end with a file named scenario")
		}
		synctest.Test(t, func(t *testing.T) {
			sc := &scenario{t: t, out: newRecorder(t), traces: map[string][16]byte{}}
			sc.options = options(sc.out)
			offset := 1 + bytes.Count(s.Comment, []byte("\n"))
			for _, f := range s.Files[:last] {
				sc.configure(f)
				offset += 1 + bytes.Count(f.Data, []byte("\n"))
			}
			sc.run(s.Files[last].Data, offset)
		})
	})
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
	if _, err := sc.sampler().AddTraces(request(sc.t, sc.batch...)); err != nil {
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
