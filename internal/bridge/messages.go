package bridge

import (
	"log/slog"
	"strings"
)

// Phrases that a message of a library becomes. A Hook can compare them.
const (
	// ServingGRPC carries FieldEndpoint.
	ServingGRPC = "OTLP gRPC server listens"
	// ServingHTTP carries FieldEndpoint.
	ServingHTTP = "OTLP HTTP server listens"
	// PartialSuccess carries one of the FieldDropped fields.
	PartialSuccess = "backend took a part of a request"
	// ExportFailed carries FieldRejectedItems.
	ExportFailed = "export failed"
)

// Fields that pass, of the messages they are listed for.
const (
	FieldEndpoint          = "endpoint"            // string: the agent's own listen address
	FieldDroppedSpans      = "dropped_spans"       // int64
	FieldDroppedDataPoints = "dropped_data_points" // int64
	FieldDroppedLogRecords = "dropped_log_records" // int64
	FieldRejectedItems     = "rejected_items"      // int64
)

// unlisted is the phrase of every message that isn't in the closed list.
const unlisted = "library message"

// message is one entry of the closed list.
type message struct {
	prefix string // how the library's text begins
	phrase string // what is logged instead
	level  slog.Level
	fields []string // what passes
}

// messages is the closed list. Texts: otlpreceiver/otlp.go, otlpexporter/otlp.go,
// otlphttpexporter/otlp.go, exporterhelper/internal/base_exporter.go, and
// http.Server's ErrorLog (net/http/server.go). What the exporters say is debug:
// internal/export logs the change of a destination's state itself.
var messages = []message{
	{"Starting GRPC server", ServingGRPC, slog.LevelInfo, []string{FieldEndpoint}},
	{"Starting HTTP server", ServingHTTP, slog.LevelInfo, []string{FieldEndpoint}},
	{"Partial success response", PartialSuccess, slog.LevelDebug, []string{FieldDroppedSpans, FieldDroppedDataPoints, FieldDroppedLogRecords}},
	{"Exporting failed.", ExportFailed, slog.LevelDebug, []string{FieldRejectedItems}},
	{"Preparing to make HTTP request", "request to a backend", slog.LevelDebug, nil},
	{"http: TLS handshake error", "TLS handshake failed", slog.LevelWarn, nil},
	{"http: panic serving", "HTTP handler panicked", slog.LevelError, nil},
	{"http: Accept error", "HTTP server can't accept a connection", slog.LevelError, nil},
	{"'idle_timeout' is deprecated", "idle_timeout is deprecated, use keepalive::idle_timeout", slog.LevelWarn, nil},
	{"'keep_alives_enabled' is deprecated", "keep_alives_enabled is deprecated, use keepalive::enabled", slog.LevelWarn, nil},
	{"The CORS configuration specifies allowed headers", "cors is ignored: allowed_headers without allowed_origins", slog.LevelWarn, nil},
}

// lookup finds text in the closed list.
func lookup(text string) (message, bool) {
	for _, m := range messages {
		if strings.HasPrefix(text, m.prefix) {
			return m, true
		}
	}
	return message{}, false
}
