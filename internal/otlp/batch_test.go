package otlp

import (
	"encoding/binary"
	"fmt"

	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
)

const batchSpans = 512 // the batch size of OpenTelemetry SDKs

// pythonBatch is a batch as the zero-code instrumentation of a Flask service
// sends it: server, client and database spans, old semantic conventions.
func pythonBatch() *tracev1.TracesData {
	scope := &tracev1.ScopeSpans{Scope: &commonv1.InstrumentationScope{Name: "opentelemetry.instrumentation.flask", Version: "0.66b1"}}
	for i := range batchSpans {
		s := &tracev1.Span{
			TraceId:           binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, 0x5b8aa5a2d2c872e8), uint64(i/8+1)),
			SpanId:            binary.BigEndian.AppendUint64(nil, uint64(i+1)),
			Flags:             0x100,
			StartTimeUnixNano: 1764000000000000000 + uint64(i)*1000003,
			EndTimeUnixNano:   1764000000000000000 + uint64(i)*1000003 + 7654321,
			Status:            &tracev1.Status{},
		}
		if i%8 != 0 {
			s.ParentSpanId = binary.BigEndian.AppendUint64(nil, uint64(i))
		}
		switch i % 4 {
		case 0:
			httpSpan(s, i)
		case 1, 2:
			databaseSpan(s, i)
		default:
			s.Name, s.Kind = "PortfolioService.revalue", tracev1.Span_SPAN_KIND_INTERNAL
			s.Attributes = []*commonv1.KeyValue{
				stringAttr("code.function", "revalue"), stringAttr("code.namespace", "portfolio.service"),
				intAttr("portfolio.positions", int64(i)), stringAttr("portfolio.currency", "EUR"),
				stringAttr("thread.name", "ThreadPoolExecutor-0_3"), intAttr("thread.id", 140251893343936),
			}
		}
		scope.Spans = append(scope.Spans, s)
	}
	return &tracev1.TracesData{ResourceSpans: []*tracev1.ResourceSpans{{
		Resource: &resourcev1.Resource{Attributes: []*commonv1.KeyValue{
			stringAttr("telemetry.sdk.language", "python"), stringAttr("telemetry.sdk.name", "opentelemetry"),
			stringAttr("telemetry.sdk.version", "1.45.1"), stringAttr("service.name", "portfolio-service"),
			stringAttr("telemetry.auto.version", "0.66b1"),
		}},
		ScopeSpans: []*tracev1.ScopeSpans{scope},
	}}}
}

func httpSpan(s *tracev1.Span, i int) {
	s.Name, s.Kind = "GET /portfolios/<id>/positions", tracev1.Span_SPAN_KIND_SERVER
	s.Attributes = []*commonv1.KeyValue{
		stringAttr("http.method", "GET"), stringAttr("http.server_name", "0.0.0.0"), stringAttr("http.scheme", "http"),
		stringAttr("http.host", "portfolio:8080"), stringAttr("http.target", fmt.Sprintf("/portfolios/%d/positions?page=2", i)),
		stringAttr("http.user_agent", "python-requests/2.32.3"), intAttr("net.host.port", 8080),
		stringAttr("http.route", "/portfolios/<id>/positions"), intAttr("http.status_code", 200),
	}
}

func databaseSpan(s *tracev1.Span, i int) {
	s.Name, s.Kind = "SELECT positions", tracev1.Span_SPAN_KIND_CLIENT
	s.Attributes = []*commonv1.KeyValue{
		stringAttr("db.system", "postgresql"), stringAttr("db.name", "portfolio"), stringAttr("db.user", "portfolio"),
		stringAttr("db.statement", "SELECT id, symbol, quantity, price FROM positions WHERE portfolio_id = %s ORDER BY symbol"),
		stringAttr("net.peer.name", "postgres"), intAttr("net.peer.port", 5432), stringAttr("db.operation", "SELECT"),
		intAttr("db.rows", int64(i)),
	}
}

// passing is a visitor that changes nothing.
type passing struct{ texts int }

func (*passing) Attribute(Place, []byte, uint32) (uint32, Verdict) { return 0, Pass }

func (v *passing) Text(*Text, []byte) ([]byte, Verdict) { v.texts++; return nil, Pass }
