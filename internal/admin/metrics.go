package admin

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// NewRegistry returns a registry with the Go runtime's and the process's metrics
// and agent_build_info.
func NewRegistry(version string) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "agent_build_info", Help: "1, with the version as a label.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	r.MustRegister(info)
	return r
}

// MetricsHandler serves the agent's own metrics and health: /metrics, /healthz
// and /readyz.
func MetricsHandler(registry *prometheus.Registry, health *Health) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		EnableOpenMetrics: true,
		// A collector that fails costs its own metrics, not the page.
		ErrorHandling: promhttp.ContinueOnError,
		Registry:      registry,
	}))
	mux.HandleFunc("GET /healthz", health.serveAlive)
	mux.HandleFunc("GET /readyz", health.serveReady)
	return mux
}
