// Package receive serves OTLP by gRPC, HTTP/protobuf and HTTP/JSON.
//
// The Collector's otlpreceiver brings the servers with all their settings
// (listeners, TLS, authentication, CORS, keep-alive). Requests never reach its
// own handlers: a middleware in each protocol takes the encoded bytes, hands them
// to the Acceptor and answers. So nothing is decoded except JSON, a request costs
// a lease of the byte budget before it is read, compressed bodies are bounded
// while they are expanded, and no answer or log line echoes what a client sent.
//
// It does not look into the telemetry: validating it is the Acceptor's business.
//
// Data: the bytes of a request are owned here, lent to the Acceptor for the
// length of a call and reused afterwards.
//
// Goroutines are those of the gRPC and HTTP servers. Shutdown stops accepting,
// waits for requests in flight until its context ends, then cancels them.
package receive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/xconsumer"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/xreceiver"

	"github.com/drl-trading/telemetry-agent/internal/bridge"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// requestTimeout bounds one request from its first byte to its answer. Python's
// exporters give a batch up after 10 s, so nobody waits for a later answer.
const requestTimeout = 10 * time.Second

// Acceptor takes one encoded export request. b is lent until Accept returns.
// rejected counts the items left out as invalid. An *otlp.Error says that b is not
// OTLP; any other error says that the client should send it again, after
// RetryDelay if the error has one.
type Acceptor interface {
	Accept(ctx context.Context, sig otlp.Signal, b []byte) (rejected int, err error)
}

// Admission leases n bytes: Read for a request that is to be read, Work for what
// is made of it, asked for with the first in hand. Both may wait; an error says
// that the client should come again later. giveBack returns a part, at most what
// is left of the lease.
type Admission interface {
	Read(ctx context.Context, n int64) (giveBack func(n int64), err error)
	Work(ctx context.Context, n int64) (giveBack func(n int64), err error)
}

// Options are the settings of a Receiver. All but Settings, BearerTokenFile and
// Fatal are required.
type Options struct {
	// Settings are those of the Collector's otlp receiver, as they are.
	Settings map[string]any
	// BearerTokenFile names a file whose content every client has to send as
	// bearer token. Empty: no token is asked for.
	BearerTokenFile string
	// MaxRequestBytes bounds a request, compressed and expanded. It is the default
	// of max_recv_msg_size_mib and max_request_body_size, and caps them.
	MaxRequestBytes int
	Acceptor        Acceptor
	Admission       Admission
	Logger          *slog.Logger
	// Fatal is told when a server can't go on. It must not block.
	Fatal func(error)
}

// Receiver serves OTLP. Use it once: New, Start, Shutdown.
type Receiver struct {
	*Metrics
	server receiver.Metrics // what otlpreceiver made; the signal doesn't matter
	host   component.Host
	cancel context.CancelFunc // ends what is in flight
	// warnings and endpoints are as they were configured.
	warnings  []Warning
	endpoints map[string]string // by protocol
	mu        sync.Mutex
	address   map[string]string // by the phrase of bridge that told it
}

// New returns a receiver that isn't listening yet. An error about a setting has a
// method ConfigPath() string with the path below the section `receive`; several
// are joined.
func New(o Options) (*Receiver, error) {
	r := &Receiver{Metrics: newMetrics(), address: map[string]string{}}
	cfg, warnings, err := loadConfig(o.Settings, o.MaxRequestBytes)
	token, tokenErr := newBearer(o.BearerTokenFile, o.Logger, r.Metrics)
	if err := errors.Join(err, tokenErr); err != nil {
		return nil, err
	}
	r.warnings, r.endpoints = warnings, endpoints(cfg)
	answers, err := newAnswers()
	if err != nil {
		return nil, err
	}
	inFlight, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	extensions, err := inject(cfg, token, o, &front{
		acceptor: o.Acceptor, admission: o.Admission, metrics: r.Metrics,
		logger: o.Logger, answers: answers, inFlight: inFlight,
	})
	if err != nil {
		cancel()
		return nil, err
	}
	fatal := o.Fatal
	if fatal == nil {
		fatal = func(error) { /* it is in the log */ }
	}
	r.host = bridge.NewReportingHost(extensions, fatal)

	// Only the profiles are registered with otlpreceiver, and those are refused:
	// the signals reach the middleware as unknown services, before a body is read.
	factory := otlpreceiver.NewFactory().(xreceiver.Factory)
	nothing, err := xconsumer.NewProfiles(func(context.Context, pprofile.Profiles) error {
		return errors.New("profiles are not received")
	})
	if err != nil {
		cancel()
		return nil, fmt.Errorf("make consumer: %w", err)
	}
	r.server, err = factory.CreateProfiles(context.Background(), receiver.Settings{
		ID:                component.NewID(factory.Type()),
		TelemetrySettings: bridge.TelemetryWithHook(o.Logger, r.observe),
		BuildInfo:         component.NewDefaultBuildInfo(),
	}, cfg, nothing)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("make otlp receiver: %w", err)
	}
	return r, nil
}

// observe learns the addresses from otlpreceiver's log, which is the only place
// where it tells the port that it got for :0.
func (r *Receiver) observe(phrase string, fields map[string]any) {
	if address, ok := fields[bridge.FieldEndpoint].(string); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.address[phrase] = address
	}
}

// Start listens on all enabled protocols and returns.
func (r *Receiver) Start(ctx context.Context) error {
	if err := r.server.Start(ctx, r.host); err != nil {
		r.cancel()
		return r.startError(err)
	}
	return nil
}

// startError names the setting of an endpoint that can't be listened on.
// otlpreceiver begins with gRPC; the first that fails is the one told.
func (r *Receiver) startError(err error) error {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "listen" {
		return fmt.Errorf("start otlp receiver: %w", err)
	}
	protocol := "grpc"
	if grpc, _ := r.Addrs(); r.endpoints["grpc"] == "" || grpc != "" {
		protocol = "http"
	}
	mend := ""
	if errors.Is(err, syscall.EADDRINUSE) {
		mend = ": choose another address, or is an agent running already?"
	}
	return fmt.Errorf("receive.protocols.%s.endpoint: listen on %s: %w%s", protocol, r.endpoints[protocol], op.Err, mend)
}

// Warnings returns what is taken, but not as it stands in the settings.
func (r *Receiver) Warnings() []Warning { return r.warnings }

// Shutdown stops accepting and waits for the requests in flight. When ctx ends
// they are cancelled, and Shutdown returns its error without waiting further.
func (r *Receiver) Shutdown(ctx context.Context) error {
	defer r.cancel()
	done := make(chan error, 1)
	go func() { done <- r.server.Shutdown(ctx) }() // gRPC's graceful stop knows no deadline
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("stop otlp receiver: %w", err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop otlp receiver: %w", context.Cause(ctx))
	}
}

// Addrs returns the addresses that are listened on, empty for a protocol that is
// switched off. They are known once Start has returned.
func (r *Receiver) Addrs() (grpc, http string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.address[bridge.ServingGRPC], r.address[bridge.ServingHTTP]
}
