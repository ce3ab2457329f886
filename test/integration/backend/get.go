// Package backend asks the backends of a stack, Jaeger and Prometheus, what came to them.
//
// It keeps nothing and starts no goroutines; every call is one request, bounded by its context.
package backend

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// get returns the body of an answer, whatever its status.
func get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// getJSON decodes an answer into to, and returns it as it came, too.
func getJSON(ctx context.Context, address string, to any) (raw string, err error) {
	b, err := get(ctx, address)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(b, to); err != nil {
		return string(b), fmt.Errorf("read answer of %s: %w: %.200s", address, err, b)
	}
	return string(b), nil
}
