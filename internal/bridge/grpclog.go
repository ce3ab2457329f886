package bridge

import (
	"context"
	"log/slog"
	"path"
	"runtime"
	"strconv"
	"strings"

	"google.golang.org/grpc/grpclog"
)

// UseForGRPC makes gRPC log to logger for the rest of the process. gRPC has one
// logger for the whole process and doesn't guard it, so call this once from main,
// before any server or client is made.
//
// gRPC's texts quote what a peer sent, so none passes: a message is its level and
// its place in gRPC's code. Info is dropped, a warning is debug (gRPC warns of
// clients that leave), an error is a warning.
func UseForGRPC(logger *slog.Logger) {
	grpclog.SetLoggerV2(grpcLogger{logger})
}

// grpcLogger implements grpclog.LoggerV2 and grpclog.DepthLoggerV2.
type grpcLogger struct{ logger *slog.Logger }

func (l grpcLogger) log(level slog.Level) {
	if !l.logger.Enabled(context.Background(), level) {
		return
	}
	l.logger.LogAttrs(context.Background(), level, "gRPC message", slog.String("source", grpcSource()))
}

// grpcSource returns the innermost frame that isn't part of the logging itself.
func grpcSource() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.Contains(f.Function, "internal/bridge.grpcLogger") && !strings.Contains(f.File, "/grpclog/") {
			return path.Base(path.Dir(f.File)) + "/" + path.Base(f.File) + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return "unknown"
		}
	}
}

func (l grpcLogger) Info(...any)              { /* dropped */ }
func (l grpcLogger) Infoln(...any)            { /* dropped */ }
func (l grpcLogger) Infof(string, ...any)     { /* dropped */ }
func (l grpcLogger) InfoDepth(int, ...any)    { /* dropped */ }
func (l grpcLogger) Warning(...any)           { l.log(slog.LevelDebug) }
func (l grpcLogger) Warningln(...any)         { l.log(slog.LevelDebug) }
func (l grpcLogger) Warningf(string, ...any)  { l.log(slog.LevelDebug) }
func (l grpcLogger) WarningDepth(int, ...any) { l.log(slog.LevelDebug) }
func (l grpcLogger) Error(...any)             { l.log(slog.LevelWarn) }
func (l grpcLogger) Errorln(...any)           { l.log(slog.LevelWarn) }
func (l grpcLogger) Errorf(string, ...any)    { l.log(slog.LevelWarn) }
func (l grpcLogger) ErrorDepth(int, ...any)   { l.log(slog.LevelWarn) }
func (l grpcLogger) Fatal(...any)             { l.log(slog.LevelError) }
func (l grpcLogger) Fatalln(...any)           { l.log(slog.LevelError) }
func (l grpcLogger) Fatalf(string, ...any)    { l.log(slog.LevelError) }
func (l grpcLogger) FatalDepth(int, ...any)   { l.log(slog.LevelError) }
func (l grpcLogger) V(int) bool               { return false }
