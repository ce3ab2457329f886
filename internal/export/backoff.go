package export

import (
	"context"
	"math/rand/v2"
	"time"
)

// maxAskedDelay bounds a delay that a backend asks for, so that a wrong value
// doesn't silence a destination for good.
const maxAskedDelay = 5 * time.Minute

// backoff is the waits between the attempts for one request.
type backoff struct {
	retry Retry
	step  time.Duration // the next wait, without jitter
}

// next returns the next wait: the back-off's, doubling up to retry.Max and
// between half and whole of it, or the one asked for if that is longer. While
// draining the back-off doesn't grow: time is short.
func (b *backoff) next(asked time.Duration, draining bool) time.Duration {
	if b.step == 0 || draining {
		b.step = b.retry.Initial
	}
	delay := b.step/2 + rand.N(b.step/2+1)
	b.step = min(2*b.step, b.retry.Max)
	// A little over what was asked, so that many agents don't return at once.
	asked = min(asked, maxAskedDelay)
	return max(delay, asked+rand.N(asked/10+1))
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
