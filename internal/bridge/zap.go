package bridge

import (
	"context"
	"log/slog"
	"slices"

	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// zapCore passes entries of zap to slog, reduced to what the closed list allows.
type zapCore struct {
	logger *slog.Logger
	hook   Hook
	fields []zapcore.Field // given by With
}

// Enabled is always true: a hook wants entries that the logger's level hides.
// Write asks the logger.
func (c *zapCore) Enabled(zapcore.Level) bool { return true }

// With implements zapcore.Core.
func (c *zapCore) With(fields []zapcore.Field) zapcore.Core {
	return &zapCore{logger: c.logger, hook: c.hook, fields: slices.Concat(c.fields, fields)}
}

// Check implements zapcore.Core.
func (c *zapCore) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return ce.AddCore(e, c)
}

// Write implements zapcore.Core.
func (c *zapCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	if m, ok := lookup(e.Message); ok {
		c.writeListed(m, fields)
		return nil
	}
	level := slogLevel(e.Level)
	if level < slog.LevelWarn {
		level = slog.LevelDebug // without its text it tells an operator nothing
	}
	attrs := []slog.Attr{slog.String("source", source(e.Caller))}
	if code, ok := statusCode(fields); ok {
		attrs = append(attrs, code)
	}
	c.logger.LogAttrs(context.Background(), level, unlisted, attrs...)
	return nil
}

// writeListed logs a message of the closed list and shows it to the hook.
func (c *zapCore) writeListed(m message, fields []zapcore.Field) {
	passed := make(map[string]any, len(m.fields))
	var attrs []slog.Attr
	for _, f := range slices.Concat(c.fields, fields) {
		if !slices.Contains(m.fields, f.Key) {
			continue
		}
		if v, ok := fieldValue(f); ok {
			passed[f.Key] = v
			attrs = append(attrs, slog.Any(f.Key, v))
		}
	}
	if code, ok := statusCode(fields); ok {
		attrs = append(attrs, code)
	}
	if c.hook != nil {
		c.hook(m.phrase, passed)
	}
	c.logger.LogAttrs(context.Background(), m.level, m.phrase, attrs...)
}

// Sync implements zapcore.Core; slog writes at once.
func (c *zapCore) Sync() error { return nil }

// fieldValue returns the value of a listed field of a harmless type. The only
// string that is listed is the agent's own address.
func fieldValue(f zapcore.Field) (any, bool) {
	switch f.Type {
	case zapcore.Int64Type, zapcore.Int32Type, zapcore.Int16Type, zapcore.Int8Type,
		zapcore.Uint64Type, zapcore.Uint32Type, zapcore.Uint16Type, zapcore.Uint8Type:
		return f.Integer, true
	case zapcore.BoolType:
		return f.Integer == 1, true
	case zapcore.StringType:
		return f.String, f.Key == FieldEndpoint
	}
	return nil, false
}

// statusCode returns the gRPC status code of the first error among fields. An
// error that is no status has none.
func statusCode(fields []zapcore.Field) (slog.Attr, bool) {
	for _, f := range fields {
		err, ok := f.Interface.(error)
		if f.Type != zapcore.ErrorType || !ok {
			continue
		}
		if code := status.Code(err); code != codes.Unknown {
			return slog.String("code", code.String()), true
		}
	}
	return slog.Attr{}, false
}

// source is the place in the library's code, as package/file:line.
func source(c zapcore.EntryCaller) string {
	if !c.Defined {
		return "unknown"
	}
	return c.TrimmedPath()
}

func slogLevel(l zapcore.Level) slog.Level {
	switch {
	case l <= zapcore.DebugLevel:
		return slog.LevelDebug
	case l == zapcore.InfoLevel:
		return slog.LevelInfo
	case l == zapcore.WarnLevel:
		return slog.LevelWarn
	}
	return slog.LevelError
}
