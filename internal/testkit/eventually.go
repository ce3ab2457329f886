package testkit

import (
	"testing"
	"time"
)

// Eventually polls until is says true. It is for what lies behind a socket: where
// the test can be told, let it wait for that, or use testing/synctest.
func Eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	const patience, pause = 30 * time.Second, 5 * time.Millisecond
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !is(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
