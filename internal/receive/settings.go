package receive

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"google.golang.org/grpc"

	"github.com/drl-trading/telemetry-agent/internal/bridge"
)

// defaultMaxStreams bounds the calls of one connection where the settings don't;
// gRPC's own default is no bound, and each call holds a goroutine and buffers.
const defaultMaxStreams = 128

// ConfigError is a wrong setting.
type ConfigError struct {
	Path string // below the section, as "protocols.http.compression_algorithms"
	Err  error
}

func (e *ConfigError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// ConfigPath returns the path of the setting.
func (e *ConfigError) ConfigPath() string { return e.Path }

// Warning is a setting that is taken, but not as it stands.
type Warning struct {
	Path    string // as ConfigError's
	Message string
}

// oversized warns of sizes beyond maxBytes, which is what they are cut to.
func oversized(cfg *otlpreceiver.Config, maxBytes int) (out []Warning) {
	warn := func(path string, bytes int64) {
		if bytes > int64(maxBytes) {
			out = append(out, Warning{path, fmt.Sprintf("is cut to %d bytes, the most that one request may take of limits.memory", maxBytes)})
		}
	}
	if g := cfg.Protocols.GRPC.Get(); g != nil {
		warn("protocols.grpc.max_recv_msg_size_mib", int64(g.MaxRecvMsgSizeMiB)<<20)
	}
	if h := cfg.Protocols.HTTP.Get(); h != nil {
		warn("protocols.http.max_request_body_size", h.ServerConfig.MaxRequestBodySize)
	}
	return out
}

// loadConfig puts settings over otlpreceiver's own defaults and bounds sizes and
// times. maxBytes is the default and the upper bound of a request's size.
func loadConfig(settings map[string]any, maxBytes int) (*otlpreceiver.Config, []Warning, error) {
	cfg, ok := otlpreceiver.NewFactory().CreateDefaultConfig().(*otlpreceiver.Config)
	if !ok {
		return nil, nil, fmt.Errorf("make otlp receiver: its configuration is not of type %T", cfg)
	}
	if err := confmap.NewFromStringMap(settings).Unmarshal(cfg); err != nil {
		return nil, nil, &ConfigError{Path: "protocols", Err: err}
	}
	if err := confmap.Validate(cfg); err != nil {
		return nil, nil, &ConfigError{Path: "protocols", Err: err}
	}
	warnings := oversized(cfg, maxBytes)
	var errs []error
	if g := cfg.Protocols.GRPC.Get(); g != nil {
		errs = append(errs, checkGRPC(g))
	}
	if h := cfg.Protocols.HTTP.Get(); h != nil {
		errs = append(errs, boundHTTP(&h.ServerConfig, maxBytes), checkPaths(h))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	return cfg, warnings, nil
}

var (
	errNoExtensions     = errors.New("the agent has no such extensions: remove the key")
	errNoAuthenticators = errors.New("the agent has no such extensions: use receive.auth.bearer_token_file or tls.client_ca_file")
)

// checkPaths refuses two signals on one path.
func checkPaths(h *otlpreceiver.HTTPConfig) error {
	traces, metrics, logs := h.TracesURLPath, h.MetricsURLPath, h.LogsURLPath
	err := errors.New("is the path of another signal, too: give each its own")
	switch {
	case metrics == traces:
		return &ConfigError{Path: "protocols.http.metrics_url_path", Err: err}
	case logs == traces || logs == metrics:
		return &ConfigError{Path: "protocols.http.logs_url_path", Err: err}
	}
	return nil
}

func checkGRPC(g *configgrpc.ServerConfig) error {
	if len(g.Middlewares) > 0 {
		return &ConfigError{Path: "protocols.grpc.middlewares", Err: errNoExtensions}
	}
	if g.Auth.HasValue() {
		return &ConfigError{Path: "protocols.grpc.auth", Err: errNoAuthenticators}
	}
	if g.MaxConcurrentStreams == 0 {
		g.MaxConcurrentStreams = defaultMaxStreams
	}
	return checkTLS("protocols.grpc.tls", g.TLS)
}

// checkTLS names the keys of what is wrong with a listener's certificates.
func checkTLS(path string, c configoptional.Optional[configtls.ServerConfig]) error {
	if !c.HasValue() {
		return nil
	}
	return bridge.EachTLSError(bridge.CheckServerTLS(*c.Get()), func(e *bridge.TLSError) error {
		return &ConfigError{Path: strings.TrimSuffix(path+"."+e.Key, "."), Err: e.Err}
	})
}

func boundHTTP(h *confighttp.ServerConfig, maxBytes int) error {
	if len(h.Middlewares) > 0 {
		return &ConfigError{Path: "protocols.http.middlewares", Err: errNoExtensions}
	}
	if h.Auth.HasValue() {
		return &ConfigError{Path: "protocols.http.auth", Err: errNoAuthenticators}
	}
	if h.MaxRequestBodySize <= 0 || h.MaxRequestBodySize > int64(maxBytes) {
		h.MaxRequestBodySize = int64(maxBytes)
	}
	if h.ReadTimeout <= 0 {
		h.ReadTimeout = requestTimeout // a body that never ends holds a lease
	}
	return checkTLS("protocols.http.tls", h.TLS)
}

// endpoints are the configured addresses by protocol.
func endpoints(cfg *otlpreceiver.Config) map[string]string {
	out := map[string]string{}
	if g := cfg.Protocols.GRPC.Get(); g != nil {
		out["grpc"] = g.NetAddr.Endpoint
	}
	if h := cfg.Protocols.HTTP.Get(); h != nil {
		out["http"] = h.ServerConfig.NetAddr.Endpoint
	}
	return out
}

// maxMessageBytes is the largest gRPC message: what the settings say, at most
// maxBytes.
func maxMessageBytes(g *configgrpc.ServerConfig, maxBytes int) int {
	if g.MaxRecvMsgSizeMiB > 0 && g.MaxRecvMsgSizeMiB < maxBytes>>20 {
		return g.MaxRecvMsgSizeMiB << 20
	}
	return maxBytes
}

// inject names the middleware, and the bearer token if there is one, in the
// configuration of both protocols and returns the extensions to offer. token is
// nil where none is asked for.
func inject(cfg *otlpreceiver.Config, token *bearer, o Options, f *front) (map[component.ID]component.Component, error) {
	middleware := configmiddleware.Config{ID: component.MustNewID("agent_front")}
	auth := configauth.Config{AuthenticatorID: component.MustNewID("agent_bearer_token")}
	ext := &extension{}
	extensions := map[component.ID]component.Component{middleware.ID: ext}
	if token != nil {
		extensions[auth.AuthenticatorID] = token
	}
	if g := cfg.Protocols.GRPC.Get(); g != nil {
		g.Middlewares = []configmiddleware.Config{middleware}
		if token != nil {
			g.Auth = configoptional.Some(auth)
		}
		ext.grpc = &grpcServer{front: f, maxBytes: maxMessageBytes(g, o.MaxRequestBytes)}
	}
	if h := cfg.Protocols.HTTP.Get(); h != nil {
		h.ServerConfig.Middlewares = []configmiddleware.Config{middleware}
		if token != nil {
			h.ServerConfig.Auth = configoptional.Some(confighttp.AuthConfig{Config: auth})
		}
		var err error
		if ext.http, err = newHTTPServer(h, f); err != nil {
			return nil, err
		}
	}
	return extensions, nil
}

// extension is the in-process extension that both servers call for their
// middleware.
type extension struct {
	component.StartFunc
	component.ShutdownFunc
	grpc *grpcServer
	http *httpServer
}

var (
	_ extensionmiddleware.GRPCServer = (*extension)(nil)
	_ extensionmiddleware.HTTPServer = (*extension)(nil)
)

// GetGRPCServerOptions implements extensionmiddleware.GRPCServer.
func (e *extension) GetGRPCServerOptions(context.Context) ([]grpc.ServerOption, error) {
	return e.grpc.options(), nil
}

// GetHTTPHandler implements extensionmiddleware.HTTPServer. What otlpreceiver
// would do next is never called.
func (e *extension) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(context.Context, http.Handler) (http.Handler, error) { return e.http, nil }, nil
}
