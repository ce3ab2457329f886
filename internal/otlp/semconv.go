package otlp

// renamed lists attributes that semantic conventions gave another name, the new
// name first. Instrumentations send either, Python's the old one unless
// OTEL_SEMCONV_STABILITY_OPT_IN says otherwise.
//
// Sources: the migration guides of the HTTP, database, RPC and messaging
// conventions (https://opentelemetry.io/docs/specs/semconv/non-normative/).
func renamed() [][]string {
	return [][]string{
		{"client.address", "http.client_ip"},
		{"db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table"},
		{"db.namespace", "db.name", "db.redis.database_index"},
		{"db.operation.name", "db.operation"},
		{"db.query.text", "db.statement"},
		{"db.system.name", "db.system"},
		{"deployment.environment.name", "deployment.environment"},
		{"http.request.body.size", "http.request_content_length"},
		{"http.request.method", "http.method"},
		{"http.response.body.size", "http.response_content_length"},
		{"http.response.status_code", "http.status_code"},
		{"messaging.destination.name", "messaging.destination"},
		{"messaging.operation.name", "messaging.operation"},
		{"network.local.address", "net.host.ip", "net.sock.host.addr"},
		{"network.peer.address", "net.peer.ip", "net.sock.peer.addr"},
		{"network.peer.port", "net.peer.port", "net.sock.peer.port"},
		{"network.protocol.version", "http.flavor"},
		{"rpc.response.status_code", "rpc.grpc.status_code"},
		{"rpc.system.name", "rpc.system"},
		{"server.address", "net.host.name", "net.peer.name", "http.host"},
		{"server.port", "net.host.port"},
		{"url.full", "http.url"},
		{"url.path", "http.target"},
		{"url.scheme", "http.scheme"},
		{"user_agent.original", "http.user_agent"},
	}
}

// Aliases returns the other names under which an attribute may come, the newest
// first, nil for one that was never renamed. It is for start-up: it looks through
// a list.
func Aliases(key string) []string {
	for _, names := range renamed() {
		for i, name := range names {
			if name == key {
				return append(append([]string(nil), names[:i]...), names[i+1:]...)
			}
		}
	}
	return nil
}
