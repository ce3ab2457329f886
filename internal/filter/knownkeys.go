package filter

import "strings"

// knownKeys are attribute keys of the OpenTelemetry semantic conventions (1.38,
// and the names before 1.21 that are still sent), which say nothing about anyone.
var knownKeys = setOf(` client.address client.port cloud.account.id cloud.availability_zone cloud.platform cloud.provider cloud.region
 cloud.resource_id code.file.path code.filepath code.function code.function.name code.line.number code.lineno code.namespace
 code.stacktrace container.command container.command_args container.command_line container.id container.image.name
 container.name db.collection.name db.connection_string db.name db.namespace db.operation db.operation.batch.size
 db.operation.name db.query.summary db.query.text db.response.status_code db.statement db.stored_procedure.name db.system
 db.system.name db.user deployment.environment deployment.environment.name destination.address device.id enduser.id
 enduser.pseudo.id enduser.role enduser.scope error.message error.type event.name exception.escaped exception.message
 exception.stacktrace exception.type faas.name feature_flag.key file.path gen_ai.completion gen_ai.conversation.id
 gen_ai.input.messages gen_ai.operation.name gen_ai.output.messages gen_ai.prompt gen_ai.request.model
 gen_ai.system_instructions gen_ai.tool.call.arguments gen_ai.tool.call.result gen_ai.usage.input_tokens
 gen_ai.usage.output_tokens geo.locality.name geo.location.lat geo.location.lon geo.postal_code graphql.document
 graphql.operation.name host.arch host.id host.ip host.mac host.name host.type http.client_ip http.flavor http.host http.method
 http.request.body.content http.request.body.size http.request.header.authorization http.request.header.cookie
 http.request.method http.request_content_length http.response.body.content http.response.body.size
 http.response.header.set-cookie http.response.status_code http.response_content_length http.route http.scheme
 http.server_name http.status_code http.target http.url http.user_agent k8s.cluster.name k8s.container.name k8s.deployment.name
 k8s.namespace.name k8s.node.name k8s.pod.name k8s.pod.uid log.file.path log.record.original log.record.uid
 messaging.client.id messaging.destination messaging.destination.name messaging.kafka.message.key messaging.message.id
 messaging.operation messaging.operation.name messaging.operation.type messaging.system net.host.ip net.host.name net.host.port
 net.peer.ip net.peer.name net.peer.port net.sock.peer.addr network.local.address network.peer.address network.peer.port
 network.protocol.name network.protocol.version network.transport network.type os.description os.name os.type os.version
 peer.service process.args process.command process.command_args process.command_line process.executable.name
 process.executable.path process.owner process.pid process.runtime.name process.runtime.version rpc.grpc.status_code rpc.method
 rpc.service rpc.system server.address server.port service.instance.id service.name service.namespace service.version session.id
 session.previous_id source.address telemetry.distro.name telemetry.sdk.language telemetry.sdk.name telemetry.sdk.version
 thread.id thread.name tls.client.subject tls.server.subject url.domain url.fragment url.full url.original url.path url.query
 url.scheme url.template user.email user.full_name user.hash user.id user.name user.roles user_agent.name user_agent.original
 user_agent.version`)

func setOf(words string) map[string]struct{} {
	set := make(map[string]struct{})
	for _, w := range strings.Fields(words) {
		set[w] = struct{}{}
	}
	return set
}

// knownKey tells whether a key may be shown in clear.
func knownKey(key []byte) bool {
	_, ok := knownKeys[string(key)]
	return ok
}
