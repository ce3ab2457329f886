package pipeline

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
)

// admissionWait is the longest a request waits for room in the byte budget.
const admissionWait = time.Second

// Admission leases bytes of one budget to requests that are being read, decoded
// and passed through the stages. It is the only place that refuses for lack of
// memory. It is safe for concurrent use.
type Admission struct {
	budget int64
	free   *semaphore.Weighted
	closed func() bool
}

// NewAdmission returns an admission over budget bytes. closed, when it says true,
// refuses at once: the last step of the sampler's pressure ladder.
func NewAdmission(budget int64, closed func() bool) *Admission {
	return &Admission{budget: budget, free: semaphore.NewWeighted(budget), closed: closed}
}

// Acquire leases n bytes, waiting at most one second. A request larger than the
// whole budget is given all of it. The error is an *UnavailableError.
func (a *Admission) Acquire(ctx context.Context, n int64) (release func(), err error) {
	if a.closed() {
		return nil, errExhausted
	}
	n = min(n, a.budget)
	if !a.free.TryAcquire(n) {
		ctx, cancel := context.WithTimeout(ctx, admissionWait)
		defer cancel()
		if err := a.free.Acquire(ctx, n); err != nil {
			return nil, errExhausted
		}
	}
	return func() { a.free.Release(n) }, nil
}
