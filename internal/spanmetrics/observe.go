package spanmetrics

import (
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// ObserveSpans counts every span of an encoded TracesData that has been through
// the walker. The bytes are borrowed. What can't be read is counted and left.
func (m *Metrics) ObserveSpans(traces []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = time.Since(m.epoch)
	m.read.begin()
	if err := otlp.RangeSpans(traces, m.visit); err != nil {
		m.health.unreadable++
	}
}
