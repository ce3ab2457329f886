package otlp

import (
	"slices"
	"strings"
	"testing"
)

func TestAliases(t *testing.T) {
	for key, want := range map[string][]string{
		"http.response.status_code": {"http.status_code"},
		"http.status_code":          {"http.response.status_code"},
		"net.peer.name":             {"server.address", "net.host.name", "http.host", "http.server_name"},
		"messaging.operation":       {"messaging.operation.type"},
		"order.id":                  nil,
	} {
		if got := Aliases(key); !slices.Equal(got, want) {
			t.Errorf("Aliases(%q) = %v, want %v", key, got, want)
		}
	}
}

// What Python's instrumentations send unless they are told otherwise has a name of
// today.
func TestNamesOfPythonsInstrumentations(t *testing.T) {
	for _, key := range strings.Fields(`http.method http.url http.target http.host http.server_name http.scheme http.flavor
		http.status_code http.user_agent net.peer.ip net.peer.name net.peer.port net.host.port db.system db.statement db.operation
		db.name messaging.destination messaging.operation messaging.message_id messaging.kafka.partition rpc.system
		rpc.grpc.status_code`) {
		if len(Aliases(key)) == 0 {
			t.Errorf("%s has no other name", key)
		}
	}
}

// TestEveryNameStandsOnce: a name in two rows would have two meanings.
func TestEveryNameStandsOnce(t *testing.T) {
	rows := map[string]bool{}
	for _, names := range renamed() {
		for _, name := range names {
			if rows[name] {
				t.Errorf("%s stands twice", name)
			}
			rows[name] = true
		}
	}
}
