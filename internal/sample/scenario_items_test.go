package sample

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

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
