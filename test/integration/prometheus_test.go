package integration

import (
	"encoding/json"
	"net/url"
	"strconv"
	"testing"
)

// query returns the value of an instant query that has one result, -1 without.
func (r *running) query(t *testing.T, expr string) float64 {
	t.Helper()
	raw := get(t, r.prometheus+"/api/v1/query?"+url.Values{"query": {expr}}.Encode())
	var answer struct {
		Status string
		Data   struct {
			Result []struct{ Value [2]any }
		}
	}
	if err := json.Unmarshal([]byte(raw), &answer); err != nil || answer.Status != "success" {
		t.Fatalf("query %s: %v: %s", expr, err, raw)
	}
	if len(answer.Data.Result) != 1 {
		return -1
	}
	text, _ := answer.Data.Result[0].Value[1].(string)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("query %s: %v", expr, err)
	}
	return v
}

// everySeries is all that Prometheus would tell: names, labels, help, exemplars.
func (r *running) everySeries(t *testing.T) string {
	t.Helper()
	all := url.Values{"match[]": {`{__name__=~".+"}`}}.Encode()
	exemplars := url.Values{"query": {`{__name__=~".+"}`}, "start": {"0"}, "end": {"99999999999"}}.Encode()
	return get(t, r.prometheus+"/api/v1/series?"+all) + get(t, r.prometheus+"/api/v1/metadata") +
		get(t, r.prometheus+"/api/v1/query_exemplars?"+exemplars)
}
