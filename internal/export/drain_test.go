package export

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestExporter_Drain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(int, []byte) (int, error)
		want   map[string]int
		within time.Duration
	}{
		{"healthy", always(nil), map[string]int{"delivered": 6}, 0},
		{"comes back in time", until(9, unavailable), map[string]int{"delivered": 6}, 10 * time.Second},
		{"stays down", always(unavailable), map[string]int{ReasonShutdown: 6}, 10 * time.Second},
		{"asks for too much time", always(&Failure{Kind: Retryable, Code: "unavailable", Delay: time.Hour}), map[string]int{ReasonShutdown: 6}, 10 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Retry{}, tt.answer)
				for range 3 {
					r.queue.append(traces(2, 10))
				}
				began := time.Now()
				r.drain(t, 10*time.Second)
				r.book.expect(t, tt.want)
				if took := time.Since(began); took > tt.within {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestExporter_DrainEndsABackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Retry{Initial: time.Hour, Max: time.Hour}, until(2, unavailable))
		r.queue.append(traces(2, 10))
		synctest.Wait()
		began := time.Now()
		r.drain(t, time.Minute)
		r.book.expect(t, map[string]int{"delivered": 2})
		if took := time.Since(began); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}
