package otlp_test

import (
	"slices"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestAliases(t *testing.T) {
	for key, want := range map[string][]string{
		"http.response.status_code": {"http.status_code"},
		"http.status_code":          {"http.response.status_code"},
		"net.peer.name":             {"server.address", "net.host.name", "http.host"},
		"order.id":                  nil,
	} {
		if got := otlp.Aliases(key); !slices.Equal(got, want) {
			t.Errorf("Aliases(%q) = %v, want %v", key, got, want)
		}
	}
}

// TestEveryNameStandsOnce: a name in two rows would have two meanings.
func TestEveryNameStandsOnce(t *testing.T) {
	for _, key := range []string{"url.full", "db.statement", "http.method", "messaging.destination"} {
		for _, other := range otlp.Aliases(key) {
			if !slices.Contains(otlp.Aliases(other), key) {
				t.Errorf("%s names %s, but not the other way round", key, other)
			}
		}
	}
}
