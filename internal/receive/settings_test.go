package receive

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// with adds settings to a protocol of the receiver under test.
func with(protocol string, settings map[string]any) func(*Options) {
	return func(o *Options) {
		section := o.Settings["protocols"].(map[string]any)[protocol].(map[string]any)
		for k, v := range settings {
			section[k] = v
		}
	}
}

// What the Collector's server does around its handler is done around ours.
func TestHTTPServerSettingsTakeEffect(t *testing.T) {
	h := start(t, with("http", map[string]any{
		"response_headers":       map[string]any{"x-frame-options": "deny"},
		"cors":                   map[string]any{"allowed_origins": []any{"https://shop.example"}, "max_age": 600},
		"compression_algorithms": []any{"gzip"},
		"traces_url_path":        "/in/traces",
		"keepalive":              map[string]any{"enabled": false},
	}))
	url := "http://" + h.http + "/in/traces"
	for _, tc := range []struct {
		name   string
		method string
		header map[string]string
		code   int
		want   map[string]string // headers of the answer
	}{
		{"a request", http.MethodPost, map[string]string{"Content-Type": typeProtobuf, "Content-Encoding": "gzip"}, 400, map[string]string{"X-Frame-Options": "deny", "Connection": "close"}},
		{"an encoding that isn't taken", http.MethodPost, map[string]string{"Content-Type": typeProtobuf, "Content-Encoding": "zstd"}, 415, nil},
		{"no encoding, which isn't taken", http.MethodPost, map[string]string{"Content-Type": typeProtobuf}, 415, nil},
		{"a page that may send", http.MethodOptions, map[string]string{"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}, 204, map[string]string{"Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Max-Age": "600"}},
		{"a page that may not", http.MethodOptions, map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}, 204, map[string]string{"Access-Control-Allow-Origin": ""}},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tc.method, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range tc.header {
			req.Header.Set(k, v)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		if resp.StatusCode != tc.code {
			t.Errorf("%s: %s, want %d", tc.name, resp.Status, tc.code)
		}
		for k, want := range tc.want {
			got := resp.Header.Get(k)
			if k == "Connection" && resp.Close {
				got = "close" // the transport takes the header
			}
			if got != want {
				t.Errorf("%s: %s is %q, want %q", tc.name, k, got, want)
			}
		}
	}
	if resp, answer := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, "", nil); resp.StatusCode != http.StatusNotFound || !strings.Contains(string(answer), "/in/traces, /v1/metrics or /v1/logs") {
		t.Errorf("the default path: %s %q, want 404 with the paths that are served", resp.Status, answer)
	}
}

func TestUnixSockets(t *testing.T) {
	dir := t.TempDir()
	grpcPath, httpPath := filepath.Join(dir, "g"), filepath.Join(dir, "h")
	h := start(t, func(o *Options) {
		with("grpc", map[string]any{"endpoint": grpcPath, "transport": "unix"})(o)
		with("http", map[string]any{"endpoint": httpPath, "transport": "unix"})(o)
	})
	conn, err := grpc.NewClient("unix:"+grpcPath, plaintext())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := call(t.Context(), conn, methods[otlp.Traces], nil); err != nil {
		t.Error(err)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", httpPath)
	}}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://agent/v1/logs", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", typeProtobuf)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("%s, %v", resp.Status, err)
	}
	if n := len(h.acceptor.take()); n != 2 {
		t.Errorf("%d requests arrived, want 2", n)
	}
}
