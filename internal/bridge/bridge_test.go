package bridge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/grpclog"
	"google.golang.org/grpc/status"
)

const canary = "4111111111111111"

// logTo returns a logger of all levels and what it wrote, without the time.
func logTo() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})), &b
}

type stringer string

func (s stringer) String() string { return string(s) }

// Every way in which zap takes a value, each with the canary in it.
func canaryFields() []zap.Field {
	return []zap.Field{
		zap.String("message", canary), zap.String("endpoint", canary), zap.Error(errors.New(canary)),
		zap.NamedError("cause", errors.New(canary)), zap.Any("body", map[string]string{canary: canary}),
		zap.ByteString("raw", []byte(canary)), zap.Binary("bin", []byte(canary)), zap.Reflect("r", []string{canary}),
		zap.Stringer("s", stringer(canary)), zap.Strings("list", []string{canary}), zap.Namespace(canary),
		zap.String("dropped_spans", canary), zap.Int64("account", 4111111111111111), zap.String(canary, canary),
	}
}

func TestNoTextOfALibraryPasses(t *testing.T) {
	texts := []string{
		canary, "couldn't decode " + canary, "Exporting failed. Rejecting data." + canary,
		"Partial success response", "http: panic serving 127.0.0.1:1: " + canary, "http: TLS handshake error from " + canary,
	}
	logger, out := logTo()
	z := Telemetry(logger).Logger
	for _, text := range texts {
		for _, z := range []*zap.Logger{z, z.Named(canary), z.With(canaryFields()...)} {
			z.Debug(text, canaryFields()...)
			z.Info(text, canaryFields()...)
			z.Warn(text, canaryFields()...)
			z.Error(text, canaryFields()...)
			z.Sugar().Errorw(text, canary, canary)
		}
	}
	std, err := zap.NewStdLogAt(z, zap.ErrorLevel)
	if err != nil {
		t.Fatal(err)
	}
	std.Printf("http: panic serving 127.0.0.1:1: %s", canary)
	if strings.Contains(out.String(), canary) {
		t.Errorf("canary in the log:\n%s", out)
	}
	if out.Len() == 0 {
		t.Error("nothing was logged")
	}
}

func TestListedMessages(t *testing.T) {
	logger, out := logTo()
	type seen struct {
		Phrase string
		Fields map[string]any
	}
	var hooked []seen
	z := TelemetryWithHook(logger, func(phrase string, fields map[string]any) {
		hooked = append(hooked, seen{phrase, fields})
	}).Logger
	z.Info("Starting GRPC server", zap.String("endpoint", "127.0.0.1:4317"))
	z.Warn("Partial success response", zap.String("message", canary), zap.Int64("dropped_spans", 7))
	z.Error("Exporting failed. Rejecting data.", zap.Error(status.Error(codes.Unavailable, canary)), zap.Int("rejected_items", 9))
	z.Error("something else", zap.Error(fmt.Errorf("wrapped: %w", status.Error(codes.Code(99), canary))))

	want := []seen{
		{ServingGRPC, map[string]any{FieldEndpoint: "127.0.0.1:4317"}},
		{PartialSuccess, map[string]any{FieldDroppedSpans: int64(7)}},
		{ExportFailed, map[string]any{FieldRejectedItems: int64(9)}},
	}
	if d := cmp.Diff(want, hooked); d != "" {
		t.Errorf("hook (-want +got):\n%s", d)
	}
	log := out.String()
	for _, want := range []string{
		`level=INFO msg="OTLP gRPC server listens" endpoint=127.0.0.1:4317`,
		`level=DEBUG msg="backend took a part of a request" dropped_spans=7`,
		`level=DEBUG msg="export failed" rejected_items=9 code=Unavailable`,
		`level=ERROR msg="library message" source=bridge/bridge_test.go:`,
		`code=Code(99)`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("log has no %q:\n%s", want, log)
		}
	}
}

func TestHookSeesWhatTheLevelHides(t *testing.T) {
	calls := 0
	z := TelemetryWithHook(slog.New(slog.DiscardHandler), func(string, map[string]any) { calls++ }).Logger
	z.Warn("Partial success response", zap.Int64("dropped_spans", 1))
	if calls != 1 {
		t.Errorf("hook was called %d times, want 1", calls)
	}
}

func TestGRPCLogsPlacesOnly(t *testing.T) {
	logger, out := logTo()
	grpcLog := CaptureGRPC()
	grpcLog.Use(logger)
	t.Cleanup(func() { grpcLog.Use(slog.New(slog.DiscardHandler)) })
	core := grpclog.Component("core")
	for _, log := range []func(...any){
		grpclog.Info, grpclog.Infoln, grpclog.Warning, grpclog.Warningln, grpclog.Error, grpclog.Errorln,
		core.Info, core.Infoln, core.Warning, core.Warningln, core.Error, core.Errorln,
	} {
		log(canary)
	}
	for _, logf := range []func(string, ...any){
		grpclog.Infof, grpclog.Warningf, grpclog.Errorf, core.Infof, core.Warningf, core.Errorf,
	} {
		logf("%s", canary)
	}
	log := out.String()
	if strings.Contains(log, canary) {
		t.Errorf("canary in the log:\n%s", log)
	}
	if n := strings.Count(log, "level=WARN"); n != 6 {
		t.Errorf("%d errors logged as warnings, want 6:\n%s", n, log)
	}
	if n := strings.Count(log, "source=bridge/bridge_test.go:"); n != 12 {
		t.Errorf("%d lines name the place, want 12:\n%s", n, log)
	}
	if strings.Contains(log, "level=INFO") {
		t.Errorf("info of gRPC was logged:\n%s", log)
	}
}

func TestHostTellsFatalEvents(t *testing.T) {
	var got []error
	h := NewReportingHost(nil, func(err error) { got = append(got, err) })
	boom := errors.New("boom")
	componentstatus.ReportStatus(h, componentstatus.NewEvent(componentstatus.StatusOK))
	componentstatus.ReportStatus(h, componentstatus.NewRecoverableErrorEvent(boom))
	componentstatus.ReportStatus(h, componentstatus.NewFatalErrorEvent(boom))
	if len(got) != 1 || !errors.Is(got[0], boom) {
		t.Errorf("told %v, want the fatal one only", got)
	}
	componentstatus.ReportStatus(NewHost(nil), componentstatus.NewFatalErrorEvent(boom))
}

func TestHostOffersExtensions(t *testing.T) {
	id := component.MustNewID("auth")
	ext := struct {
		component.StartFunc
		component.ShutdownFunc
	}{}
	if got := NewHost(map[component.ID]component.Component{id: ext}).GetExtensions()[id]; got == nil {
		t.Error("extension is not offered")
	}
	if NewHost(nil).GetExtensions() == nil {
		t.Error("nil says that extensions are not supported")
	}
	if err := ext.Start(context.Background(), NewHost(nil)); err != nil {
		t.Error(err)
	}
}
