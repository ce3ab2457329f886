package export

import (
	"fmt"
	"time"
)

// Kind says what can follow a failed attempt.
type Kind uint8

// Kinds of failure.
const (
	Retryable Kind = iota // the same request may succeed later
	Permanent             // the backend will never take this request
	TooLarge              // a smaller request may succeed at once
	// Exhausted is RESOURCE_EXHAUSTED without RetryInfo: some backends say so of
	// a request that is too large, others of a quota. A smaller request is tried,
	// down to a size that no limit of size is below.
	Exhausted
	Unsendable // the log's bytes make no request: a fault of the agent
	Fault      // the exporter panicked
)

// Failure is how an attempt failed. Its text is made of this package's words and
// a code only.
type Failure struct {
	Kind Kind
	// Code is that of gRPC in lower case ("unavailable"), "http_503", or one of
	// unreachable, tls, timeout, unsendable, undecodable, fault, unknown.
	Code string
	// Delay is what the backend asked for (RetryInfo, Retry-After); 0: nothing.
	Delay time.Duration
}

// Error implements error.
func (f *Failure) Error() string { return fmt.Sprintf("%s: %s", f.Code, f.Phrase()) }

// Phrase says what the failure means for the data.
func (f *Failure) Phrase() string {
	switch f.Kind {
	case Permanent:
		return "the backend refuses the request for good"
	case TooLarge:
		return "the backend finds the request too large"
	case Exhausted:
		return "the backend is out of a resource and names no time to come back"
	case Unsendable:
		return "the stored bytes make no request"
	case Fault:
		return "the exporter panicked"
	}
	switch {
	case f.Delay > 0:
		return "the backend asks to wait"
	case f.Code == "unreachable":
		return "the backend can't be reached"
	case f.Code == "tls":
		return "the TLS handshake with the backend fails"
	case f.Code == "timeout" || f.Code == "deadline_exceeded":
		return "the backend doesn't answer in time"
	}
	return "the backend can't take the request now"
}

// Reasons for which a delivery loses items.
const (
	ReasonRejected  = "rejected"          // the backend refuses them for good, alone or with their request
	ReasonTooLarge  = "too_large"         // a single item is refused for its size
	ReasonExhausted = "retries_exhausted" // tried for Retry.GiveUp
	ReasonFault     = "fault"             // the agent's own: unsendable, or panics
	ReasonShutdown  = "shutdown"          // not delivered before the deadline
)
