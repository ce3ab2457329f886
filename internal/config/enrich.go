package config

// Enrich says what is known about the pod.
type Enrich struct {
	Detect      []string          `yaml:"detect" enum:"env|k8s|container|host" doc:"What resource attributes are taken from: env is OTEL_RESOURCE_ATTRIBUTES, k8s the downward API, container the cgroup, host the host."`
	Labels      []string          `yaml:"labels" example:"[app.kubernetes.io/version]" doc:"Labels of the pod to take, as k8s.pod.label.NAME, from the downward API volume /etc/podinfo."`
	Annotations []string          `yaml:"annotations" example:"[example.com/owner]" doc:"Annotations of the pod to take, as k8s.pod.annotation.NAME, from the downward API volume /etc/podinfo."`
	Attributes  []EnrichAttribute `yaml:"attributes" doc:"Resource attributes of your own, in order."`
}

// EnrichAttribute sets one resource attribute.
type EnrichAttribute struct {
	Key    string `yaml:"key" required:"true" example:"deployment.environment.name" doc:"Attribute key."`
	Value  string `yaml:"value" example:"${ENVIRONMENT:-dev}" doc:"Attribute value; not for delete."`
	Action string `yaml:"action" enum:"insert|update|upsert|delete" doc:"insert adds it when absent, update changes it when present, upsert does both, delete removes it."`
}

func (a *EnrichAttribute) setDefaults() { a.Action = "insert" }

// SpanMetrics says which metrics are computed from spans.
type SpanMetrics struct {
	Enabled    bool     `yaml:"enabled" doc:"Compute calls and durations from every span."`
	Dimensions []string `yaml:"dimensions" example:"[http.route]" doc:"Attributes that become labels, beside service.name, span.name, span.kind and status.code."`
	MaxSeries  int      `yaml:"max_series" min:"1" max:"1000000" doc:"Series at most; what is beyond goes to one overflow series and is counted."`
}
