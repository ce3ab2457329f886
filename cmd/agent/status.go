package main

import (
	"runtime/metrics"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/drl-trading/telemetry-agent/internal/export"
	"github.com/drl-trading/telemetry-agent/internal/pipeline"
	"github.com/drl-trading/telemetry-agent/internal/store"
)

// statusPage is what /status shows.
type statusPage struct {
	Version       string            `json:"version"`
	UptimeSeconds float64           `json:"uptime_seconds"`
	Ready         bool              `json:"ready"`
	NotReady      string            `json:"not_ready,omitempty"`
	Durable       bool              `json:"durable"`
	Enforcing     bool              `json:"enforcing"`
	Listens       map[string]string `json:"listens"`
	Memory        memory            `json:"memory"`
	Sample        any               `json:"sample"`
	Destinations  []export.Status   `json:"destinations"`
	Ledger        []pipeline.Row    `json:"ledger"`
}

// memory is in bytes.
type memory struct {
	Limit       int64    `json:"limit"`
	LimitSource string   `json:"limit_source"`
	Heap        uint64   `json:"heap"`
	Hold        logSpace `json:"hold_log"`
	Delivery    logSpace `json:"delivery_log"`
}

// logSpace is what a log uses and may use, in bytes.
type logSpace struct {
	Used int64 `json:"used"`
	Max  int64 `json:"max"`
}

func spaceOf(p *store.Pool) logSpace { return logSpace{Used: p.Used(), Max: p.Max()} }

func (a *agent) status() any {
	reason := a.health.Reason()
	return statusPage{
		Version:       version,
		UptimeSeconds: time.Since(a.began).Seconds(),
		Ready:         reason == "",
		NotReady:      reason,
		Durable:       a.durable(),
		Enforcing:     a.enforcing(),
		Listens:       a.addresses(),
		Memory: memory{
			Limit: a.resolved.Memory, LimitSource: a.resolved.MemorySource, Heap: heapBytes(),
			Hold: spaceOf(a.holdPool), Delivery: spaceOf(a.deliveryPool),
		},
		Sample:       a.sampler.Status(),
		Destinations: a.exporter.Status(),
		Ledger:       a.ledger.Snapshot(),
	}
}

func (a *agent) enforcing() bool { return a.cfg.Filter.Mode == "enforce" }

// addresses names what is listened on.
func (a *agent) addresses() map[string]string {
	out := map[string]string{}
	out["otlp_grpc"], out["otlp_http"] = a.receiver.Addrs()
	for _, s := range a.servers {
		out[s.Name()] = s.Addr().String()
	}
	for name, addr := range out {
		if addr == "" {
			delete(out, name)
		}
	}
	return out
}

func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// gauges are the few metrics of the agent as a whole.
type gauges struct{ a *agent }

func (g *gauges) descs() (durable, ready, memory, used, limit *prometheus.Desc) {
	return prometheus.NewDesc("agent_durable", "1 when accepted data survives a crash of the agent.", nil, nil),
		prometheus.NewDesc("agent_ready", "1 when the agent can accept.", nil, nil),
		prometheus.NewDesc("agent_memory_limit_bytes", "Bytes of memory that the agent may use in all: limits.memory.", nil, nil),
		prometheus.NewDesc("agent_store_used_bytes", "Bytes of segments in use, by log.", []string{"log"}, nil),
		prometheus.NewDesc("agent_store_limit_bytes", "Bytes that a log may use.", []string{"log"}, nil)
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	durable, ready, memory, used, limit := g.descs()
	for _, d := range []*prometheus.Desc{durable, ready, memory, used, limit} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	durable, ready, memory, used, limit := g.descs()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(durable, oneIf(g.a.durable()))
	gauge(ready, oneIf(g.a.health.Reason() == ""))
	gauge(memory, float64(g.a.resolved.Memory))
	for name, pool := range map[string]*store.Pool{"hold": g.a.holdPool, "delivery": g.a.deliveryPool} {
		gauge(used, float64(pool.Used()), name)
		gauge(limit, float64(pool.Max()), name)
	}
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
