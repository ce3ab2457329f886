package bridge

import (
	"context"
	"log/slog"
	"path"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc/grpclog"
)

// GRPCLog is where gRPC logs to. gRPC has one logger for the whole process and
// doesn't guard it, so it is replaced once, by CaptureGRPC, and passes on to the
// logger that Use names, which may change at any time.
type GRPCLog struct{ logger atomic.Pointer[slog.Logger] }

// CaptureGRPC takes gRPC's log for the rest of the process. Call it once, before
// any server or client is made. Nothing is logged until Use.
func CaptureGRPC() *GRPCLog {
	l := &GRPCLog{}
	grpclog.SetLoggerV2(grpcLogger{l})
	return l
}

// Use makes gRPC log to logger.
//
// gRPC's texts quote what a peer sent, so none passes: a message is its level and
// its place in gRPC's code. Info is dropped, a warning is debug (gRPC warns of
// clients that leave), an error is a warning.
//
// A nil GRPCLog, of a process that didn't capture, ignores it.
func (l *GRPCLog) Use(logger *slog.Logger) {
	if l != nil {
		l.logger.Store(logger)
	}
}

// grpcLogger implements grpclog.LoggerV2 and grpclog.DepthLoggerV2.
type grpcLogger struct{ to *GRPCLog }

func (l grpcLogger) log(level slog.Level) {
	logger := l.to.logger.Load()
	if logger == nil || !logger.Enabled(context.Background(), level) {
		return
	}
	logger.LogAttrs(context.Background(), level, "gRPC message", slog.String("source", grpcSource()))
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
