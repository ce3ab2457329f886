package receive

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

const token = "s3cret-token"

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBearerTokenByBothProtocols(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, token+"\n")
	h := start(t, func(o *Options) { o.BearerTokenFile = file })
	c := dial(t, h.grpc)
	tries := func(wantOK bool, header string) {
		t.Helper()
		ctx := t.Context()
		if header != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", header)
		}
		_, err := call(ctx, c, methods[otlp.Traces], nil)
		want := codes.OK
		if !wantOK {
			want = codes.Unauthenticated
		}
		if status.Code(err) != want {
			t.Errorf("gRPC with %q: %v, want %s", header, err, want)
		}
		resp, body := do(t, http.DefaultClient, http.MethodPost, "http://"+h.http+"/v1/traces", nil,
			map[string]string{"Content-Type": typeProtobuf, "Authorization": header})
		if (resp.StatusCode == http.StatusOK) != wantOK || (!wantOK && resp.StatusCode != http.StatusUnauthorized) {
			t.Errorf("HTTP with %q: %s", header, resp.Status)
		}
		if strings.Contains(string(body), "s3cret") || (err != nil && strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("answer shows a token: %v, %q", err, body)
		}
	}
	tries(true, "Bearer "+token)
	tries(true, "bearer "+token)
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer s3cret", "Bearer " + token + "x", "Basic " + token, token} {
		tries(false, header)
	}
	if n := testutil.ToFloat64(h.refused.WithLabelValues(noSignal, reasonUnauthenticated)); n != 14 {
		t.Errorf("refused{unauthenticated} is %v, want 14", n)
	}

	writeFile(t, file, "another")
	tries(false, "Bearer "+token)
	tries(true, "Bearer another")

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	tries(true, "Bearer another")
	tries(false, "Bearer "+token)
	log := h.log.String()
	if n := strings.Count(log, "can't be read, the last token stays valid"); n != 1 {
		t.Errorf("%d lines about the unreadable file, want 1:\n%s", n, log)
	}
	if strings.Contains(log, "s3cret") || strings.Contains(log, "another") {
		t.Errorf("log shows a token:\n%s", log)
	}
}

func TestBearerTokenFileIsNeededAtStart(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	writeFile(t, empty, " \n")
	for file, want := range map[string]string{
		empty:                "auth.bearer_token_file: " + empty + " is empty",
		empty + "/is-no-dir": "auth.bearer_token_file: can't read " + empty + "/is-no-dir: not a directory",
	} {
		_, err := New(Options{Settings: bothOn(), BearerTokenFile: file, MaxRequestBytes: 1, Logger: slog.New(slog.DiscardHandler)})
		bad, ok := errors.AsType[*ConfigError](err)
		if !ok || bad.ConfigPath() != "auth.bearer_token_file" || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func bothOn() map[string]any {
	return map[string]any{"protocols": map[string]any{
		"grpc": map[string]any{"endpoint": "127.0.0.1:0"},
		"http": map[string]any{"endpoint": "127.0.0.1:0"},
	}}
}

// An unauthenticated request costs neither a lease nor reading its body.
func TestUnauthenticatedCostsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, token)
	h := start(t, func(o *Options) { o.BearerTokenFile = file })
	_, err := call(context.Background(), dial(t, h.grpc), methods[otlp.Traces], make([]byte, testLimit))
	if status.Code(err) != codes.Unauthenticated {
		t.Errorf("%v, want Unauthenticated", err)
	}
	post(t, "http://"+h.http+"/v1/traces", typeProtobuf, "", make([]byte, 1<<10))
	if peak := h.admission.peak.Load(); peak != 0 {
		t.Errorf("%d bytes were leased", peak)
	}
}
