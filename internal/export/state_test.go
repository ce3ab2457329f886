package export

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestState_LogsEachChangeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secret := fmt.Errorf("card 4111111111111111")
		r := newRig(t, Retry{}, func(n int, _ []byte) (int, error) {
			switch {
			case n == 1:
				return 0, nil
			case n <= 5:
				return 0, secret
			case n <= 10:
				return 0, unavailable
			case n == 11:
				return 0, nil
			}
			return 0, refused
		})
		for range 20 {
			r.queue.append(traces(1, 10))
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		var got []string
		for line := range strings.Lines(r.log.String()) {
			_, line, _ = strings.Cut(line, "level=")
			line, _, _ = strings.Cut(line, " after=")
			got = append(got, strings.TrimSpace(line))
		}
		want := []string{
			`INFO msg="destination is up" destination=backend signal=traces`,
			`WARN msg="destination is down, data is kept and tried again" destination=backend signal=traces code=unknown reason="the backend can't take the request now"`,
			`INFO msg="destination is up again" destination=backend signal=traces`,
			`WARN msg="destination refuses data" destination=backend signal=traces code=invalid_argument reason="the backend refuses the request for good"`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
		r.drain(t, time.Second)
	})
}
