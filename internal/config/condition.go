package config

// Condition is true when all of its keys that are set are true. Where a key
// takes several values, one of them has to match; in names * stands for any
// characters. Outside of Span, each key may be met by another span.
type Condition struct {
	Status           string          `yaml:"status" enum:"unset|ok|error" example:"error" doc:"A span has this status."`
	Duration         *DurationBound  `yaml:"duration" example:"\">500ms\"" doc:"Duration of the longest local root: >, >=, < or <= and a duration."`
	FragmentDuration *DurationBound  `yaml:"fragment_duration" example:"\">2s\"" doc:"Time from the earliest start to the latest end of the spans seen here."`
	SpanDuration     *DurationBound  `yaml:"span_duration" example:"\">=1s\"" doc:"Duration of a span."`
	SpanCount        *NumberBound    `yaml:"span_count" example:"\">100\"" doc:"Number of spans seen here."`
	Service          []string        `yaml:"service" loose:"true" format:"glob" example:"[checkout, cart]" doc:"service.name of a span's resource."`
	Scope            []string        `yaml:"scope" loose:"true" format:"glob" example:"opentelemetry.instrumentation.flask" doc:"Name of a span's instrumentation scope."`
	SpanName         []string        `yaml:"span_name" loose:"true" format:"glob" example:"\"GET /api/*\"" doc:"Name of a span."`
	Kind             []string        `yaml:"kind" loose:"true" enum:"internal|server|client|producer|consumer" example:"[server, consumer]" doc:"Kind of a span."`
	HTTPRoute        []string        `yaml:"http_route" loose:"true" format:"glob" example:"[/healthz, /readyz]" doc:"http.route of a span."`
	Attribute        []AttributeTest `yaml:"attribute" loose:"true" doc:"Tests of attributes of a span, its resource or scope; all of them must hold."`
	Event            []string        `yaml:"event" loose:"true" format:"glob" example:"exception" doc:"Name of an event of a span."`
	ExceptionType    []string        `yaml:"exception_type" loose:"true" format:"glob" example:"\"*TimeoutError\"" doc:"exception.type of an event of a span."`
	Tracestate       []MemberTest    `yaml:"tracestate" loose:"true" doc:"Tests of members of a span's tracestate; all of them must hold."`
	Priority         *NumberBound    `yaml:"priority" example:"\">0\"" doc:"Attribute sampling.priority of a span."`
	All              []Condition     `yaml:"all" doc:"Conditions that must all hold."`
	Any              []Condition     `yaml:"any" doc:"Conditions of which one must hold."`
	Not              *Condition      `yaml:"not" doc:"A condition that must not hold."`
	Span             *Condition      `yaml:"span" doc:"Conditions that must all hold for one and the same span."`
}

// AttributeTest tests one attribute; exactly one kind of test is set (Min and
// Max are one). An attribute of another type doesn't match.
type AttributeTest struct {
	Key    string   `yaml:"key" required:"true" example:"http.response.status_code" doc:"Attribute key; the old name of a semantic convention stands for the new, too."`
	Equals any      `yaml:"equals" example:"GET" doc:"Value: string, number or boolean."`
	In     []any    `yaml:"in" example:"[500, 503]" doc:"Values of which one must be equal."`
	Regex  string   `yaml:"regex" format:"regex" example:"^cust-[0-9]+$" doc:"RE2 expression that a string must match somewhere."`
	Exists *bool    `yaml:"exists" example:"true" doc:"Whether the attribute is there."`
	Min    *float64 `yaml:"min" example:"500" doc:"Least value of a number."`
	Max    *float64 `yaml:"max" example:"599" doc:"Greatest value of a number."`
	Bool   *bool    `yaml:"bool" example:"true" doc:"Value of a boolean."`
}

// MemberTest tests one member of the tracestate; exactly one kind of test is set.
type MemberTest struct {
	Key    string   `yaml:"key" required:"true" example:"vendor" doc:"Key of the member."`
	Equals string   `yaml:"equals" example:"a1" doc:"Value of the member."`
	In     []string `yaml:"in" example:"[a1, b2]" doc:"Values of which one must be equal."`
	Regex  string   `yaml:"regex" format:"regex" example:"^a" doc:"RE2 expression that the value must match somewhere."`
	Exists *bool    `yaml:"exists" example:"true" doc:"Whether the member is there."`
}
