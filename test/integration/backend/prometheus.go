package backend

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// Prometheus is Prometheus's query API, at a URL such as http://localhost:9090.
type Prometheus struct{ URL string }

// Value returns the value of an instant query that has one result; there is false when it has none, or several.
func (p Prometheus) Value(ctx context.Context, expr string) (value float64, there bool, err error) {
	var answer struct {
		Status string
		Data   struct {
			Result []struct{ Value [2]any }
		}
	}
	raw, err := getJSON(ctx, p.URL+"/api/v1/query?"+url.Values{"query": {expr}}.Encode(), &answer)
	if err != nil {
		return 0, false, err
	}
	if answer.Status != "success" {
		return 0, false, fmt.Errorf("query %s: %s", expr, raw)
	}
	if len(answer.Data.Result) != 1 {
		return 0, false, nil
	}
	text, _ := answer.Data.Result[0].Value[1].(string)
	if value, err = strconv.ParseFloat(text, 64); err != nil {
		return 0, false, fmt.Errorf("query %s: %w", expr, err)
	}
	return value, true, nil
}

// Everything is all that Prometheus would tell: names, labels, help, exemplars.
func (p Prometheus) Everything(ctx context.Context) (string, error) {
	all := url.Values{"match[]": {`{__name__=~".+"}`}}.Encode()
	exemplars := url.Values{"query": {`{__name__=~".+"}`}, "start": {"0"}, "end": {"99999999999"}}.Encode()
	var text string
	for _, path := range []string{"/api/v1/series?" + all, "/api/v1/metadata", "/api/v1/query_exemplars?" + exemplars} {
		b, err := get(ctx, p.URL+path)
		if err != nil {
			return "", err
		}
		text += string(b)
	}
	return text, nil
}
