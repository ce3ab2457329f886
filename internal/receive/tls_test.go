package receive

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// identity is a certificate that signs itself, in files and in memory.
type identity struct {
	certFile, keyFile string
	pair              tls.Certificate
	pool              *x509.CertPool
}

func newIdentity(t *testing.T, name string) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
	dir := t.TempDir()
	id := identity{certFile: filepath.Join(dir, "cert.pem"), keyFile: filepath.Join(dir, "key.pem"), pool: x509.NewCertPool()}
	writeFile(t, id.certFile, string(certPEM))
	writeFile(t, id.keyFile, string(keyPEM))
	if id.pair, err = tls.X509KeyPair(certPEM, keyPEM); err != nil {
		t.Fatal(err)
	}
	id.pool.AppendCertsFromPEM(certPEM)
	return id
}

func TestTLS(t *testing.T) {
	server, client, stranger := newIdentity(t, "server"), newIdentity(t, "client"), newIdentity(t, "stranger")
	settings := func(mutual bool) map[string]any {
		s := map[string]any{"cert_file": server.certFile, "key_file": server.keyFile}
		if mutual {
			s["client_ca_file"] = client.certFile
		}
		p := map[string]any{"endpoint": "127.0.0.1:0", "tls": s}
		return map[string]any{"protocols": map[string]any{"grpc": p, "http": p}}
	}
	with := func(ids ...identity) *tls.Config {
		c := &tls.Config{RootCAs: server.pool}
		for _, id := range ids {
			c.Certificates = append(c.Certificates, id.pair)
		}
		return c
	}
	for name, c := range map[string]struct {
		mutual bool
		config *tls.Config
		ok     bool
	}{
		"tls":                        {false, with(), true},
		"tls, unknown server":        {false, &tls.Config{RootCAs: stranger.pool}, false},
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
