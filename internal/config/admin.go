package config

import "time"

// Admin holds the agent's own endpoints.
type Admin struct {
	Endpoint string       `yaml:"endpoint" format:"hostport" doc:"Address of /status, /decisions and the status page. An address that isn't loopback needs admin.tls or admin.auth. Empty: off."`
	TLS      AdminTLS     `yaml:"tls" doc:"TLS of admin.endpoint."`
	Auth     AdminAuth    `yaml:"auth" doc:"Who may ask admin.endpoint."`
	Metrics  AdminMetrics `yaml:"metrics" doc:"The agent's own metrics and health."`
}

// AdminTLS is the server certificate of the admin endpoint.
type AdminTLS struct {
	CertFile     string `yaml:"cert_file" format:"file" example:"/etc/agent/tls/tls.crt" doc:"Certificate chain, PEM."`
	KeyFile      string `yaml:"key_file" format:"file" example:"/etc/agent/tls/tls.key" doc:"Private key, PEM."`
	ClientCAFile string `yaml:"client_ca_file" format:"file" example:"/etc/agent/tls/ca.crt" doc:"Authorities whose client certificates are required (mTLS), PEM."`
}

// AdminAuth guards the admin endpoint.
type AdminAuth struct {
	BearerTokenFile string `yaml:"bearer_token_file" format:"file" example:"/etc/agent/admin-token" doc:"File with the bearer token that requests must bear."`
}

// AdminMetrics is the endpoint of /metrics, /healthz and /readyz.
type AdminMetrics struct {
	Endpoint string `yaml:"endpoint" format:"hostport" required:"true" example:"0.0.0.0:8888" doc:"Address of /metrics, /healthz and /readyz; may be the pod's address."`
}

// Storage holds the logs in which telemetry waits.
type Storage struct {
	Directory string `yaml:"directory" format:"file" example:"/var/lib/agent" doc:"Directory of the logs. Empty: in memory, lost when the agent ends abruptly."`
	MaxBytes  Size   `yaml:"max_bytes" auto:"true" min:"1048576" example:"128MiB" doc:"Bytes of all waiting telemetry. auto: half of limits.memory, or 512MiB with a directory."`
	Fsync     bool   `yaml:"fsync" doc:"Answer OK only after fsync: survives the node's end, too."`
}

// Limits bounds what the agent uses.
type Limits struct {
	Memory Size `yaml:"memory" auto:"true" min:"33554432" example:"256MiB" doc:"Memory of the whole process. auto: 80 % of the cgroup's limit, else 256MiB. One request may take a sixteenth."`
}

// Shutdown says how long the agent takes to end.
type Shutdown struct {
	Linger   time.Duration `yaml:"linger" doc:"After SIGTERM, go on accepting this long while clients are active."`
	Deadline time.Duration `yaml:"deadline" min:"1" doc:"Give up delivering this long after SIGTERM; what is left is counted as lost."`
}

// Log is the agent's own log.
type Log struct {
	Level  string `yaml:"level" enum:"debug|info|warn|error" doc:"Least severe records written."`
	Format string `yaml:"format" enum:"json|text" doc:"Form of a record."`
}
