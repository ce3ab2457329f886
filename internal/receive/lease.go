package receive

import (
	"context"
	"math"
)

// workCopies is how often an encoded request is in memory beside its own bytes
// while it passes the stages: as the filter and as enrichment rewrite it.
const workCopies = 2

// lease is the share of the byte budget that one request holds.
type lease struct {
	admission Admission
	read      func(int64) // gives back of what is leased for reading; nil: nothing is
	work      func(int64) // likewise for what is made of it
	most      int64       // leased for reading
}

// toRead leases the most bytes that a request may be long.
func (l *lease) toRead(ctx context.Context, most int64) (err error) {
	if l.read, err = l.admission.Read(ctx, most); err != nil {
		return &busyError{err}
	}
	l.most = most
	return nil
}

// hasRead gives back what the request didn't need, once n bytes are read.
func (l *lease) hasRead(n int) { l.read(max(l.most-int64(n), 0)) }

// toWork leases n bytes for what is made of the request.
func (l *lease) toWork(ctx context.Context, n int64) (err error) {
	if l.work, err = l.admission.Work(ctx, n); err != nil {
		return &busyError{err}
	}
	return nil
}

// release gives everything back.
func (l *lease) release() {
	if l.work != nil {
		l.work(math.MaxInt64)
	}
	if l.read != nil {
		l.read(math.MaxInt64)
	}
}

// busyError says that the byte budget has no room.
type busyError struct{ cause error }

func (e *busyError) Error() string { return "lease bytes: " + e.cause.Error() }

func (e *busyError) Unwrap() error { return e.cause }
