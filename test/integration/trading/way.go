package trading

import (
	"fmt"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
)

// Hop is a span on the way from tick to trade, and where it hangs.
type Hop struct {
	Service, Span, Kind string // Service without its prefix
	Scope               string // the instrumentation that made it
	Parent              string // name of the parent's span; the parent's service is Service unless From is set
	From                string
}

const (
	flask      = "opentelemetry.instrumentation.flask"
	requests   = "opentelemetry.instrumentation.requests"
	sqlalchemy = "opentelemetry.instrumentation.sqlalchemy"
	common     = "drl_trading_common"
)

// Way is the way from tick to trade through four services. The parent of the first is the market's, which sends no
// telemetry.
var Way = []Hop{
	{Service: "ingest", Span: "POST /ticks", Kind: "server", Scope: flask},
	{Service: "ingest", Span: "tick.store", Kind: "internal", Scope: common, Parent: "POST /ticks"},
	{Service: "ingest", Span: "INSERT trading", Kind: "client", Scope: sqlalchemy, Parent: "tick.store"},
	{Service: "ingest", Span: "publish trading.ticks", Kind: "producer", Scope: common, Parent: "POST /ticks"},
	{Service: "preprocessing", Span: "process trading.ticks", Kind: "consumer", Scope: common, Parent: "publish trading.ticks", From: "ingest"},
	{Service: "preprocessing", Span: "features.compute", Kind: "internal", Scope: common, Parent: "process trading.ticks"},
	{Service: "preprocessing", Span: "feast write_to_online_store", Kind: "internal", Scope: common, Parent: "process trading.ticks"},
	{Service: "preprocessing", Span: "feast get_online_features", Kind: "internal", Scope: common, Parent: "process trading.ticks"},
	{Service: "preprocessing", Span: "publish trading.features", Kind: "producer", Scope: common, Parent: "process trading.ticks"},
	{Service: "inference", Span: "process trading.features", Kind: "consumer", Scope: common, Parent: "publish trading.features", From: "preprocessing"},
	{Service: "inference", Span: "policy.predict", Kind: "internal", Scope: common, Parent: "process trading.features"},
	{Service: "inference", Span: "publish trading.predictions", Kind: "producer", Scope: common, Parent: "process trading.features"},
	{Service: "execution", Span: "process trading.predictions", Kind: "consumer", Scope: common, Parent: "publish trading.predictions", From: "inference"},
	{Service: "execution", Span: "trade.execute", Kind: "internal", Scope: common, Parent: "process trading.predictions"},
	{Service: "execution", Span: "POST", Kind: "client", Scope: requests, Parent: "trade.execute"},
	{Service: "execution", Span: "INSERT trading", Kind: "client", Scope: sqlalchemy, Parent: "trade.execute"},
}

// Missing says what the trace lacks of the hops that pick takes: spans, their kind, their maker, the link to their parent.
func Missing(tr backend.Trace, pick func(Hop) bool) (problems []string) {
	for _, hop := range Way {
		if !pick(hop) {
			continue
		}
		span, there := tr.Span(Name(hop.Service), hop.Span)
		if !there {
			problems = append(problems, fmt.Sprintf("%s has no span %q", hop.Service, hop.Span))
			continue
		}
		if kind, scope := span.Tag("span.kind"), span.Tag("otel.scope.name"); kind != hop.Kind || scope != hop.Scope {
			problems = append(problems, fmt.Sprintf("%s %q is of kind %s by %s, want %s by %s", hop.Service, hop.Span, kind, scope, hop.Kind, hop.Scope))
		}
		if hop.Parent == "" {
			continue
		}
		from := hop.From
		if from == "" {
			from = hop.Service
		}
		parent, there := tr.Span(Name(from), hop.Parent)
		if !there || span.Parent() != parent.SpanID {
			problems = append(problems, fmt.Sprintf("%s %q doesn't hang on %s %q", hop.Service, hop.Span, from, hop.Parent))
		}
	}
	return problems
}

// All picks every hop.
func All(Hop) bool { return true }
