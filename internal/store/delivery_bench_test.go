package store

import (
	"fmt"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func BenchmarkDeliveryLog(b *testing.B) {
	for _, n := range []int{4 << 10, 256 << 10} {
		b.Run(fmt.Sprintf("%dKiB", n>>10), func(b *testing.B) {
			pool := newTestPool(b, PoolOptions{MaxBytes: 64 << 20})
			l := NewDeliveryLog(pool, DeliveryOptions{})
			c := l.Destination("a", []otlp.Signal{otlp.Traces}, 32<<20).Cursor(otlp.Traces)
			data := make([]byte, n)
			ctx := b.Context()
			b.ReportAllocs()
			b.SetBytes(int64(n))
			for i := 0; b.Loop(); i++ {
				if err := l.Append(otlp.Traces, 8, data); err != nil {
					b.Fatal(err)
				}
				if i%8 == 7 {
					for c.bytes > 0 {
						if _, _, err := c.Next(ctx, 512<<10); err != nil {
							b.Fatal(err)
						}
						c.Release()
					}
				}
			}
		})
	}
}
