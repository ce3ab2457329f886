package demo

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// service is one service with the SDK's three providers.
type service struct {
	traces  *sdktrace.TracerProvider
	metrics *sdkmetric.MeterProvider
	logs    *sdklog.LoggerProvider
	tracer  trace.Tracer
	logger  log.Logger

	trades, predictions metric.Int64Counter
	duration            metric.Float64Histogram
}

// batchDelay and metricInterval make the demo quick to look at; an SDK's own
// defaults are 5 s and 60 s.
const batchDelay, metricInterval = 200 * time.Millisecond, 2 * time.Second

func newService(ctx context.Context, endpoint, name string) (*service, error) {
	res := resource.NewSchemaless(attribute.String("service.name", name), attribute.String("service.version", "demo"))
	spans, err1 := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(endpoint), otlptracegrpc.WithInsecure())
	points, err2 := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpoint(endpoint), otlpmetricgrpc.WithInsecure())
	records, err3 := otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(endpoint), otlploggrpc.WithInsecure())
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	s := &service{
		traces:  sdktrace.NewTracerProvider(sdktrace.WithResource(res), sdktrace.WithBatcher(spans, sdktrace.WithBatchTimeout(batchDelay))),
		metrics: sdkmetric.NewMeterProvider(sdkmetric.WithResource(res), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(points, sdkmetric.WithInterval(metricInterval)))),
		logs:    sdklog.NewLoggerProvider(sdklog.WithResource(res), sdklog.WithProcessor(sdklog.NewBatchProcessor(records, sdklog.WithExportInterval(batchDelay)))),
	}
	s.tracer = s.traces.Tracer("demo")
	s.logger = s.logs.Logger("demo")
	meter := s.metrics.Meter("demo")
	s.trades, err1 = meter.Int64Counter("drl.trades")
	s.predictions, err2 = meter.Int64Counter("drl.predictions")
	s.duration, err3 = meter.Float64Histogram("drl.trade.duration", metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(.005, .01, .025, .05, .1, .5, 1))
	return s, errors.Join(err1, err2, err3)
}

func (s *service) start(ctx context.Context, name string, kind trace.SpanKind, at time.Time, attrs ...attribute.KeyValue) (context.Context, trace.Span) {
	return s.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithTimestamp(at), trace.WithAttributes(attrs...))
}

func (s *service) log(ctx context.Context, at time.Time, severity log.Severity, text string) {
	var r log.Record
	r.SetTimestamp(at)
	r.SetSeverity(severity)
	r.SetBody(attribute.StringValue(text))
	s.logger.Emit(ctx, r)
}

func (s *service) stop(ctx context.Context) error {
	return errors.Join(s.traces.Shutdown(ctx), s.metrics.Shutdown(ctx), s.logs.Shutdown(ctx))
}

// remote returns ctx as the next service would extract it from a message: the
// span in it is a parent in another process.
func remote(ctx context.Context) context.Context {
	return trace.ContextWithRemoteSpanContext(context.WithoutCancel(ctx), trace.SpanContextFromContext(ctx).WithRemote(true))
}
