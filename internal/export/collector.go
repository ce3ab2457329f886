package export

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/bridge"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// collectorSender sends by one of the Collector's exporters, whose own queue and
// retry are off: its consume call is one synchronous attempt.
type collectorSender struct {
	component component.Component
	consume   func(ctx context.Context, b []byte) error
	protocol  string
	observer  *observer
	host      component.Host
}

// newCollectorSender builds the exporter of d for one signal.
func newCollectorSender(d Destination, sig otlp.Signal, o Options) (*collectorSender, error) {
	factory := otlpexporter.NewFactory()
	if d.Protocol == HTTP {
		factory = otlphttpexporter.NewFactory()
	}
	w := &observer{retry: d.Retry}
	id := component.MustNewID("delivery")
	cfg, err := exporterConfig(d, factory, configmiddleware.Config{ID: id})
	if err != nil {
		return nil, err
	}
	set := exporter.Settings{
		ID:                component.NewIDWithName(factory.Type(), d.Name),
		TelemetrySettings: bridge.TelemetryWithHook(o.Logger.With("destination", d.Name, "signal", sig.String()), w.log),
		BuildInfo:         component.BuildInfo{Command: "agent", Description: "telemetry-agent", Version: o.Version},
	}
	s := &collectorSender{
		protocol: d.Protocol, observer: w,
		host: bridge.NewHost(map[component.ID]component.Component{id: w}),
	}
	if err := s.build(factory, set, cfg, sig); err != nil {
		return nil, d.errorf("", "build exporter: %w", err)
	}
	return s, nil
}

// refusedSettings are the exporter settings that can't be had, and what to do.
var refusedSettings = []struct{ key, mend string }{
	{"sending_queue", "the agent has its own queue: use max_bytes"},
	{"retry_on_failure", "the agent has its own retry: use retry"},
	{"auth", "there are no authenticator extensions: use headers or tls"},
	{"middlewares", "there are no middleware extensions"},
}

// exporterConfig decodes d.Settings strictly into the factory's configuration.
func exporterConfig(d Destination, factory exporter.Factory, m configmiddleware.Config) (component.Config, error) {
	for _, r := range refusedSettings {
		if _, ok := d.Settings[r.key]; ok {
			return nil, d.errorf(r.key, "can't be set: %s", r.mend)
		}
	}
	cfg := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(d.Settings).Unmarshal(cfg); err != nil {
		return nil, d.settingsError(err)
	}
	var tls configtls.ClientConfig
	noQueue := configoptional.None[exporterhelper.QueueBatchConfig]()
	switch c := cfg.(type) {
	case *otlpexporter.Config:
		c.QueueConfig, c.RetryConfig.Enabled = noQueue, false
		c.ClientConfig.Middlewares = []configmiddleware.Config{m}
		tls = c.ClientConfig.TLS
	case *otlphttpexporter.Config:
		c.QueueConfig, c.RetryConfig.Enabled = noQueue, false
		c.ClientConfig.Middlewares = []configmiddleware.Config{m}
		tls = c.ClientConfig.TLS
	}
	if err := confmap.Validate(cfg); err != nil {
		return nil, d.errorf("", "%w", err)
	}
	err := bridge.EachTLSError(bridge.CheckClientTLS(tls), func(e *bridge.TLSError) error {
		return d.errorf(strings.TrimSuffix("tls."+e.Key, "."), "%w", e.Err)
	})
	if err != nil {
		return nil, err
	}
	return cfg, nil
}

func (s *collectorSender) build(factory exporter.Factory, set exporter.Settings, cfg component.Config, sig otlp.Signal) error {
	ctx := context.Background() // the factories only build
	switch sig {
	case otlp.Traces:
		e, err := factory.CreateTraces(ctx, set, cfg)
		if err != nil {
			return err
		}
		s.component, s.consume = e, consume(s.protocol, ptrace.NewTraces, (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces, e.ConsumeTraces)
	case otlp.Metrics:
		e, err := factory.CreateMetrics(ctx, set, cfg)
		if err != nil {
			return err
		}
		s.component, s.consume = e, consume(s.protocol, pmetric.NewMetrics, (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics, e.ConsumeMetrics)
	case otlp.Logs:
		e, err := factory.CreateLogs(ctx, set, cfg)
		if err != nil {
			return err
		}
		s.component, s.consume = e, consume(s.protocol, plog.NewLogs, (&plog.ProtoUnmarshaler{}).UnmarshalLogs, e.ConsumeLogs)
	default:
		return fmt.Errorf("unknown signal %d", sig)
	}
	return nil
}

// errUndecodable marks bytes that pdata refuses. It doesn't wrap the cause, whose
// text may quote them.
var errUndecodable = errors.New("decode request")

// consume returns how one exporter is handed a request. For gRPC the request is
// empty and the stored bytes go past it (raw.go). For HTTP it is decoded, since
// the exporter's compression comes before any place where bytes could be put in;
// pdata copies what it keeps.
func consume[T any](protocol string, empty func() T, decode func([]byte) (T, error), push func(context.Context, T) error) func(context.Context, []byte) error {
	if protocol == GRPC {
		return func(ctx context.Context, b []byte) error { return push(withRaw(ctx, b), empty()) }
	}
	return func(ctx context.Context, b []byte) error {
		data, err := decode(b)
		if err != nil {
			return errUndecodable
		}
		return push(ctx, data)
	}
}

// Start implements Sender. It dials nothing: connections are made when needed.
func (s *collectorSender) Start(ctx context.Context) error { return s.component.Start(ctx, s.host) }

// Shutdown implements Sender.
func (s *collectorSender) Shutdown(ctx context.Context) error { return s.component.Shutdown(ctx) }

// Send implements Sender.
func (s *collectorSender) Send(ctx context.Context, b []byte) (rejected int, err error) {
	s.observer.reset()
	err = s.consume(ctx, b)
	switch {
	case errors.Is(err, errUndecodable):
		return 0, &Failure{Kind: Unsendable, Code: "undecodable"}
	case s.protocol == HTTP:
		err = s.observer.classifyHTTP(err)
	default:
		err = classifyGRPC(err)
	}
	return s.observer.rejected, err
}
