package main

import (
	"fmt"
	"io"
	"slices"
)

// spread is the median, least and greatest of some values.
type spread struct{ median, least, greatest float64 }

func spreadOf(values []float64) spread {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return spread{median: (sorted[(n-1)/2] + sorted[n/2]) / 2, least: sorted[0], greatest: sorted[n-1]}
}

// format shows the median, and the range where there is one.
func (s spread) format(verb string) string {
	if s.least == s.greatest {
		return fmt.Sprintf(verb, s.median)
	}
	return fmt.Sprintf(verb+" ("+verb+"–"+verb+")", s.median, s.least, s.greatest)
}

// writeTable shows a row for each subject, with its ratio to the first.
func writeTable(w io.Writer, subjects []subject, results [][]result) error {
	column := func(i int, of func(result) float64) spread {
		var values []float64
		for _, r := range results[i] {
			values = append(values, of(r))
		}
		return spreadOf(values)
	}
	cpu := func(r result) float64 { return r.microsPerSpan }
	memory := func(r result) float64 { return r.peakMiB }
	text := "| | CPU a span, µs | ratio | peak memory, MiB | ratio | spans delivered | spans/s |\n|---|---|---|---|---|---|---|\n"
	for i, s := range subjects {
		text += fmt.Sprintf("| %s | %s | %.1f | %s | %.1f | %s | %s |\n", s.name,
			column(i, cpu).format("%.1f"), column(i, cpu).median/column(0, cpu).median,
			column(i, memory).format("%.0f"), column(i, memory).median/column(0, memory).median,
			column(i, func(r result) float64 { return 100 * r.keptShare }).format("%.1f %%"),
			column(i, func(r result) float64 { return r.rate }).format("%.0f"))
	}
	_, err := io.WriteString(w, text)
	return err
}
