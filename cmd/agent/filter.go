package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/drl-trading/telemetry-agent/internal/filter"
	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// filterSample shows what the configured filter does to a sample on standard
// input: text, a line each, or an OTLP JSON request.
func filterSample(_ context.Context, args []string, e environment) error {
	f := newFlags("filter", e)
	asJSON := f.Bool("json", false, "print one JSON object for each text in which something was found")
	cfg, err := f.parseAndLoad(args, e)
	if err != nil {
		return err
	}
	flt, err := filter.New(filterOptions(cfg.Filter, slog.New(slog.DiscardHandler)))
	if err != nil {
		return &invalidError{cfg.Locate("filter", err)}
	}
	found, err := flt.Explain(e.in, decodeSample)
	if err != nil {
		return err
	}
	if *asJSON {
		return printJSON(e.out, found)
	}
	printFindings(e.out, found)
	return nil
}

// decodeSample reads an OTLP JSON request; its first key tells the signal.
func decodeSample(sample []byte) (otlp.Signal, []byte, bool) {
	var keys map[string]json.RawMessage
	if !bytes.HasPrefix(bytes.TrimSpace(sample), []byte("{")) || json.Unmarshal(sample, &keys) != nil {
		return 0, nil, false
	}
	var b []byte
	var err error
	var sig otlp.Signal
	switch {
	case keys["resourceSpans"] != nil:
		sig = otlp.Traces
		var d ptrace.Traces
		if d, err = new(ptrace.JSONUnmarshaler).UnmarshalTraces(sample); err == nil {
			b, err = new(ptrace.ProtoMarshaler).MarshalTraces(d)
		}
	case keys["resourceMetrics"] != nil:
		sig = otlp.Metrics
		var d pmetric.Metrics
		if d, err = new(pmetric.JSONUnmarshaler).UnmarshalMetrics(sample); err == nil {
			b, err = new(pmetric.ProtoMarshaler).MarshalMetrics(d)
		}
	case keys["resourceLogs"] != nil:
		sig = otlp.Logs
		var d plog.Logs
		if d, err = new(plog.JSONUnmarshaler).UnmarshalLogs(sample); err == nil {
			b, err = new(plog.ProtoMarshaler).MarshalLogs(d)
		}
	default:
		return 0, nil, false
	}
	return sig, b, err == nil
}

func printJSON(w io.Writer, found []filter.Explanation) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, x := range found {
		if err := enc.Encode(x); err != nil {
			return fmt.Errorf("print findings: %w", err)
		}
	}
	return nil
}

// printFindings writes, for each text in which something was found, where it
// stands, what was found by which rule, and what is left of it.
func printFindings(w io.Writer, found []filter.Explanation) {
	if len(found) == 0 {
		fmt.Fprintln(w, "nothing found")
	}
	for _, x := range found {
		switch {
		case x.Line > 0:
			fmt.Fprintf(w, "line %d\n", x.Line)
		case x.Key != "":
			fmt.Fprintf(w, "%s %s, %s\n", x.Signal, x.Location, x.Key)
		default:
			fmt.Fprintf(w, "%s %s\n", x.Signal, x.Location)
		}
		for _, hit := range x.Found {
			fmt.Fprintf(w, "  %s by %s at byte %d, %d long: %s\n", hit.Detector, hit.Rule, hit.Offset, hit.Length, hit.Action)
		}
		if x.Removed {
			fmt.Fprintln(w, "  result: removed")
			continue
		}
		fmt.Fprintf(w, "  result: %s\n", x.Result)
	}
}
