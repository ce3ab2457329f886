package pipeline

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
)

// admissionWait is the longest a request waits for room in the byte budget.
const admissionWait = time.Second

// Admission leases bytes of one budget to requests: a half to those that are read
// and held, a half to what is made of them, decoded or rewritten. A request waits
// for the second with its share of the first in hand, so what has been read is
// always covered; nobody waits the other way round, so all get on. It is the only
// place that refuses for lack of memory. It is safe for concurrent use.
type Admission struct {
	reading, working byteBudget
	ladder           Ladder
}

// Ladder is what is done under pressure, of which to refuse is the last step.
type Ladder interface {
	Refusing() bool // whether to refuse, however much of the budget is free
	Refused()       // a request was refused
}

// NewAdmission returns an admission over budget bytes.
func NewAdmission(budget int64, l Ladder) *Admission {
	return &Admission{reading: newByteBudget(budget / 2), working: newByteBudget(budget - budget/2), ladder: l}
}

// Read leases n bytes for a request that is to be read, waiting at most one
// second. giveBack returns some of them, once it is known how long the request is,
// and in the end the rest. The error is an *UnavailableError.
func (a *Admission) Read(ctx context.Context, n int64) (giveBack func(n int64), err error) {
	if a.ladder.Refusing() {
		a.ladder.Refused()
		return nil, errExhausted
	}
	return a.acquire(ctx, &a.reading, n)
}

// Work leases n bytes for what is made of a request that has been read, likewise.
func (a *Admission) Work(ctx context.Context, n int64) (giveBack func(n int64), err error) {
	return a.acquire(ctx, &a.working, n)
}

func (a *Admission) acquire(ctx context.Context, b *byteBudget, n int64) (giveBack func(int64), err error) {
	if giveBack, err = b.acquire(ctx, n); err != nil {
		a.ladder.Refused()
		return nil, errExhausted
	}
	return giveBack, nil
}

// byteBudget is one half of the budget.
type byteBudget struct {
	bytes int64
	free  *semaphore.Weighted
}

func newByteBudget(bytes int64) byteBudget {
	return byteBudget{bytes: bytes, free: semaphore.NewWeighted(bytes)}
}

// acquire gives a lease larger than the whole all of it.
func (b *byteBudget) acquire(ctx context.Context, n int64) (giveBack func(int64), err error) {
	left := min(n, b.bytes)
	if !b.free.TryAcquire(left) {
		ctx, cancel := context.WithTimeout(ctx, admissionWait)
		defer cancel()
		if err := b.free.Acquire(ctx, left); err != nil {
			return nil, err
		}
	}
	return func(n int64) {
		n = min(n, left)
		left -= n
		b.free.Release(n)
	}, nil
}
