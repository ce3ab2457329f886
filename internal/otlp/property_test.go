package otlp

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"
)

// pdataRoundTrip decodes a request with the Collector's decoder and encodes it again.
func pdataRoundTrip(sig Signal, b []byte) ([]byte, error) {
	switch sig {
	case Metrics:
		md, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(b)
		if err != nil {
			return nil, err
		}
		return (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
	case Logs:
		ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(b)
		if err != nil {
			return nil, err
		}
		return (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	}
	td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(b)
	if err != nil {
		return nil, err
	}
	return (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
}

// checkAgainstOracle compares decode(rewrite(in)) with the rule applied to
// decode(in), by protobuf-go and by pdata.
func checkAgainstOracle(t *rapid.T, w *Walker, sig Signal, in []byte, want proto.Message, keep bool) {
	o := &oracle{rule: rule{keep: keep}}
	o.message(want.ProtoReflect(), 0)

	v := &rule{keep: keep}
	before := bytes.Clone(in)
	out, c, err := w.Rewrite(sig, in, nil, v)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(in, before) {
		t.Fatal("the input was written to")
	}
	if c != o.counts {
		t.Errorf("counts %+v, want %+v", c, o.counts)
	}
	got := newRoot(sig)
	if err := proto.Unmarshal(out, got); err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(got, want) {
		t.Fatalf("rewritten differs (-want +got):\n%s", cmp.Diff(want, got, protocmp.Transform()))
	}
	gotPdata, err := pdataRoundTrip(sig, out)
	if err != nil {
		t.Fatal(err)
	}
	wantPdata, err := pdataRoundTrip(sig, encode(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(gotPdata, wantPdata) {
		t.Errorf("rewritten differs in pdata")
	}
	if bytes.Contains(out, []byte(canary)) {
		t.Error("an unknown field passed")
	}
	checkClean(t, w, sig, out)
}

// checkClean holds that a second walk finds nothing to do.
func checkClean(t rapid.TB, w *Walker, sig Signal, out []byte) {
	if st := w.walk(sig, out, nil); st != ok || len(w.edits) != 0 {
		t.Fatalf("walking what was rewritten: status %d, %d edits, error %v", st, len(w.edits), w.err)
	}
}

func forSignals(t *testing.T, check func(t *rapid.T, w *Walker, sig Signal)) {
	w := NewWalker(NewSchema(), Limits{})
	for sig := range Signal(NumSignals) {
		t.Run(sig.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { check(t, w, sig) })
		})
	}
}

func TestCanonicalRequestsAgreeWithDecoders(t *testing.T) {
	forSignals(t, func(t *rapid.T, w *Walker, sig Signal) {
		m := randomRequest(t, sig)
		checkAgainstOracle(t, w, sig, encode(t, m), m, false)
	})
}

func TestShuffledRequestsAgreeWithDecoders(t *testing.T) {
	forSignals(t, func(t *rapid.T, w *Walker, sig Signal) {
		m := randomRequest(t, sig)
		mapStrings(m.ProtoReflect(), func(s string) string {
			if rapid.IntRange(0, 9).Draw(t, "invalid") == 0 {
				return "\xff\xfe" + s + "\xc3"
			}
			return s
		})
		in := oddEncode(t, m.ProtoReflect(), oddities{padded: true, unknown: true})
		mapStrings(m.ProtoReflect(), func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") })
		checkAgainstOracle(t, w, sig, in, m, true)
	})
}

func TestOddRequestsAgreeWithDecoders(t *testing.T) {
	forSignals(t, func(t *rapid.T, w *Walker, sig Signal) {
		in := oddEncode(t, randomRequest(t, sig).ProtoReflect(), oddities{padded: true, unknown: true, twice: true})
		want := newRoot(sig)
		if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(in, want); err != nil {
			t.Fatal(err)
		}
		checkAgainstOracle(t, w, sig, in, want, true)
	})
}
