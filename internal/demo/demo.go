// Package demo is what `agent demo` shows: a load as six trading services would
// send it, and a terminal that prints the traces that the agent kept.
//
// The load is made with the OpenTelemetry SDK and sent by OTLP over loopback; the
// terminal is an OTLP server on loopback that the agent delivers to. So the whole
// way is the real one. The package knows nothing of the agent itself.
//
// Load runs in the goroutine of its caller until ctx ends. Terminal serves from
// Start until Stop returns.
package demo

// The card, address and token are the usual examples of their kinds: they pass
// the checks of a detector and belong to nobody.
const (
	card    = "4111 1111 1111 1111"
	email   = "alice@example.com"
	ssn     = "536-22-1234"
	bearer  = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLWEtZGVtbw"
	orderOf = "alice%40example.com"
)
