package main

import (
	"bytes"
	"testing"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{[]float64{3}, "3.0"},
		{[]float64{3, 3}, "3.0"},
		{[]float64{4, 1, 2}, "2.0 (1.0–4.0)"},
		{[]float64{4, 1, 2, 3}, "2.5 (1.0–4.0)"},
	} {
		if got := spreadOf(c.values).format("%.1f"); got != c.want {
			t.Errorf("%v: got %s, want %s", c.values, got, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	results := [][]result{
		{{microsPerSpan: 3, peakMiB: 60, keptShare: 0.118, rate: 20000}},
		{{microsPerSpan: 36, peakMiB: 150, keptShare: 0.118, rate: 19990}},
	}
	var out bytes.Buffer
	if err := writeTable(&out, []subject{{name: "agent"}, {name: "Collector"}}, results); err != nil {
		t.Fatal(err)
	}
	const want = `| | CPU a span, µs | ratio | peak memory, MiB | ratio | spans delivered | spans/s |
|---|---|---|---|---|---|---|
| agent | 3.0 | 1.0 | 60 | 1.0 | 11.8 % | 20000 |
| Collector | 36.0 | 12.0 | 150 | 2.5 | 11.8 % | 19990 |
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
