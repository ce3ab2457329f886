// Package bridge connects the OpenTelemetry Collector's library modules and gRPC
// with the agent: their logs, their telemetry settings, and the host that hands
// them extensions.
//
// Their log texts and fields may carry telemetry (an error that echoes a
// request, a backend's answer), so nothing passes by default: a message becomes
// one of a closed list of phrases, or a fixed phrase with the place in the
// library's code; fields pass only when listed for that message, and only as
// numbers, booleans or the agent's own listen address. Of an error the gRPC
// status code passes, never the text.
//
// The package holds no data and starts no goroutine.
package bridge

import (
	"log/slog"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pcommon"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"
)

// Hook observes the messages of the closed list: phrase is one of this package's
// constants, fields are those listed for it (int64, bool or string). It is called
// on the library's goroutine, also when the logger's level hides the message.
type Hook func(phrase string, fields map[string]any)

// Telemetry returns the settings that a Collector component is built with: logs
// go to logger through the closed list, meters and tracers do nothing.
func Telemetry(logger *slog.Logger) component.TelemetrySettings {
	return TelemetryWithHook(logger, nil)
}

// TelemetryWithHook is Telemetry with an observer of the listed messages.
func TelemetryWithHook(logger *slog.Logger, hook Hook) component.TelemetrySettings {
	return component.TelemetrySettings{
		Logger:         zap.New(&zapCore{logger: logger, hook: hook}, zap.AddCaller()),
		TracerProvider: tracenoop.NewTracerProvider(),
		MeterProvider:  metricnoop.NewMeterProvider(),
		Resource:       pcommon.NewResource(),
	}
}
