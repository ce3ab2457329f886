package receive

import "context"

// lease is a share of the byte budget that grows with what is read of one request.
type lease struct {
	admission Admission
	held      int64
	releases  []func()
}

// grow makes the lease n bytes large, if it is smaller.
func (l *lease) grow(ctx context.Context, n int64) error {
	if n <= l.held {
		return nil
	}
	release, err := l.admission.Acquire(ctx, n-l.held)
	if err != nil {
		return &busyError{err}
	}
	l.held, l.releases = n, append(l.releases, release)
	return nil
}

// release gives everything back. It may be called again.
func (l *lease) release() {
	for _, release := range l.releases {
		release()
	}
	l.held, l.releases = 0, l.releases[:0]
}

// busyError says that the byte budget has no room.
type busyError struct{ cause error }

func (e *busyError) Error() string { return "lease bytes: " + e.cause.Error() }

func (e *busyError) Unwrap() error { return e.cause }
