package main

import "context"

// filterSample shows what the filter does to a sample on standard input.
func filterSample(_ context.Context, args []string, e environment) error {
	return nil
}
