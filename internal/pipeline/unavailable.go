package pipeline

import (
	"errors"
	"time"
)

// retryDelay is what a refused client is told to wait. Python's exporters give a
// batch up after 10 s in all, so a longer delay loses it.
const retryDelay = time.Second

// UnavailableError says that the agent can't take a batch now: its byte budget is
// used up, it is stopping, or it met a fault of its own. The client should try
// again after RetryDelay.
type UnavailableError struct{ Cause error }

func (e *UnavailableError) Error() string { return "accept batch: " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error { return e.Cause }

// RetryDelay is how long the client should wait before it tries again.
func (e *UnavailableError) RetryDelay() time.Duration { return retryDelay }

var (
	errStopping  = &UnavailableError{errors.New("agent is stopping")}
	errExhausted = &UnavailableError{errors.New("byte budget is used up")}
)
