package main

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/config"
)

// askTimeout is how long a running agent may take to answer: less than the 3 s
// that the image's health check waits.
const askTimeout = 2 * time.Second

// traceIDBytes is the length that OTLP gives a trace id.
const traceIDBytes = 16

// health asks the running agent at the configured metrics endpoint.
func health(ctx context.Context, args []string, e environment) error {
	f := newFlags("health", e)
	live := f.Bool("live", false, "ask whether the agent is not stuck, instead of whether it can accept")
	cfg, err := f.parseAndLoad(args, e)
	if err != nil {
		return err
	}
	path := "/readyz"
	if *live {
		path = "/healthz"
	}
	_, err = ask(ctx, directClient(), "http://"+dialable(cfg.Admin.Metrics.Endpoint)+path, "")
	return err
}

// explain asks the running agent at the configured admin endpoint.
func explain(ctx context.Context, args []string, e environment) error {
	f := newFlags("explain", e)
	if err := f.parse(args, "TRACE_ID"); err != nil {
		return err
	}
	if id, err := hex.DecodeString(f.Arg(0)); err != nil || len(id) != traceIDBytes {
		return f.errorf("TRACE_ID must be %d hexadecimal digits, got %q", 2*traceIDBytes, f.Arg(0))
	}
	cfg, err := f.load(e)
	if err != nil {
		return err
	}
	if cfg.Admin.Endpoint == "" {
		return errors.New("explain trace: admin.endpoint is empty, so no agent with this configuration can be asked")
	}
	scheme, client := "http", directClient()
	if cfg.Admin.TLS.CertFile != "" {
		scheme, client = "https", loopbackTLS(cfg.Admin)
	}
	token, err := readToken(cfg.Admin.Auth.BearerTokenFile)
	if err != nil {
		return err
	}
	body, err := ask(ctx, client, scheme+"://"+dialable(cfg.Admin.Endpoint)+"/decisions/"+f.Arg(0), token)
	if err != nil {
		return err
	}
	_, err = e.out.Write(body)
	return err
}

// ask returns the body of a 200 answer.
func ask(ctx context.Context, client *http.Client, url, token string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("ask agent: %w", err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil, fmt.Errorf("ask agent: nothing listens on %s: is an agent running with this configuration?", req.URL.Host)
	}
	if err != nil {
		return nil, fmt.Errorf("ask agent: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err != nil {
		return nil, fmt.Errorf("ask agent: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask agent: %s: %s", resp.Status, strings.TrimSpace(string(body)))
	}
	return body, nil
}

// directClient goes through no proxy: the agent is on this host.
func directClient() *http.Client { return &http.Client{Transport: &http.Transport{}} }

// dialable turns an endpoint that is listened on into one that can be dialled
// from the same host.
func dialable(endpoint string) string {
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		return endpoint
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// loopbackTLS returns a client for the agent's own certificate. The agent is
// asked on this host by somebody who can read its key file, so the certificate
// is the credential shown where client certificates are required, and its names,
// which are those of the pod, are not checked.
func loopbackTLS(a config.Admin) *http.Client {
	conf := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
	if pair, err := tls.LoadX509KeyPair(a.TLS.CertFile, a.TLS.KeyFile); err == nil {
		conf.Certificates = []tls.Certificate{pair}
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}
}

// readToken returns the token in file, "" without a file.
func readToken(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		if p, ok := errors.AsType[*fs.PathError](err); ok {
			err = p.Err
		}
		return "", fmt.Errorf("can't read %s: %w", file, err)
	}
	token := strings.TrimSpace(string(b))
	if token == "" {
		return "", fmt.Errorf("%s is empty", file)
	}
	return token, nil
}
