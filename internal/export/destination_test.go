package export

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestNew_ReportsEveryBadOption(t *testing.T) {
	good := grpcTo("127.0.0.1:1")
	change := func(fn func(*Destination)) Destination {
		d := good
		d.Name, d.Path = "other", "otlp[0]"
		fn(&d)
		return d
	}
	with := func(key string, v any) Destination {
		return change(func(d *Destination) { d.Settings = map[string]any{"endpoint": "127.0.0.1:1", key: v} })
	}
	for _, tt := range []struct {
		d    Destination
		want string
	}{
		{change(func(d *Destination) { d.Name = "" }), "otlp[0].name: is empty"},
		{change(func(d *Destination) { d.Name = "jaeger" }), "otlp[0].name: is used by another destination: give each its own"},
		{change(func(d *Destination) { d.Protocol = "udp" }), `otlp[0].protocol: must be grpc or http, got "udp"`},
		{change(func(d *Destination) { d.Signals = nil }), "otlp[0].signals: is empty: name at least one of traces, metrics, logs"},
		{change(func(d *Destination) { d.Retry.Initial = -1 }), "otlp[0].retry.initial: must not be negative, got -1ns"},
		{change(func(d *Destination) { d.Retry.Initial = time.Hour }), "otlp[0].retry.max: must be at least retry.initial (1h0m0s), got 20ms"},
		{change(func(d *Destination) { d.Retry.GiveUp = -1 }), "otlp[0].retry.give_up: must not be negative, got -1ns"},
		{change(func(d *Destination) { d.MaxRequestBytes = -1 }), "otlp[0].max_request_bytes: must not be negative, got -1"},
		{change(func(d *Destination) { d.Settings = nil }), `otlp[0]: requires a non-empty "endpoint"`},
		{with("sending_queue", map[string]any{}), "otlp[0].sending_queue: can't be set: the agent has its own queue: use max_bytes"},
		{with("retry_on_failure", map[string]any{}), "otlp[0].retry_on_failure: can't be set: the agent has its own retry: use retry"},
		{with("auth", map[string]any{}), "otlp[0].auth: can't be set: there are no authenticator extensions: use headers or tls"},
		{with("middlewares", nil), "otlp[0].middlewares: can't be set: there are no middleware extensions"},
		{with("endpiont", "x"), "otlp[0].endpiont: is not a setting of the Collector's OTLP exporter for grpc"},
		{with("tls", map[string]any{"insecur": true}), "otlp[0].tls.insecur: is not a setting of the Collector's OTLP exporter for grpc"},
		{with("timeout", "soon"), "otlp[0].timeout: time: invalid duration"},
		{with("compression", "lzma"), `otlp[0].compression: unsupported compression type "lzma"`},
	} {
		_, err := New(Options{Destinations: []Destination{good, tt.d}, Cursor: func(string, otlp.Signal) Cursor { return newQueue() }})
		if err == nil || err.Error() != tt.want {
			t.Errorf("got %v\nwant %s", err, tt.want)
			continue
		}
		type placed interface {
			error
			ConfigPath() string
		}
		p, ok := errors.AsType[placed](err)
		if !ok || !strings.HasPrefix(tt.want, p.ConfigPath()) {
			t.Errorf("%v has no place", err)
		}
	}
}
