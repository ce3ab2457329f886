package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/drl-trading/telemetry-agent/internal/pipeline"
)

// sumUp says what became of the load: each of the ledger's rows, as the equation
// that it always is, and what was found.
func (a *agent) sumUp(w io.Writer) {
	fmt.Fprintln(w, "In all:")
	for _, r := range a.ledger.Snapshot() {
		if r.Received+r.Produced > 0 {
			fmt.Fprintf(w, "  %-7s  %s\n", r.Signal, equation(r))
		}
	}
	found := findings(a.filter)
	var each []string
	for _, detector := range slices.Sorted(maps.Keys(found)) {
		each = append(each, fmt.Sprintf("%s %d", detector, found[detector]))
	}
	fmt.Fprintf(w, "  masked   %d: %s\n", total(found), strings.Join(each, ", "))
}

// equation leaves out what is 0.
func equation(r pipeline.Row) string {
	sum := func(terms ...string) string {
		return strings.Join(slices.DeleteFunc(terms, func(t string) bool { return t == "" }), " + ")
	}
	term := func(n int64, what string) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("%d %s", n, what)
	}
	right := []string{
		term(r.Delivered, "delivered to "+r.Destination), term(r.SampledOut, "sampled out"),
		term(r.Filtered, "filtered"), term(r.Pending, "waiting"),
	}
	for _, reason := range slices.Sorted(maps.Keys(r.Lost)) {
		right = append(right, term(r.Lost[reason], "lost: "+strings.ReplaceAll(reason, "_", " ")))
	}
	return sum(term(r.Received, "received"), term(r.Produced, "produced")) + " = " + sum(right...)
}

// findings are those of agent_filter_findings_total by detector.
func findings(c prometheus.Collector) map[string]int {
	found := map[string]int{}
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		return found
	}
	for _, f := range families {
		if f.GetName() != "agent_filter_findings_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "detector" && m.GetCounter().GetValue() > 0 {
					found[l.GetValue()] += int(m.GetCounter().GetValue())
				}
			}
		}
	}
	return found
}

func total(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
