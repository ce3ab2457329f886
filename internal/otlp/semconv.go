package otlp

// renamed lists attributes that semantic conventions gave another name, the new
// name first. Instrumentations send either, Python's the old one unless
// OTEL_SEMCONV_STABILITY_OPT_IN says otherwise.
//
// Sources: the renames of attributes of spans and resources in the conventions'
// schema (https://opentelemetry.io/schemas/1.44.0), and the migration guides for
// what a schema can't say, such as http.target, which is more than url.path
// (https://opentelemetry.io/docs/specs/semconv/non-normative/).
func renamed() [][]string {
	return [][]string{
		{"client.address", "http.client_ip"},
		{"cloud.resource_id", "faas.id"},
		{"code.column.number", "code.column"},
		{"code.file.path", "code.filepath"},
		{"code.function.name", "code.function"},
		{"code.line.number", "code.lineno"},
		{"container.runtime.name", "container.runtime"},
		{"db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table", "db.cosmosdb.container"},
		{"db.namespace", "db.name", "db.redis.database_index", "db.elasticsearch.cluster.name"},
		{"db.operation.name", "db.operation"},
		{"db.query.text", "db.statement"},
		{"db.response.status_code", "db.cosmosdb.status_code"},
		{"db.system.name", "db.system"},
		{"deployment.environment.name", "deployment.environment"},
		{"elasticsearch.node.name", "db.elasticsearch.node.name"},
		{"faas.invocation_id", "faas.execution"},
		{"feature_flag.provider.name", "feature_flag.provider_name"},
		{"feature_flag.result.reason", "feature_flag.evaluation.reason"},
		{"feature_flag.result.variant", "feature_flag.variant"},
		{"gen_ai.provider.name", "gen_ai.system"},
		{"gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"},
		{"gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"},
		{"http.request.body.size", "http.request_content_length"},
		{"http.request.method", "http.method"},
		{"http.request.resend_count", "http.resend_count", "http.retry_count"},
		{"http.response.body.size", "http.response_content_length"},
		{"http.response.status_code", "http.status_code"},
		{"jsonrpc.protocol.version", "rpc.jsonrpc.version"},
		{"jsonrpc.request.id", "rpc.jsonrpc.request_id"},
		{"messaging.client.id", "messaging.client_id", "messaging.kafka.client_id", "messaging.rocketmq.client_id"},
		{"messaging.consumer.group.name", "messaging.kafka.consumer.group", "messaging.kafka.consumer_group", "messaging.rocketmq.client_group", "messaging.eventhubs.consumer.group"},
		{"messaging.destination.name", "messaging.destination"},
		{"messaging.destination.partition.id", "messaging.kafka.destination.partition", "messaging.kafka.partition"},
		{"messaging.destination.subscription.name", "messaging.servicebus.destination.subscription_name"},
		{"messaging.destination.temporary", "messaging.temp_destination"},
		{"messaging.kafka.message.key", "messaging.kafka.message_key"},
		{"messaging.kafka.offset", "messaging.kafka.message.offset"},
		{"messaging.message.body.size", "messaging.message.payload_size_bytes", "messaging.message_payload_size_bytes"},
		{"messaging.message.conversation_id", "messaging.conversation_id"},
		{"messaging.message.id", "messaging.message_id"},
		{"messaging.operation.type", "messaging.operation"},
		{"network.carrier.icc", "net.host.carrier.icc"},
		{"network.carrier.mcc", "net.host.carrier.mcc"},
		{"network.carrier.mnc", "net.host.carrier.mnc"},
		{"network.carrier.name", "net.host.carrier.name"},
		{"network.connection.subtype", "net.host.connection.subtype"},
		{"network.connection.type", "net.host.connection.type"},
		{"network.local.address", "net.host.ip", "net.sock.host.addr"},
		{"network.local.port", "net.sock.host.port"},
		{"network.peer.address", "net.peer.ip", "net.sock.peer.addr"},
		{"network.peer.port", "net.sock.peer.port"},
		{"network.protocol.name", "net.protocol.name", "net.app.protocol.name"},
		{"network.protocol.version", "http.flavor", "net.protocol.version", "net.app.protocol.version"},
		{"network.transport", "net.transport"},
		{"rpc.response.status_code", "rpc.grpc.status_code", "rpc.connect_rpc.error_code", "rpc.jsonrpc.error_code"},
		{"rpc.system.name", "rpc.system"},
		{"server.address", "net.host.name", "net.peer.name", "http.host", "http.server_name"},
		{"server.port", "net.host.port", "net.peer.port"},
		{"service.peer.name", "peer.service"},
		{"telemetry.distro.version", "telemetry.auto.version"},
		{"url.full", "http.url"},
		{"url.path", "http.target"},
		{"url.scheme", "http.scheme"},
		{"user.id", "enduser.id"},
		{"user.roles", "enduser.role"},
		{"user_agent.original", "http.user_agent", "browser.user_agent"},
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
