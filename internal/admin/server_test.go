package admin

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
)

// pipes is a listener for one connection that ends in this process.
type pipes struct {
	server net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	if c := p.server; c != nil {
		p.server = nil
		return c, nil
	}
	<-p.closed
	return nil, net.ErrClosed
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A client that doesn't read what it asked for doesn't hold the answer for good.
func TestAClientThatDoesNotReadIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error)
		s := NewServer("metrics", "admin.metrics.endpoint", "", nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			var err error
			for err == nil {
				_, err = w.Write(make([]byte, 1<<16))
			}
			ended <- err
		}), slog.New(slog.DiscardHandler))
		client, server := net.Pipe()
		defer client.Close()
		served := make(chan error, 1)
		go func() { served <- s.http.Serve(&pipes{server, make(chan struct{})}) }()
		if _, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-ended
		if err := s.http.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}
