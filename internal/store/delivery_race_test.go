package store

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Appenders and readers at the same time: each reader sees each appender's
// records in order and whole, and what it doesn't see was reported as lost.
func TestDeliveryLog_ConcurrentUse(t *testing.T) {
	const appenders, each, size = 4, 500, 300
	pool := newTestPool(t, PoolOptions{MaxBytes: 16 * testSegment, SegmentBytes: testSegment})
	var lost [2]atomic.Int64
	names := []string{"a", "b"}
	l := NewDeliveryLog(pool, DeliveryOptions{Lost: func(d string, _ otlp.Signal, items int, _ string) {
		lost[d[0]-'a'].Add(int64(items))
	}})
	var read [2]int64
	var readers, writers sync.WaitGroup
	for i, name := range names {
		c := l.Destination(name, []otlp.Signal{otlp.Traces}, int64(4+20*i)*testSegment).Cursor(otlp.Traces)
		readers.Go(func() { read[i] = readAll(t, c, size, appenders) })
	}
	for w := range appenders {
		writers.Go(func() {
			b := make([]byte, size)
			for n := range each {
				binary.LittleEndian.PutUint32(b, uint32(w))
				binary.LittleEndian.PutUint32(b[size-4:], uint32(n+1))
				if err := l.Append(otlp.Traces, 1, b); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	l.Close()
	readers.Wait()
	for i := range names {
		if got := read[i] + lost[i].Load(); got != appenders*each {
			t.Errorf("%s: %d read and %d lost of %d", names[i], read[i], lost[i].Load(), appenders*each)
		}
	}
	if used := pool.Used(); used != 0 {
		t.Errorf("%d bytes are used at the end", used)
	}
}

func readAll(t *testing.T, c *Cursor, size, appenders int) (items int64) {
	last := make([]uint32, appenders)
	for {
		b, n, err := c.Next(context.Background(), 5*size)
		if errors.Is(err, io.EOF) {
			return items
		}
		if err != nil || len(b) != n*size {
			t.Errorf("Next = %d bytes, %d items, %v", len(b), n, err)
			return items
		}
		for ; len(b) > 0; b = b[size:] {
			w, serial := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[size-4:])
			if serial <= last[w] {
				t.Errorf("record %d of appender %d after %d", serial, w, last[w])
			}
			last[w] = serial
		}
		items += int64(n)
		c.Release()
	}
}
