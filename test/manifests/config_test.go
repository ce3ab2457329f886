package manifests

import (
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// effective is what of `agent config` the manifests have to agree with.
type effective struct {
	Receive struct {
		Protocols struct{ GRPC, HTTP endpoint }
	}
	Enrich struct{ Labels, Annotations []string }
	Export struct {
		Prometheus struct{ Scrape endpoint }
	}
	Admin struct {
		Endpoint string
		Metrics  endpoint
	}
	Shutdown struct{ Linger, Deadline string }
}

type endpoint struct{ Endpoint string }

// The configuration that the pod mounts is valid to the agent itself, and says
// the same as the manifests do.
func TestMountedConfigurationIsValid(t *testing.T) {
	objects := build(t, k8sFolder)
	pod := only[*appsv1.Deployment](t, objects).Spec.Template
	agent := &pod.Spec.InitContainers[0]
	file := mountedConfiguration(t, &pod, agent, only[*corev1.ConfigMap](t, objects))

	binary := buildAgent(t)
	run(t, agentCommand(binary, "validate", file))
	var config effective
	if err := yaml.Unmarshal([]byte(run(t, agentCommand(binary, "config", file))), &config); err != nil {
		t.Fatal(err)
	}
	checkPorts(t, agent, config)
	checkPodInfo(t, &pod, config)
	if grace := time.Duration(*pod.Spec.TerminationGracePeriodSeconds) * time.Second; grace < parse(t, config.Shutdown.Linger)+parse(t, config.Shutdown.Deadline)+10*time.Second {
		t.Errorf("terminationGracePeriodSeconds is %s: must leave the service 10 s beside shutdown.linger and shutdown.deadline", grace)
	}
}

// mountedConfiguration writes the ConfigMap's file, to which AGENT_CONFIG leads.
func mountedConfiguration(t *testing.T, pod *corev1.PodTemplateSpec, agent *corev1.Container, configMap *corev1.ConfigMap) string {
	t.Helper()
	at := variable(agent, "AGENT_CONFIG").Value
	v := mounted(pod, agent, at)
	if v.ConfigMap == nil || v.ConfigMap.Name != configMap.Name {
		t.Fatalf("volume %s must be the ConfigMap %s", v.Name, configMap.Name)
	}
	content, ok := configMap.Data[path.Base(at)]
	if !ok {
		t.Fatalf("ConfigMap %s has no %s", configMap.Name, path.Base(at))
	}
	file := filepath.Join(t.TempDir(), path.Base(at))
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func buildAgent(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "agent")
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/agent")
	cmd.Dir = root
	run(t, cmd)
	return binary
}

// agentCommand runs the agent as the pod does: the configuration by AGENT_CONFIG.
func agentCommand(binary, command, file string) *exec.Cmd {
	cmd := exec.Command(binary, command)
	cmd.Env = []string{"AGENT_CONFIG=" + file}
	return cmd
}

// checkPorts: what is opened to the pod's address is what the container declares;
// all else stays on loopback.
func checkPorts(t *testing.T, agent *corev1.Container, c effective) {
	t.Helper()
	declared := map[string]int32{}
	for _, p := range agent.Ports {
		declared[p.Name] = p.ContainerPort
	}
	for name, e := range map[string]string{"service-metrics": c.Export.Prometheus.Scrape.Endpoint, "agent-metrics": c.Admin.Metrics.Endpoint} {
		host, port := split(t, e)
		if !net.ParseIP(host).IsUnspecified() || port != declared[name] {
			t.Errorf("port %s is %d, but the configuration listens on %s", name, declared[name], e)
		}
		delete(declared, name)
	}
	if len(declared) > 0 {
		t.Errorf("ports %v are declared, and the configuration opens no such", declared)
	}
	for _, e := range []string{c.Receive.Protocols.GRPC.Endpoint, c.Receive.Protocols.HTTP.Endpoint, c.Admin.Endpoint} {
		if host, _ := split(t, e); !net.ParseIP(host).IsLoopback() {
			t.Errorf("%s must be on loopback", e)
		}
	}
}

// checkPodInfo: labels and annotations that the configuration takes are there.
func checkPodInfo(t *testing.T, pod *corev1.PodTemplateSpec, c effective) {
	t.Helper()
	for _, name := range c.Enrich.Labels {
		if _, ok := pod.Labels[name]; !ok {
			t.Errorf("enrich.labels names %s, which the pod doesn't have", name)
		}
	}
	for _, name := range c.Enrich.Annotations {
		if _, ok := pod.Annotations[name]; !ok {
			t.Errorf("enrich.annotations names %s, which the pod doesn't have", name)
		}
	}
}

func split(t *testing.T, endpoint string) (string, int32) {
	t.Helper()
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(port, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return host, int32(n)
}

func parse(t *testing.T, duration string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(duration)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
