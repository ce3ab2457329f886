package pipeline

import (
	"context"
	"time"
)

// Linger goes on accepting after a stop was asked for: services flush what they
// have when they are told to stop, at the same moment as the agent. It returns
// when long is over, when ctx ends, or at once when no batch came for more than a
// minute, for then nobody is there who would flush.
func (p *Pipeline) Linger(ctx context.Context, long time.Duration) {
	last := p.lastAccept()
	if long <= 0 || last.IsZero() || time.Since(last) > max(long, idleClient) {
		return
	}
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// idleClient is how long a client may be silent and still be there: SDKs export
// metrics every 60 s by default.
const idleClient = 65 * time.Second
