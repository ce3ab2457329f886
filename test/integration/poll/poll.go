// Package poll waits for what lies in other processes, where nothing tells when it has come.
package poll

import (
	"context"
	"fmt"
	"time"
)

// Until asks until is says true or fails, for a minute at most.
func Until(ctx context.Context, is func() (bool, error)) error {
	const patience, pause = time.Minute, 200 * time.Millisecond
	deadline := time.Now().Add(patience)
	for {
		if ok, err := is(); ok || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not within %v", patience)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
