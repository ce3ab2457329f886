// Package manifests checks what the agent is deployed with: the Kubernetes
// manifests against the API's own types, the configuration they mount against the
// agent, and the alert rules with Prometheus's promtool.
//
// It has tests only, in a module of its own, so that Kubernetes's modules aren't
// among the agent's.
package manifests
