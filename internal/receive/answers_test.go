package receive

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// outcomes are what the Acceptor may say, and what both protocols make of it.
var outcomes = map[string]struct {
	err    error
	code   codes.Code
	status int
	retry  bool
	text   string
	reason string
}{
	"malformed": {
		&otlp.Error{Place: "span.event", Offset: 42, Reason: "truncated field"},
		codes.InvalidArgument, 400, false, "read span.event at byte 42: truncated field", reasonMalformed,
	},
	"unavailable": {unavailable{}, codes.Unavailable, 503, true, "agent has no room for the request now, send it again", reasonUnavailable},
	"fault":       {errCanary, codes.Unavailable, 503, true, "agent met a fault of its own, send the request again", reasonFault},
}

func TestRefusalsByGRPC(t *testing.T) {
	for name, o := range outcomes {
		t.Run(name, func(t *testing.T) {
			h := start(t, nil)
			h.acceptor.answer = func(context.Context, []byte) (int, error) { return 0, o.err }
			var trailer metadata.MD
			_, err := call(t.Context(), dial(t, h.grpc), methods[otlp.Logs], nil, grpc.Trailer(&trailer))
			st := status.Convert(err)
			if st.Code() != o.code || st.Message() != o.text {
				t.Errorf("client hears %v, want %s: %s", err, o.code, o.text)
			}
			checkRetry(t, st.Proto(), o.retry)
			raw := trailer.Get(retryTrailer)
			if (len(raw) == 1) != o.retry {
				t.Fatalf("trailer %s is %q, want it: %v", retryTrailer, raw, o.retry)
			}
			if o.retry {
				var info errdetails.RetryInfo
				if err := proto.Unmarshal([]byte(raw[0]), &info); err != nil || info.GetRetryDelay().AsDuration() != time.Second {
					t.Errorf("trailer says %v (%v), want 1 s", info.GetRetryDelay(), err)
				}
			}
			if n := testutil.ToFloat64(h.refused.WithLabelValues("logs", o.reason)); n != 1 {
				t.Errorf("refused{%s} is %v, want 1", o.reason, n)
			}
			if n := testutil.ToFloat64(h.requests.WithLabelValues("logs", protocolGRPC, o.code.String())); n != 1 {
				t.Errorf("requests{%s} is %v, want 1", o.code, n)
			}
		})
	}
}

func TestRefusalsByHTTP(t *testing.T) {
	decode := map[string]func([]byte, proto.Message) error{typeProtobuf: proto.Unmarshal, typeJSON: protojson.Unmarshal}
	for name, o := range outcomes {
		for contentType, unmarshal := range decode {
			t.Run(name+"/"+contentType, func(t *testing.T) {
				h := start(t, nil)
				h.acceptor.answer = func(context.Context, []byte) (int, error) { return 0, o.err }
				body := map[string][]byte{typeProtobuf: nil, typeJSON: []byte("{}")}[contentType]
				resp, answer := post(t, "http://"+h.http+"/v1/metrics", contentType, "", body)
				if resp.StatusCode != o.status || resp.Header.Get("Content-Type") != contentType {
					t.Errorf("client hears %s in %s, want %d in %s", resp.Status, resp.Header.Get("Content-Type"), o.status, contentType)
				}
				if got := resp.Header.Get("Retry-After"); (got == "1") != o.retry || (got != "") != o.retry {
					t.Errorf("Retry-After is %q, want 1: %v", got, o.retry)
				}
				var st spb.Status
				if err := unmarshal(answer, &st); err != nil {
					t.Fatal(err)
				}
				if codes.Code(st.GetCode()) != o.code || st.GetMessage() != o.text {
					t.Errorf("status is %v, want %s: %s", &st, o.code, o.text)
				}
				checkRetry(t, &st, o.retry)
			})
		}
	}
}

func checkRetry(t *testing.T, st *spb.Status, want bool) {
	t.Helper()
	details := status.FromProto(st).Details()
	if !want {
		if len(details) != 0 {
			t.Errorf("final refusal has details %v", details)
		}
		return
	}
	if len(details) != 1 {
		t.Fatalf("details are %v, want one RetryInfo", details)
	}
	if info, ok := details[0].(*errdetails.RetryInfo); !ok || info.GetRetryDelay().AsDuration() != time.Second {
		t.Errorf("details are %v, want a RetryInfo of 1 s", details)
	}
}

func TestPartialSuccess(t *testing.T) {
	h := start(t, nil)
	h.acceptor.answer = func(context.Context, []byte) (int, error) { return 300, nil }
	check := func(protocol string, reply []byte) {
		t.Helper()
		got := ptraceotlp.NewExportResponse() // pdata is the oracle
		if err := got.UnmarshalProto(reply); err != nil {
			t.Fatal(err)
		}
		if p := got.PartialSuccess(); p.RejectedSpans() != 300 || p.ErrorMessage() != rejectedMessage {
			t.Errorf("%s: client hears %d, %q", protocol, p.RejectedSpans(), p.ErrorMessage())
		}
	}
	reply, err := call(t.Context(), dial(t, h.grpc), methods[otlp.Traces], nil)
	if err != nil {
		t.Fatal(err)
	}
	check("gRPC", reply)
	resp, answer := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, "", nil)
	if resp.StatusCode != 200 {
		t.Errorf("HTTP: %s, want 200", resp.Status)
	}
	check("HTTP", answer)
	for sig, field := range []string{"rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"} {
		resp, answer = post(t, "http://"+h.http+"/v1/"+otlp.Signal(sig).String(), typeJSON, "", []byte("{}"))
		var got map[string]map[string]string
		if err := json.Unmarshal(answer, &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]map[string]string{"partialSuccess": {field: "300", "errorMessage": rejectedMessage}}
		if d := cmp.Diff(want, got); resp.StatusCode != 200 || d != "" {
			t.Errorf("JSON: %s (-want +got):\n%s", resp.Status, d)
		}
	}
	if n := testutil.ToFloat64(h.rejected.WithLabelValues("traces")); n != 900 {
		t.Errorf("rejected{traces} is %v, want 900", n)
	}
}

func TestWhatIsNotOTLP(t *testing.T) {
	h := start(t, nil)
	base := "http://" + h.http
	for name, c := range map[string]struct {
		method, path, contentType, encoding string
		status                              int
		allow                               string
	}{
		"unknown path":     {http.MethodPost, "/v1/spans", typeJSON, "", 404, ""},
		"profiles":         {http.MethodPost, "/v1development/profiles", typeProtobuf, "", 404, ""},
		"root":             {http.MethodGet, "/", "", "", 404, ""},
		"method":           {http.MethodGet, "/v1/traces", "", "", 405, "POST"},
		"no type":          {http.MethodPost, "/v1/traces", "", "", 415, ""},
		"type":             {http.MethodPost, "/v1/traces", "text/plain", "", 415, ""},
		"broken type":      {http.MethodPost, "/v1/traces", "application/json; " + canary, "", 415, ""},
		"content encoding": {http.MethodPost, "/v1/traces", typeJSON, "br-" + canary, 415, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := do(t, http.DefaultClient, c.method, base+c.path, []byte(canary), map[string]string{"Content-Type": c.contentType, "Content-Encoding": c.encoding})
			if resp.StatusCode != c.status || resp.Header.Get("Allow") != c.allow {
				t.Errorf("client hears %s, Allow %q; want %d, %q", resp.Status, resp.Header.Get("Allow"), c.status, c.allow)
			}
			if strings.Contains(string(body), canary) {
				t.Errorf("answer echoes the request: %s", body)
			}
		})
	}
	conn := dial(t, h.grpc)
	for _, method := range []string{
		"/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
		"/opentelemetry.proto.collector.trace.v1.TraceService/Import", "/" + canary + "/Export",
	} {
		_, err := call(t.Context(), conn, method, []byte(canary))
		if status.Code(err) != codes.Unimplemented || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: client hears %v, want Unimplemented without an echo", method, err)
		}
	}
	if n := len(h.acceptor.take()); n != 0 {
		t.Errorf("acceptor got %d requests", n)
	}
}

func TestBusy(t *testing.T) {
	h := start(t, func(o *Options) { o.Admission = &fakeAdmission{budget: 100} })
	_, err := call(t.Context(), dial(t, h.grpc), methods[otlp.Traces], nil)
	if status.Code(err) != codes.Unavailable {
		t.Errorf("gRPC: %v, want Unavailable", err)
	}
	resp, _ := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, "", make([]byte, 101))
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") != "1" {
		t.Errorf("HTTP: %s, want 503 with Retry-After", resp.Status)
	}
	if n := testutil.ToFloat64(h.refused.WithLabelValues("traces", reasonBusy)); n != 2 {
		t.Errorf("refused{busy} is %v, want 2", n)
	}
}

func TestPanicsAreAnsweredAndNotPrinted(t *testing.T) {
	h := start(t, nil)
	h.acceptor.answer = func(context.Context, []byte) (int, error) { panic(errors.New(canary)) }
	_, err := call(t.Context(), dial(t, h.grpc), methods[otlp.Traces], nil)
	if status.Code(err) != codes.Unavailable || strings.Contains(err.Error(), canary) {
		t.Errorf("gRPC: %v, want Unavailable without an echo", err)
	}
	resp, body := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, "", nil)
	if resp.StatusCode != 503 || strings.Contains(string(body), canary) {
		t.Errorf("HTTP: %s %q, want 503 without an echo", resp.Status, body)
	}
	log := h.log.String()
	if strings.Contains(log, canary) || !strings.Contains(log, "type=*errors.errorString") || !strings.Contains(log, "answers_test.go") {
		t.Errorf("log should have type and stack of the panic, and not its value:\n%s", log)
	}
	for _, protocol := range []string{protocolGRPC, protocolProtobuf} {
		if n := testutil.ToFloat64(h.panics.WithLabelValues(protocol)); n != 1 {
			t.Errorf("panics{%s} is %v, want 1", protocol, n)
		}
	}
}
