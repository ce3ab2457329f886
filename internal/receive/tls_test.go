package receive

import (
	"crypto/tls"
	"net/http"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
	"github.com/drl-trading/telemetry-agent/internal/testkit"
)

func TestTLS(t *testing.T) {
	server, client, stranger := testkit.NewIdentity(t, t.TempDir(), "server"), testkit.NewIdentity(t, t.TempDir(), "client"), testkit.NewIdentity(t, t.TempDir(), "stranger")
	settings := func(mutual bool) map[string]any {
		s := map[string]any{"cert_file": server.CertFile, "key_file": server.KeyFile}
		if mutual {
			s["client_ca_file"] = client.CertFile
		}
		p := map[string]any{"endpoint": "127.0.0.1:0", "tls": s}
		return map[string]any{"protocols": map[string]any{"grpc": p, "http": p}}
	}
	with := func(ids ...testkit.Identity) *tls.Config {
		c := &tls.Config{RootCAs: server.Pool}
		for _, id := range ids {
			c.Certificates = append(c.Certificates, id.Pair)
		}
		return c
	}
	for name, c := range map[string]struct {
		mutual bool
		config *tls.Config
		ok     bool
	}{
		"tls":                        {false, with(), true},
		"tls, unknown server":        {false, &tls.Config{RootCAs: stranger.Pool}, false},
		"mutual":                     {true, with(client), true},
		"mutual, no certificate":     {true, with(), false},
		"mutual, wrong certificate ": {true, with(stranger), false},
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, func(o *Options) { o.Settings = settings(c.mutual) })
			_, err := call(t.Context(), dial(t, h.grpc, grpc.WithTransportCredentials(credentials.NewTLS(c.config.Clone()))), methods[otlp.Traces], nil)
			if (err == nil) != c.ok {
				t.Errorf("gRPC: %v, want success: %v", err, c.ok)
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+h.http+"/v1/traces", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", typeProtobuf)
			transport := &http.Transport{TLSClientConfig: c.config.Clone()}
			defer transport.CloseIdleConnections()
			resp, err := transport.RoundTrip(r)
			if (err == nil) != c.ok {
				t.Fatalf("HTTP: %v, want success: %v", err, c.ok)
			}
			if err == nil {
				_ = resp.Body.Close()
			}
			want := 0
			if c.ok {
				want = 2
			}
			if n := len(h.acceptor.take()); n != want {
				t.Errorf("acceptor got %d requests, want %d", n, want)
			}
		})
	}
}
