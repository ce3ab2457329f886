package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// tickEvery is the time between two ticks of the market: slow enough to read
// along, fast enough to fill the page.
const tickEvery = 250 * time.Millisecond

// Load sends the telemetry of six services to the OTLP/gRPC endpoint (host:port)
// until ctx ends, then flushes.
func Load(ctx context.Context, endpoint string) error {
	services := make(map[string]*service)
	for _, name := range []string{"ingest", "preprocessing", "inference", "execution", "training", "common"} {
		s, err := newService(ctx, endpoint, "drl-trading-"+name)
		if err != nil {
			return fmt.Errorf("start load: %w", err)
		}
		services[name] = s
	}
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-tick.C:
			now := time.Now()
			tickToTrade(ctx, services, now, n)
			health(ctx, services["common"], now)
			if n%12 == 0 {
				episode(ctx, services["training"], now, n)
			}
		case <-ctx.Done():
			return stopAll(services)
		}
	}
}

// flushTimeout is how long the load may take to send what it still has.
const flushTimeout = 2 * time.Second

func stopAll(services map[string]*service) error {
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	var errs []error
	for _, s := range services {
		errs = append(errs, s.stop(ctx))
	}
	return errors.Join(errs...)
}

// tickToTrade is one trace through four services: a tick comes in by HTTP, is
// stored, turned into features, into a prediction, and into an order. One in
// fifteen orders is rejected and one in twenty predictions is slow.
func tickToTrade(ctx context.Context, s map[string]*service, now time.Time, n int) {
	slow := rand.IntN(20) == 0
	rejected := rand.IntN(15) == 0

	ingest := s["ingest"]
	ctx, root := ingest.start(ctx, "POST /ticks", trace.SpanKindServer, now,
		attribute.String("http.request.method", "POST"), attribute.String("http.route", "/ticks"),
		attribute.String("url.query", "customer="+orderOf+"&symbol=EURUSD"), attribute.Int("http.response.status_code", 202))
	_, db := ingest.start(ctx, "INSERT ticks", trace.SpanKindClient, now.Add(time.Millisecond),
		attribute.String("db.system.name", "postgresql"),
		attribute.String("db.query.text", "INSERT INTO ticks (symbol, price, owner) VALUES ('EURUSD', 1.0873, '"+email+"')"))
	db.End(trace.WithTimestamp(now.Add(4 * time.Millisecond)))
	ingest.log(ctx, now, log.SeverityInfo, "tick of "+email+" stored")
	root.End(trace.WithTimestamp(now.Add(6 * time.Millisecond)))

	at := now.Add(7 * time.Millisecond)
	ctx = remote(ctx)
	ctx, features := s["preprocessing"].start(ctx, "ticks process", trace.SpanKindConsumer, at, attribute.String("messaging.destination.name", "ticks"))
	_, compute := s["preprocessing"].start(ctx, "feature.compute", trace.SpanKindInternal, at, attribute.String("symbol", "EURUSD"))
	compute.End(trace.WithTimestamp(at.Add(9 * time.Millisecond)))
	features.End(trace.WithTimestamp(at.Add(11 * time.Millisecond)))

	at = at.Add(12 * time.Millisecond)
	took := 18 * time.Millisecond
	if slow {
		took = 900 * time.Millisecond
	}
	ctx = remote(ctx)
	ctx, predict := s["inference"].start(ctx, "features process", trace.SpanKindConsumer, at, attribute.String("messaging.destination.name", "features"))
	_, model := s["inference"].start(ctx, "model.predict", trace.SpanKindInternal, at, attribute.String("model.version", "ppo-7"))
	model.End(trace.WithTimestamp(at.Add(took)))
	predict.End(trace.WithTimestamp(at.Add(took + time.Millisecond)))
	s["inference"].predictions.Add(ctx, 1, metric.WithAttributes(attribute.String("action", "buy")))

	order(ctx, s["execution"], at.Add(took+2*time.Millisecond), n, rejected)
}

// order places one order at the exchange.
func order(ctx context.Context, s *service, at time.Time, n int, rejected bool) {
	ctx, span := s.start(remote(ctx), "predictions process", trace.SpanKindConsumer, at,
		attribute.String("messaging.destination.name", "predictions"), attribute.Int("order.number", n))
	_, call := s.start(ctx, "POST /orders", trace.SpanKindClient, at.Add(time.Millisecond),
		attribute.String("url.full", "https://exchange.example/orders?api_key=demo-0123456789abcdef&account=ACC-00012345"),
		attribute.StringSlice("http.request.header.authorization", []string{bearer}))
	status := "filled"
	if rejected {
		status = "rejected"
		err := fmt.Errorf("order rejected: card %s of %s (ssn %s) was declined", card, email, ssn)
		call.RecordError(err, trace.WithTimestamp(at.Add(15*time.Millisecond)))
		call.SetStatus(codes.Error, err.Error())
		span.SetStatus(codes.Error, "order rejected")
		s.log(ctx, at, log.SeverityError, err.Error())
	}
	call.End(trace.WithTimestamp(at.Add(16 * time.Millisecond)))
	span.End(trace.WithTimestamp(at.Add(17 * time.Millisecond)))
	labels := metric.WithAttributes(attribute.String("status", status))
	s.trades.Add(ctx, 1, labels)
	s.duration.Record(ctx, 0.017, labels)
}

// health is what an orchestrator asks every few moments, and nobody wants to keep.
func health(ctx context.Context, s *service, now time.Time) {
	_, span := s.start(ctx, "GET /healthz", trace.SpanKindServer, now,
		attribute.String("http.route", "/healthz"), attribute.Int("http.response.status_code", 200))
	span.End(trace.WithTimestamp(now.Add(time.Millisecond)))
}

// episode is one training episode.
func episode(ctx context.Context, s *service, now time.Time, n int) {
	ctx, span := s.start(ctx, "training.episode", trace.SpanKindInternal, now, attribute.Int("episode", n/12))
	_, fetch := s.start(ctx, "GET /history", trace.SpanKindClient, now, attribute.String("url.full", "http://ingest:8080/history?symbol=EURUSD"))
	fetch.End(trace.WithTimestamp(now.Add(20 * time.Millisecond)))
	span.End(trace.WithTimestamp(now.Add(400 * time.Millisecond)))
}
