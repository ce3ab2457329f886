package export

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBackoff_DoublesWithJitterUpToItsMaximum(t *testing.T) {
	retry := Retry{Initial: time.Second, Max: 8 * time.Second}
	b := backoff{retry: retry}
	for i, want := range []time.Duration{1, 2, 4, 8, 8, 8} {
		want *= time.Second
		if got := b.next(0, false); got < want/2 || got > want {
			t.Errorf("wait %d is %v, want %v to %v", i, got, want/2, want)
		}
	}
	if got := b.next(time.Minute, false); got < time.Minute || got > 66*time.Second {
		t.Errorf("asked for 1m, wait %v", got)
	}
	if got := b.next(1000*time.Hour, false); got < maxAskedDelay || got > maxAskedDelay*11/10 {
		t.Errorf("asked for 1000h, wait %v", got)
	}
	if got := b.next(0, true); got > time.Second {
		t.Errorf("while draining, wait %v", got)
	}
}

func TestDelivery_RetryHonoursWhatTheBackendAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{}, until(2, &Failure{Kind: Retryable, Code: "unavailable", Delay: 45 * time.Second}))
		r.queue.append(traces(1, 10))
		time.Sleep(45*time.Second - 1)
		synctest.Wait()
		if len(r.script.tried()) != 1 {
			t.Errorf("%d attempts before the time asked for", len(r.script.tried()))
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		r.book.expect(t, map[string]int{"delivered": 1})
		r.drain(t, time.Second)
	})
}
