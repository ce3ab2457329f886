// Package admin serves what an operator asks the agent: its own metrics and
// health on one endpoint that may be opened to the pod's address, and status,
// decisions and a status page on another that stays on loopback.
//
// It holds no state of the data path: every answer is taken from functions that
// the wiring gives it. Nothing it shows is older than the filter: span content
// does not reach it.
//
// Each Server runs one goroutine, from Start until Stop returns. Health runs one
// for a probe, one at a time; it stays when a stage is stuck for good.
package admin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"syscall"
	"time"
)

// Server is one listener of the agent's own.
type Server struct {
	name     string
	key      string // of the configuration
	endpoint string
	tls      *tls.Config
	http     *http.Server
	listener net.Listener
	done     chan struct{}
	logger   *slog.Logger
}

// headerTimeout bounds how long a client may take to send its request line and
// headers: these endpoints are asked by scrapers and people, with small requests.
const headerTimeout = 5 * time.Second

// answerTimeout bounds how long a client may take to read its answer, which is
// held until then: as long as the longest usual scrape interval.
const answerTimeout = time.Minute

// NewServer returns a server for handler on endpoint (host:port; port 0 picks one),
// which the configuration names by key. tlsConfig may be nil.
func NewServer(name, key, endpoint string, tlsConfig *tls.Config, handler http.Handler, logger *slog.Logger) *Server {
	return &Server{
		name: name, key: key, endpoint: endpoint, tls: tlsConfig, logger: logger,
		http: &http.Server{
			Handler:           recovered(handler, logger),
			ReadHeaderTimeout: headerTimeout,
			ReadTimeout:       2 * headerTimeout,
			WriteTimeout:      answerTimeout,
			MaxHeaderBytes:    16 << 10,
			ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // net/http's texts carry request data
		},
	}
}

// Start listens and serves.
func (s *Server) Start(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.endpoint)
	if err != nil {
		return &listenError{s.key, s.endpoint, err}
	}
	if s.tls != nil {
		l = tls.NewListener(l, s.tls)
	}
	s.listener, s.done = l, make(chan struct{})
	go func() {
		defer close(s.done)
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("server ended", "server", s.name, "error", err)
		}
	}()
	return nil
}

// listenError says that an endpoint of the agent's own can't be listened on.
type listenError struct {
	Key, Endpoint string
	Cause         error
}

func (e *listenError) Error() string {
	cause := e.Cause
	if op, ok := errors.AsType[*net.OpError](cause); ok {
		cause = op.Err // the rest repeats the address
	}
	mend := ""
	if errors.Is(e.Cause, syscall.EADDRINUSE) {
		mend = ": choose another address, or is an agent running already?"
	}
	return fmt.Sprintf("%s: listen on %s: %v%s", e.Key, e.Endpoint, cause, mend)
}

// Unwrap returns the cause.
func (e *listenError) Unwrap() error { return e.Cause }

// Name returns the name it was made with.
func (s *Server) Name() string { return s.name }

// Addr returns the address that is listened on, after Start.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Stop ends the server: open requests are finished until ctx ends.
func (s *Server) Stop(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	<-s.done
	return err
}

// recovered turns a panic of a handler into a 500. net/http would print its
// value, which may hold data.
func recovered(next http.Handler, logger *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				logger.Error("handler panicked", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
				http.Error(w, "internal fault", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
