package receive

import "context"

// lease is the share of the byte budget that one request holds.
type lease struct {
	admission Admission
	giveBack  func()
}

// trade gives back what is held and leases n bytes instead. To wait for more with
// a share in hand could block everyone who does the same, so the bytes already
// read are uncovered while it waits.
func (l *lease) trade(ctx context.Context, n int64) error {
	l.release()
	giveBack, err := l.admission.Acquire(ctx, n)
	if err != nil {
		return &busyError{err}
	}
	l.giveBack = giveBack
	return nil
}

// release gives everything back. It may be called again.
func (l *lease) release() {
	if l.giveBack != nil {
		l.giveBack()
		l.giveBack = nil
	}
}

// busyError says that the byte budget has no room.
type busyError struct{ cause error }

func (e *busyError) Error() string { return "lease bytes: " + e.cause.Error() }

func (e *busyError) Unwrap() error { return e.cause }
