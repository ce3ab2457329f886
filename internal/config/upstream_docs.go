package config

import "maps"

// upstreamDoc is what people need to know of one Collector setting.
type upstreamDoc struct {
	meaning string
	example string // "" where the default or the type suggests one
}

// upstreamDocs says what each setting of the Collector's config structs means,
// by Go type and key. A test holds it complete.
func upstreamDocs() map[string]upstreamDoc {
	docs := map[string]upstreamDoc{}
	maps.Copy(docs, serverDocs())
	maps.Copy(docs, clientDocs())
	maps.Copy(docs, tlsDocs())
	return docs
}

// upstreamValues are the settings of which the Collector takes few values, by Go type
// and key. Of compressions, those that its client of the protocol has.
func upstreamValues() map[string][]string {
	versions := []string{"1.0", "1.1", "1.2", "1.3"}
	return map[string][]string{
		"confignet.AddrConfig.transport":      {"tcp", "tcp4", "tcp6", "unix"},
		"configgrpc.ClientConfig.compression": {"gzip", "snappy", "zstd", "none"},
		"confighttp.ClientConfig.compression": {"gzip", "zstd", "snappy", "zlib", "deflate", "lz4", "none"},
		"otlphttpexporter.Config.encoding":    {"proto", "json"},
		"configtls.Config.min_version":        versions,
		"configtls.Config.max_version":        versions,
	}
}

func serverDocs() map[string]upstreamDoc {
	return map[string]upstreamDoc{
		"otlpreceiver.Protocols.grpc":                                   {"OTLP/gRPC.", ""},
		"otlpreceiver.Protocols.http":                                   {"OTLP/HTTP, protobuf and JSON.", ""},
		"otlpreceiver.HTTPConfig.traces_url_path":                       {"Path that takes traces.", "/v1/traces"},
		"otlpreceiver.HTTPConfig.metrics_url_path":                      {"Path that takes metrics.", "/v1/metrics"},
		"otlpreceiver.HTTPConfig.logs_url_path":                         {"Path that takes logs.", "/v1/logs"},
		"confignet.AddrConfig.endpoint":                                 {"Address to listen on: host:port, or a path for a unix socket.", ""},
		"confignet.AddrConfig.transport":                                {"Kind of the address.", "unix"},
		"configgrpc.ServerConfig.tls":                                   {"TLS of the listener.", ""},
		"configgrpc.ServerConfig.max_recv_msg_size_mib":                 {"Largest message, in MiB. Unset: a sixteenth of limits.memory, which also bounds it.", "4"},
		"configgrpc.ServerConfig.max_concurrent_streams":                {"Calls at a time on one connection. Unset: 128.", "128"},
		"configgrpc.ServerConfig.read_buffer_size":                      {"Bytes of a connection's read buffer.", "524288"},
		"configgrpc.ServerConfig.write_buffer_size":                     {"Bytes of a connection's write buffer.", "524288"},
		"configgrpc.ServerConfig.keepalive":                             {"Keep-alive of connections.", ""},
		"configgrpc.KeepaliveServerConfig.server_parameters":            {"When the server pings and ends connections.", ""},
		"configgrpc.KeepaliveServerConfig.enforcement_policy":           {"How often clients may ping.", ""},
		"configgrpc.KeepaliveServerParameters.max_connection_idle":      {"End a connection that is idle for so long.", "15m"},
		"configgrpc.KeepaliveServerParameters.max_connection_age":       {"End a connection that is so old.", "30m"},
		"configgrpc.KeepaliveServerParameters.max_connection_age_grace": {"Time for open calls when a connection ends by age.", "5s"},
		"configgrpc.KeepaliveServerParameters.time":                     {"Ping a client that was silent for so long.", "2h"},
		"configgrpc.KeepaliveServerParameters.timeout":                  {"End the connection when a ping isn't answered for so long.", "20s"},
		"configgrpc.KeepaliveEnforcementPolicy.min_time":                {"Least time between a client's pings.", "5m"},
		"configgrpc.KeepaliveEnforcementPolicy.permit_without_stream":   {"Allow pings without an open call.", "true"},
		"confighttp.ServerConfig.tls":                                   {"TLS of the listener.", ""},
		"confighttp.ServerConfig.cors":                                  {"Which pages' scripts may send (cross-origin resource sharing).", ""},
		"confighttp.ServerConfig.max_request_body_size":                 {"Largest body in bytes, before and after decompression. Unset: a sixteenth of limits.memory, which also bounds it.", "4194304"},
		"confighttp.ServerConfig.response_headers":                      {"Headers of every answer.", "{x-frame-options: deny}"},
		"confighttp.ServerConfig.compression_algorithms":                {"Compressions that are taken. Unset: none (\"\"), gzip, zstd, snappy, zlib, deflate, lz4.", "[\"\", gzip, zstd]"},
		"confighttp.ServerConfig.read_timeout":                          {"Longest time for a whole request. Unset or 0: 10s.", "10s"},
		"confighttp.ServerConfig.read_header_timeout":                   {"Longest time for the headers of a request.", ""},
		"confighttp.ServerConfig.write_timeout":                         {"Longest time for an answer.", ""},
		"confighttp.ServerConfig.keepalive":                             {"Keep-alive of connections.", ""},
		"confighttp.KeepaliveServerConfig.idle_timeout":                 {"End a connection that is idle for so long.", "1m"},
		"confighttp.CORSConfig.allowed_origins":                         {"Origins that may send; * stands for any characters.", "[https://shop.example.com]"},
		"confighttp.CORSConfig.allowed_headers":                         {"Headers that such requests may have.", "[traceparent]"},
		"confighttp.CORSConfig.exposed_headers":                         {"Headers of answers that scripts may read.", "[retry-after]"},
		"confighttp.CORSConfig.max_age":                                 {"Seconds for which a browser may remember this.", "600"},
	}
}

func clientDocs() map[string]upstreamDoc {
	return map[string]upstreamDoc{
		"internal.TimeoutConfig.timeout":                         {"Longest time for one attempt.", ""},
		"configgrpc.ClientConfig.endpoint":                       {"Address: host:port, optionally with http:// or https:// before it. Empty: off.", "jaeger:4317"},
		"configgrpc.ClientConfig.tls":                            {"TLS of the connection.", ""},
		"configgrpc.ClientConfig.compression":                    {"Compression of requests.", "zstd"},
		"configgrpc.ClientConfig.headers":                        {"Metadata of every request.", "{authorization: \"Bearer ${TOKEN}\"}"},
		"configgrpc.ClientConfig.keepalive":                      {"Keep-alive of the connection.", ""},
		"configgrpc.KeepaliveClientConfig.time":                  {"Ping a server that was silent for so long.", "30s"},
		"configgrpc.KeepaliveClientConfig.timeout":               {"End the connection when a ping isn't answered for so long.", "10s"},
		"configgrpc.KeepaliveClientConfig.permit_without_stream": {"Ping without an open call, too.", "true"},
		"configgrpc.ClientConfig.read_buffer_size":               {"Bytes of the read buffer.", "32768"},
		"configgrpc.ClientConfig.write_buffer_size":              {"Bytes of the write buffer.", ""},
		"configgrpc.ClientConfig.wait_for_ready":                 {"Let a call wait for the connection instead of failing at once.", "true"},
		"configgrpc.ClientConfig.balancer_name":                  {"How calls are spread over the addresses of a name.", "pick_first"},
		"configgrpc.ClientConfig.authority":                      {"Value of the :authority header.", "jaeger.example.com"},
		"configgrpc.ClientConfig.user_agent":                     {"Value of the user-agent header.", "agent"},
		"confighttp.ClientConfig.endpoint":                       {"URL, without the path of the signal (/v1/metrics …). Empty: off.", "http://prometheus:9090/api/v1/otlp"},
		"confighttp.ClientConfig.proxy_url":                      {"Proxy that requests go through.", "http://proxy:3128"},
		"confighttp.ClientConfig.tls":                            {"TLS of the connection.", ""},
		"confighttp.ClientConfig.read_buffer_size":               {"Bytes of the read buffer.", "4096"},
		"confighttp.ClientConfig.write_buffer_size":              {"Bytes of the write buffer.", ""},
		"confighttp.ClientConfig.timeout":                        {"Longest time for one attempt.", ""},
		"confighttp.ClientConfig.headers":                        {"Headers of every request.", "{authorization: \"Bearer ${TOKEN}\"}"},
		"confighttp.ClientConfig.compression":                    {"Compression of requests.", "zstd"},
		"confighttp.ClientConfig.compression_params":             {"Parameters of the compression.", ""},
		"configcompression.CompressionParams.level":              {"Level, as the compression counts it.", "1"},
		"confighttp.ClientConfig.max_conns_per_host":             {"Connections at a time to one host. 0: no limit.", "4"},
		"confighttp.ClientConfig.http2_read_idle_timeout":        {"Ping an HTTP/2 connection that was silent for so long. 0: never.", "30s"},
		"confighttp.ClientConfig.http2_ping_timeout":             {"End the connection when a ping isn't answered for so long. 0: 15s.", "15s"},
		"confighttp.ClientConfig.cookies":                        {"Keep the cookies that the server sets.", ""},
		"confighttp.ClientConfig.force_attempt_http2":            {"Use HTTP/2 where the server offers it.", ""},
		"confighttp.ClientConfig.keepalive":                      {"Keep-alive of connections.", ""},
		"confighttp.KeepaliveClientConfig.idle_conn_timeout":     {"End a connection that is idle for so long.", ""},
		"confighttp.KeepaliveClientConfig.max_idle_conns":        {"Idle connections at most. 0: no limit.", ""},
		"confighttp.KeepaliveClientConfig.max_idle_conns_per_host": {
			"Idle connections to one host at most. 0: 2.", "2"},
		"otlphttpexporter.Config.traces_endpoint":  {"Whole URL for traces, instead of endpoint with /v1/traces.", "http://collector:4318/v1/traces"},
		"otlphttpexporter.Config.metrics_endpoint": {"Whole URL for metrics, instead of endpoint with /v1/metrics.", "http://collector:4318/v1/metrics"},
		"otlphttpexporter.Config.logs_endpoint":    {"Whole URL for logs, instead of endpoint with /v1/logs.", "http://collector:4318/v1/logs"},
		"otlphttpexporter.Config.encoding":         {"Encoding of requests.", "json"},
	}
}

func tlsDocs() map[string]upstreamDoc {
	return map[string]upstreamDoc{
		"configtls.Config.ca_file":                        {"Authorities that are trusted, PEM. Unset: the system's.", "/etc/agent/tls/ca.crt"},
		"configtls.Config.ca_pem":                         {"As ca_file, in place.", "${CA_PEM}"},
		"configtls.Config.include_system_ca_certs_pool":   {"Trust the system's authorities beside those of ca_file.", "true"},
		"configtls.Config.cert_file":                      {"Certificate chain, PEM.", "/etc/agent/tls/tls.crt"},
		"configtls.Config.cert_pem":                       {"As cert_file, in place.", "${CERT_PEM}"},
		"configtls.Config.key_file":                       {"Private key, PEM.", "/etc/agent/tls/tls.key"},
		"configtls.Config.key_pem":                        {"As key_file, in place.", "${KEY_PEM}"},
		"configtls.Config.min_version":                    {"Least TLS version. Unset: 1.2.", "\"1.3\""},
		"configtls.Config.max_version":                    {"Greatest TLS version. Unset: the newest.", "\"1.3\""},
		"configtls.Config.cipher_suites":                  {"Cipher suites of TLS 1.2, by their IANA names.", "[TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]"},
		"configtls.Config.include_insecure_cipher_suites": {"Allow cipher_suites to name weak ones.", "true"},
		"configtls.Config.curve_preferences":              {"Key exchanges, in order.", "[X25519]"},
		"configtls.Config.reload_interval":                {"Read the certificate again so often. 0: never.", "24h"},
		"configtls.Config.tpm":                            {"Private key in a trusted platform module.", ""},
		"configtls.TPMConfig.enabled":                     {"Take the key from the module.", "true"},
		"configtls.TPMConfig.path":                        {"Device of the module.", "/dev/tpmrm0"},
		"configtls.TPMConfig.owner_auth":                  {"Authorisation of the module's owner.", "${TPM_OWNER_AUTH}"},
		"configtls.TPMConfig.auth":                        {"Authorisation of the key.", "${TPM_AUTH}"},
		"configtls.ServerConfig.client_ca_file":           {"Authorities whose client certificates are required (mTLS), PEM.", "/etc/agent/tls/ca.crt"},
		"configtls.ServerConfig.client_ca_file_reload":    {"Read client_ca_file again when it changes.", "true"},
		"configtls.ClientConfig.insecure":                 {"No TLS, unless ca_file is set or the address begins with https://. For export.jaeger true is the default only while no other tls key is set.", "true"},
		"configtls.ClientConfig.insecure_skip_verify":     {"Don't verify the server's certificate.", "true"},
		"configtls.ClientConfig.server_name_override":     {"Name that the server's certificate must have.", "jaeger.example.com"},
	}
}
