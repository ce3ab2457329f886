package backend

import (
	"context"
	"net/url"
)

// Jaeger is Jaeger's query API, at a URL such as http://localhost:16686.
type Jaeger struct{ URL string }

// Traces returns up to 5,000 traces of the last hour in which the service has a span, and the answer as it came.
func (j Jaeger) Traces(ctx context.Context, service string) (traces []Trace, raw string, err error) {
	query := url.Values{"service": {service}, "limit": {"5000"}, "lookback": {"1h"}}
	var answer struct{ Data []Trace }
	raw, err = getJSON(ctx, j.URL+"/api/traces?"+query.Encode(), &answer)
	return answer.Data, raw, err
}

// Trace returns the trace of that id; one without spans while Jaeger has none.
func (j Jaeger) Trace(ctx context.Context, id string) (Trace, error) {
	var answer struct{ Data []Trace }
	if _, err := getJSON(ctx, j.URL+"/api/traces/"+id, &answer); err != nil || len(answer.Data) == 0 {
		return Trace{}, err
	}
	return answer.Data[0], nil
}

// Services returns the names of the services that Jaeger knows.
func (j Jaeger) Services(ctx context.Context) ([]string, error) {
	var answer struct{ Data []string }
	_, err := getJSON(ctx, j.URL+"/api/services", &answer)
	return answer.Data, err
}
