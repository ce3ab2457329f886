package receive

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestProtocolsCanBeSwitchedOff(t *testing.T) {
	for _, off := range []string{"grpc", "http"} {
		h := start(t, func(o *Options) {
			o.Settings = bothOn()
			o.Settings["protocols"].(map[string]any)[off] = map[string]any{"enabled": false, "endpoint": "127.0.0.1:1"}
		})
		if on := map[string]string{"grpc": h.http, "http": h.grpc}[off]; on == "" {
			t.Errorf("%s off: the other one doesn't listen", off)
		}
		if address := map[string]string{"grpc": h.grpc, "http": h.http}[off]; address != "" {
			t.Errorf("%s is off and listens on %s", off, address)
		}
	}
}

func TestWrongSettingsNameTheirPath(t *testing.T) {
	protocols := func(name string, settings map[string]any) map[string]any {
		settings["endpoint"] = "127.0.0.1:0"
		return map[string]any{"protocols": map[string]any{name: settings}}
	}
	for want, settings := range map[string]map[string]any{
		"protocols: must specify at least one protocol":                             {"protocols": map[string]any{}},
		"protocols.grpc.middlewares: the agent has no such extensions":              protocols("grpc", map[string]any{"middlewares": []any{map[string]any{"id": "x"}}}),
		"protocols.http.middlewares: the agent has no such extensions":              protocols("http", map[string]any{"middlewares": []any{map[string]any{"id": "x"}}}),
		"protocols.grpc.auth: the agent has no such extensions: use receive.auth":   protocols("grpc", map[string]any{"auth": map[string]any{"authenticator": "x"}}),
		"protocols.http.auth: the agent has no such extensions: use receive.auth":   protocols("http", map[string]any{"auth": map[string]any{"authenticator": "x"}}),
		"protocols.http.metrics_url_path: is the path of another signal":            protocols("http", map[string]any{"traces_url_path": "/v1", "metrics_url_path": "v1"}),
		"protocols.http.logs_url_path: is the path of another signal":               protocols("http", map[string]any{"logs_url_path": "/v1/metrics"}),
		"protocols.http.compression_algorithms: \"br\" is none of gzip, zstd, zlib": protocols("http", map[string]any{"compression_algorithms": []any{"gzip", "br"}}),
	} {
		_, err := New(Options{Settings: settings, MaxRequestBytes: 1 << 20, Logger: slog.New(slog.DiscardHandler)})
		if bad, ok := errors.AsType[*ConfigError](err); !ok || !strings.HasPrefix(want, bad.ConfigPath()) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// The settings bound a request, and MaxRequestBytes bounds the settings.
func TestSizeSettings(t *testing.T) {
	for _, c := range []struct{ mib, body, max, wantGRPC, wantHTTP, warnings int }{
		{0, 0, 1000, 1000, 1000, 0},
		{1, 500, 4 << 20, 1 << 20, 500, 0},
		{8, 8 << 20, 4 << 20, 4 << 20, 4 << 20, 2},
	} {
		cfg, warnings, err := loadConfig(map[string]any{"protocols": map[string]any{
			"grpc": map[string]any{"max_recv_msg_size_mib": c.mib},
			"http": map[string]any{"max_request_body_size": c.body},
		}}, c.max)
		if err != nil {
			t.Fatal(err)
		}
		gotGRPC := maxMessageBytes(cfg.Protocols.GRPC.Get(), c.max)
		gotHTTP := int(cfg.Protocols.HTTP.Get().ServerConfig.MaxRequestBodySize)
		if gotGRPC != c.wantGRPC || gotHTTP != c.wantHTTP || len(warnings) != c.warnings {
			t.Errorf("%+v: gRPC %d, HTTP %d, %v", c, gotGRPC, gotHTTP, warnings)
		}
	}
}

func TestUsedPortIsAnError(t *testing.T) {
	h := start(t, nil)
	r, err := New(Options{
		Settings:        map[string]any{"protocols": map[string]any{"grpc": map[string]any{"endpoint": "127.0.0.1:0"}, "http": map[string]any{"endpoint": h.http}}},
		MaxRequestBytes: 1, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "receive.protocols.http.endpoint: listen on "+h.http+": bind: address already in use: choose another address") {
		t.Errorf("%v, want the address in it", err)
	}
}

// Shutdown answers what is in flight and takes nothing new.
func TestShutdownFinishesRequestsInFlight(t *testing.T) {
	h := start(t, nil)
	entered, leave := make(chan struct{}, 2), make(chan struct{})
	h.acceptor.answer = func(context.Context, []byte) (int, error) {
		entered <- struct{}{}
		<-leave
		return 0, nil
	}
	c := dial(t, h.grpc)
	answered := make(chan error, 2)
	go func() {
		_, err := call(t.Context(), c, methods[otlp.Traces], nil)
		answered <- err
	}()
	go func() {
		resp, _ := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, "", nil)
		if resp.StatusCode != 200 {
			answered <- errors.New(resp.Status)
			return
		}
		answered <- nil
	}()
	<-entered
	<-entered
	done := make(chan error, 1)
	go func() { done <- h.Shutdown(context.Background()) }()
	waitRefused(t, h.http)
	close(leave)
	for range 2 {
		if err := <-answered; err != nil {
			t.Errorf("request in flight: %v", err)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	waitRefused(t, h.grpc)
}

// waitRefused waits until nobody listens on address.
func waitRefused(t *testing.T, address string) {
	t.Helper()
	for {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = c.Close()
		if t.Context().Err() != nil {
			t.Fatal("still listening")
		}
	}
}

// A client that never finishes its message doesn't hold Shutdown beyond its time.
func TestShutdownCancelsWhatDoesNotEnd(t *testing.T) {
	h := start(t, nil)
	stream, err := dial(t, h.grpc).NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, methods[otlp.Traces])
	if err != nil {
		t.Fatal(err)
	}
	for h.admission.used.Load() == 0 {
		// until the server waits for the message
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := h.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shutdown: %v, want that its time was up", err)
	}
	if err := stream.RecvMsg(&[]byte{}); status.Code(err) != codes.Canceled && status.Code(err) != codes.Unavailable {
		t.Errorf("client hears %v, want that the call was cancelled", err)
	}
	for h.admission.used.Load() != 0 {
		// until the lease is given back
	}
}

// What isn't HTTP, TLS or gRPC neither stops a server nor is logged.
func TestGarbageOnBothPorts(t *testing.T) {
	h := start(t, nil)
	for _, address := range []string{h.grpc, h.http} {
		for _, garbage := range []string{
			canary + "\r\n\r\n", "POST /" + canary + " HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\x00" + canary,
			"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff" + canary, strings.Repeat("\x00", 1000), "",
		} {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			if _, err := c.Write([]byte(garbage)); err != nil {
				t.Log(err) // refused already
			}
			if c, ok := c.(*net.TCPConn); ok {
				_ = c.CloseWrite()
			}
			answer, _ := io.ReadAll(c) // until the server gives up
			if strings.Contains(string(answer), canary) {
				t.Errorf("%q is echoed: %q", garbage, answer)
			}
			_ = c.Close()
		}
	}
	if _, err := call(t.Context(), dial(t, h.grpc), methods[otlp.Traces], nil); err != nil {
		t.Errorf("gRPC doesn't serve after garbage: %v", err)
	}
	if resp, _ := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, "", nil); resp.StatusCode != 200 {
		t.Errorf("HTTP doesn't serve after garbage: %s", resp.Status)
	}
	if strings.Contains(h.log.String(), canary) {
		t.Errorf("canary in the log:\n%s", h.log)
	}
}
