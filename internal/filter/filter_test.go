package filter

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

var testKey = HashKey{ID: "1", Key: []byte("0123456789abcdef0123456789abcdef")}

func newFilter(t testing.TB, o Options) *Filter {
	t.Helper()
	if o.HashKeys == nil {
		o.HashKeys = []HashKey{testKey}
	}
	f, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// roots are the requests of the signals.
func roots() [otlp.NumSignals]proto.Message {
	return [...]proto.Message{&tracev1.TracesData{}, &metricsv1.MetricsData{}, &logsv1.LogsData{}}
}

// plant fills every text field of a message, at every depth, with text; ids get a
// valid form. A oneof gets the member whose turn it is; arrays get all.
func plant(m protoreflect.Message, text string, depth, turn int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if o := fd.ContainingOneof(); o != nil && !o.IsSynthetic() && o.Fields().Get(turn%o.Fields().Len()) != fd {
			continue
		}
		switch {
		case fd.Kind() == protoreflect.MessageKind && depth > 12:
		case fd.IsList() && fd.Kind() == protoreflect.MessageKind:
			list := m.Mutable(fd).List()
			members := 1
			if name := fd.Message().Name(); depth < 9 && (name == "AnyValue" || turn == 0 && name == "KeyValue") {
				members = 8
			}
			for k := range members {
				e := list.NewElement()
				plant(e.Message(), text, depth+1, turn+k)
				list.Append(e)
			}
		case fd.IsList() && fd.Kind() == protoreflect.StringKind:
			m.Mutable(fd).List().Append(protoreflect.ValueOfString(text))
		case fd.IsList():
		case fd.Kind() == protoreflect.MessageKind:
			plant(m.Mutable(fd).Message(), text, depth+1, turn)
		case fd.Kind() == protoreflect.StringKind:
			m.Set(fd, protoreflect.ValueOfString(text))
		case fd.Kind() == protoreflect.BytesKind:
			value := []byte(text)
			if strings.HasSuffix(string(fd.Name()), "trace_id") {
				value = bytes.Repeat([]byte{7}, 16)
			} else if strings.HasSuffix(string(fd.Name()), "span_id") {
				value = bytes.Repeat([]byte{8}, 8)
			}
			m.Set(fd, protoreflect.ValueOfBytes(value))
		}
	}
}

func TestNoFieldIsForgotten(t *testing.T) {
	const card = "4111111111111111"
	for name, o := range map[string]Options{
		"mask": {}, "hash": {Action: Hash}, "drop": {Action: Drop},
		"rule": {Attributes: []AttributeRule{{Key: "*", Action: Mask}}},
	} {
		f := newFilter(t, o)
		for sig, root := range roots() {
			for turn := range 8 {
				proto.Reset(root)
				plant(root.ProtoReflect(), "x "+card+" y", 0, turn)
				in, err := proto.Marshal(root)
				if err != nil {
					t.Fatal(err)
				}
				out, _, err := f.Filter(otlp.Signal(sig), in, nil)
				if err != nil {
					t.Fatalf("%s %v: %v", name, otlp.Signal(sig), err)
				}
				if i := bytes.Index(out, []byte(card)); i >= 0 {
					t.Errorf("%s %v turn %d: card left at byte %d of %d", name, otlp.Signal(sig), turn, i, len(out))
				}
				again, _, err := f.Filter(otlp.Signal(sig), out, nil)
				if err != nil || !bytes.Equal(again, out) {
					t.Errorf("%s %v turn %d: filtered twice differs (%v)", name, otlp.Signal(sig), turn, err)
				}
			}
		}
	}
}

func attribute(key string, v any) *commonv1.KeyValue {
	kv := &commonv1.KeyValue{Key: key, Value: &commonv1.AnyValue{}}
	switch v := v.(type) {
	case string:
		kv.Value.Value = &commonv1.AnyValue_StringValue{StringValue: v}
	case int:
		kv.Value.Value = &commonv1.AnyValue_IntValue{IntValue: int64(v)}
	case float64:
		kv.Value.Value = &commonv1.AnyValue_DoubleValue{DoubleValue: v}
	case bool:
		kv.Value.Value = &commonv1.AnyValue_BoolValue{BoolValue: v}
	case []string:
		a := &commonv1.ArrayValue{}
		for _, s := range v {
			a.Values = append(a.Values, attribute("", s).Value)
		}
		kv.Value.Value = &commonv1.AnyValue_ArrayValue{ArrayValue: a}
	case []*commonv1.KeyValue:
		kv.Value.Value = &commonv1.AnyValue_KvlistValue{KvlistValue: &commonv1.KeyValueList{Values: v}}
	}
	return kv
}

func text(v *commonv1.AnyValue) any {
	switch v := v.GetValue().(type) {
	case *commonv1.AnyValue_StringValue:
		return v.StringValue
	case *commonv1.AnyValue_IntValue:
		return int(v.IntValue)
	case *commonv1.AnyValue_DoubleValue:
		return v.DoubleValue
	case *commonv1.AnyValue_BoolValue:
		return v.BoolValue
	case *commonv1.AnyValue_ArrayValue:
		s := ""
		for _, e := range v.ArrayValue.Values {
			s += text(e).(string) + "|"
		}
		return s
	case *commonv1.AnyValue_KvlistValue:
		s := ""
		for _, e := range v.KvlistValue.Values {
			s += e.Key + "=" + text(e.Value).(string) + ";"
		}
		return s
	}
	return nil
}

// span filters one span with one attribute, and returns the span.
func filterSpan(t *testing.T, f *Filter, s *tracev1.Span) *tracev1.Span {
	t.Helper()
	s.TraceId, s.SpanId = bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 8)
	in, err := proto.Marshal(&tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{
		Resource: &resourcev1.Resource{}, ScopeSpans: []*tracev1.ScopeSpans{{Spans: []*tracev1.Span{s}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := f.Filter(otlp.Traces, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	var data tracev1.TracesData
	if err := proto.Unmarshal(out, &data); err != nil {
		t.Fatal(err)
	}
	if spans := data.ResourceSpans[0].ScopeSpans[0].Spans; len(spans) > 0 {
		return spans[0]
	}
	return nil
}

func TestAttributes(t *testing.T) {
	f := newFilter(t, Options{
		Attributes: []AttributeRule{
			{Key: "enduser.id", Action: Hash},
			{Key: "http.request.header.*", Action: Drop, Except: []string{"http.request.header.x-request-id"}},
			{Key: "note", Action: Mask},
		},
		Patterns: []Pattern{{Name: "order", Regex: `ORD-[0-9]{4}`}, {Name: "scoped", Regex: `[a-z]{3}[0-9]`, Keys: []string{"only.*"}}},
		Allow:    []string{"help@example.com"},
	})
	gone := any(nil)
	for _, c := range []struct {
		key         string
		value, want any
	}{
		{"plain", "nothing here", "nothing here"},
		{"mail", "to alice@example.com", "to [email]"},
		{"mail", "to help@example.com or eve@example.com", "to help@example.com or [email]"},
		{"n", 4111111111111111, "[card]"},
		{"n", 4111111111111112, 4111111111111112},
		{"n", 4111111111111111.0, "[card]"},
		{"size_bytes", 4398046511104, 4398046511104},
		{"password", "hunter2", "[secret]"},
		{"password", 12345, "[secret]"},
		{"login.password", true, true},
		{"user.card.cvv", 123, "[secret]"},
		{"note", "anything", "[masked]"},
		{"note", 7, "[masked]"},
		{"http.request.header.authorization", []string{"Bearer abcdef123456"}, gone},
		{"http.request.header.X-Request-Id", []string{"abc"}, "abc|"},
		{"http.response.header.set-cookie", []string{"sid=1; Path=/"}, "[secret]|"},
		{"process.command_args", []string{"app", "--password", "hunter2", "-v"}, "app|--password|[secret]|-v|"},
		{"map", []*commonv1.KeyValue{attribute("a", "bob@example.com"), attribute("secret", "abc")}, "a=[email];secret=[secret];"},
		{"credentials.password", []*commonv1.KeyValue{attribute("a", "pw")}, "a=[secret];"},
		{"db.query.text", "SELECT * FROM t WHERE a = 'x'", "SELECT * FROM t WHERE a = ?"},
		{"db.statement", "GET user:1", "GET ?"},
		{"url.query", "q=1&access_token=abcdefgh", "q=1&access_token=REDACTED"},
		{"http.target", "/p?sig=1&x=2", "/p?sig=REDACTED&x=2"},
		{"id", "see ORD-1234 now", "see [order] now"},
		{"only.this", "abc1", "[scoped]"},
		{"other", "abc1", "abc1"},
		{"session.id", "3f2a9c0b7e514d6f8a1b2c3d4e5f6071", "3f2a9c0b7e514d6f8a1b2c3d4e5f6071"},
	} {
		s := filterSpan(t, f, &tracev1.Span{Attributes: []*commonv1.KeyValue{attribute(c.key, c.value)}})
		got := gone
		if len(s.Attributes) > 0 {
			got = text(s.Attributes[0].Value)
		}
		if got != c.want {
			t.Errorf("%s = %v: got %v, want %v", c.key, c.value, got, c.want)
		}
	}
	s := filterSpan(t, f, &tracev1.Span{Attributes: []*commonv1.KeyValue{attribute("enduser.id", "alice")}})
	if got := text(s.Attributes[0].Value).(string); !strings.HasPrefix(got, "hk1:") || len(got) != len("hk1:")+22 {
		t.Errorf("enduser.id became %q", got)
	}
}

func TestKeysAreHashed(t *testing.T) {
	f := newFilter(t, Options{})
	s := filterSpan(t, f, &tracev1.Span{Attributes: []*commonv1.KeyValue{attribute("mail.a@example.com", 1), attribute("mail.b@example.com", 2)}})
	a, b := s.Attributes[0].Key, s.Attributes[1].Key
	if !strings.HasPrefix(a, "hk1:") || !strings.HasPrefix(b, "hk1:") || a == b {
		t.Errorf("keys became %q and %q", a, b)
	}
}

func TestTraceState(t *testing.T) {
	f := newFilter(t, Options{})
	for in, want := range map[string]string{
		"ot=th:8;rv:0123456789abcd,vendor=1":        "ot=th:8;rv:0123456789abcd,vendor=1",
		"vendor=4111111111111111, ot=th:c":          "ot=th:c",
		"a=b,vendor=alice%40example.com,c=d":        "a=b,c=d",
		"ot=th:8;p:4111111111111111":                "",
		"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE":   "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
		"ot=rv:41111111111111;th:41111111111111,x=": "ot=rv:41111111111111;th:41111111111111,x=",
	} {
		s := filterSpan(t, f, &tracev1.Span{TraceState: in})
		if s.TraceState != want {
			t.Errorf("%q became %q, want %q", in, s.TraceState, want)
		}
	}
}

func TestDatapointsKeepTheirIdentity(t *testing.T) {
	f := newFilter(t, Options{Attributes: []AttributeRule{{Key: "user", Action: Mask}, {Key: "gone", Action: Drop}}})
	point := func(user, mail, gone string) *metricsv1.NumberDataPoint {
		return &metricsv1.NumberDataPoint{Attributes: []*commonv1.KeyValue{attribute("user", user), attribute("mail", mail), attribute("gone", gone)}}
	}
	in, err := proto.Marshal(&metricsv1.MetricsData{ResourceMetrics: []*metricsv1.ResourceMetrics{{ScopeMetrics: []*metricsv1.ScopeMetrics{{Metrics: []*metricsv1.Metric{{
		Name: "m", Data: &metricsv1.Metric_Gauge{Gauge: &metricsv1.Gauge{DataPoints: []*metricsv1.NumberDataPoint{
			point("a", "a@example.com", "1"), point("b", "a@example.com", "1"), point("a", "b@example.com", "1"), point("a", "a@example.com", "2"),
		}}},
	}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := f.Filter(otlp.Metrics, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	var data metricsv1.MetricsData
	if err := proto.Unmarshal(out, &data); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, p := range data.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].GetGauge().DataPoints {
		id := ""
		for _, kv := range p.Attributes {
			v := text(kv.Value).(string)
			if !strings.HasPrefix(v, "hk1:") {
				t.Errorf("%s = %q isn't a pseudonym", kv.Key, v)
			}
			id += v
		}
		seen[id] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d series left of 4", len(seen))
	}
}

func TestDropItemAndListed(t *testing.T) {
	f := newFilter(t, Options{Attributes: []AttributeRule{{Key: "http.route", Action: Scan}, {Key: "debug", Action: DropItem}}, Listed: true})
	s := filterSpan(t, f, &tracev1.Span{Attributes: []*commonv1.KeyValue{attribute("http.route", "/x"), attribute("other", "y")}})
	if len(s.Attributes) != 1 || s.Attributes[0].Key != "http.route" {
		t.Errorf("listed left %v", s.Attributes)
	}
	if s := filterSpan(t, f, &tracev1.Span{Attributes: []*commonv1.KeyValue{attribute("debug", "y")}}); s != nil {
		t.Errorf("drop_item left the span")
	}
}

func TestReportChangesNothing(t *testing.T) {
	f := newFilter(t, Options{Mode: Report, Attributes: []AttributeRule{{Key: "a", Action: Drop}}})
	root := &tracev1.TracesData{}
	plant(root.ProtoReflect(), "alice@example.com", 0, 0)
	in, err := proto.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := f.Filter(otlp.Traces, in, nil)
	if err != nil || !bytes.Equal(in, out) {
		t.Errorf("report changed the request (%v)", err)
	}
}

func TestOptionErrors(t *testing.T) {
	_, err := New(Options{
		Detectors:  []string{"card", "nope"},
		Attributes: []AttributeRule{{Key: "a", Action: "zap"}},
		Patterns:   []Pattern{{Name: "x", Regex: "("}, {Name: "y", Regex: "a*"}},
		HashKeys:   []HashKey{{ID: "1", Key: []byte("short")}},
	})
	for _, path := range []string{"detectors[1]", "attributes[0].action", "patterns[0].regex", "patterns[1].regex", "hash_keys[0].key"} {
		if err == nil || !strings.Contains(err.Error(), path+": ") {
			t.Errorf("no error at %s in %v", path, err)
		}
	}
	var option *OptionError
	if !errors.As(err, &option) || option.ConfigPath() == "" {
		t.Errorf("%v has no path", err)
	}
}

func TestDroppedDatapointAttributesAreSummedUp(t *testing.T) {
	f := newFilter(t, Options{Attributes: []AttributeRule{{Key: "user", Action: Drop}}})
	point := func(user string, n int64) *metricsv1.NumberDataPoint {
		return &metricsv1.NumberDataPoint{TimeUnixNano: 7, Attributes: []*commonv1.KeyValue{attribute("user", user), attribute("route", "/x")}, Value: &metricsv1.NumberDataPoint_AsInt{AsInt: n}}
	}
	in, err := proto.Marshal(&metricsv1.MetricsData{ResourceMetrics: []*metricsv1.ResourceMetrics{{ScopeMetrics: []*metricsv1.ScopeMetrics{{Metrics: []*metricsv1.Metric{{
		Name: "m", Data: &metricsv1.Metric_Sum{Sum: &metricsv1.Sum{DataPoints: []*metricsv1.NumberDataPoint{point("a", 1), point("b", 2)}}},
	}, {
		Name: "g", Data: &metricsv1.Metric_Gauge{Gauge: &metricsv1.Gauge{DataPoints: []*metricsv1.NumberDataPoint{point("a", 1), point("b", 2)}}},
	}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	out, c, err := f.Filter(otlp.Metrics, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	var data metricsv1.MetricsData
	if err := proto.Unmarshal(out, &data); err != nil {
		t.Fatal(err)
	}
	metrics := data.ResourceMetrics[0].ScopeMetrics[0].Metrics
	sum := metrics[0].GetSum().DataPoints
	if len(sum) != 1 || sum[0].GetAsInt() != 3 || len(sum[0].Attributes) != 1 {
		t.Errorf("sum became %v", sum)
	}
	gauge := metrics[1].GetGauge().DataPoints
	if len(gauge) != 2 || !strings.HasPrefix(gauge[0].Attributes[0].Value.GetStringValue(), "hk1:") {
		t.Errorf("gauge became %v", gauge)
	}
	if c.Items != 4 || c.Dropped != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestRedactedIsCounted(t *testing.T) {
	f := newFilter(t, Options{CountRedacted: true})
	s := filterSpan(t, f, &tracev1.Span{Name: "to a@example.com", Attributes: []*commonv1.KeyValue{attribute("a", "b@example.com"), attribute("c", "d")}})
	last := s.Attributes[len(s.Attributes)-1]
	if last.Key != redactedKey || text(last.Value) != 2 {
		t.Errorf("count is %v", last)
	}
	if s := filterSpan(t, f, &tracev1.Span{Name: "clean"}); len(s.Attributes) != 0 {
		t.Errorf("clean span got %v", s.Attributes)
	}
}

// What is added to a resource has no private key either, however it is allowed.
func TestKeyOfEnrichedAttribute(t *testing.T) {
	const private = "bob@example.com"
	for name, c := range map[string]struct {
		options Options
		keep    bool
	}{
		"mask":         {Options{}, false},
		"hash":         {Options{Action: Hash}, false},
		"rule says so": {Options{Attributes: []AttributeRule{{Key: "*", Action: Scan}}}, false},
		"report":       {Options{Mode: Report}, true},
	} {
		f := newFilter(t, c.options)
		if out, keep := f.Attribute(private, "1"); keep != c.keep {
			t.Errorf("%s: got %q, %v", name, out, keep)
		}
		if n := gather(t, f)["agent_filter_findings_total action=hash detector=email location=resource.attribute.value signal=traces"]; n != 1 {
			t.Errorf("%s: %v findings counted, want 1", name, n)
		}
		if out, keep := f.Attribute("k8s.pod.label.app.kubernetes.io/name", "orders"); out != "orders" || !keep {
			t.Errorf("%s: a plain key: got %q, %v", name, out, keep)
		}
	}
}
