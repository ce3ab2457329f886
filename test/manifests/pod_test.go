package manifests

import (
	"fmt"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const agentName = "telemetry-agent"

// The example's pod has the agent as a native sidecar, and meets the restricted
// Pod Security Standard.
func TestPodHasTheSidecar(t *testing.T) {
	pod := only[*appsv1.Deployment](t, build(t, k8sFolder)).Spec.Template
	for _, problem := range podProblems(&pod) {
		t.Error(problem)
	}
}

// Each of the checks finds what it is for.
func TestPodChecksFindFaults(t *testing.T) {
	never := corev1.ContainerRestartPolicy("Never")
	agent := func(p *corev1.PodTemplateSpec) *corev1.Container { return &p.Spec.InitContainers[0] }
	for want, spoil := range map[string]func(*corev1.PodTemplateSpec){
		"no init container telemetry-agent": func(p *corev1.PodTemplateSpec) {
			p.Spec.Containers, p.Spec.InitContainers = append(p.Spec.Containers, *agent(p)), nil
		},
		"telemetry-agent: restartPolicy must be Always": func(p *corev1.PodTemplateSpec) { agent(p).RestartPolicy = &never },
		"telemetry-agent: must be the first init container": func(p *corev1.PodTemplateSpec) {
			p.Spec.InitContainers = slices.Insert(p.Spec.InitContainers, 0, p.Spec.Containers[0])
		},
		"telemetry-agent: no startupProbe by [/agent health]":                            func(p *corev1.PodTemplateSpec) { agent(p).StartupProbe = nil },
		"telemetry-agent: no livenessProbe by [/agent health --live]":                    func(p *corev1.PodTemplateSpec) { agent(p).LivenessProbe.Exec.Command = []string{"/agent", "health"} },
		"telemetry-agent: a readinessProbe takes the service from its clients":           func(p *corev1.PodTemplateSpec) { agent(p).ReadinessProbe = agent(p).StartupProbe },
		"telemetry-agent: environment POD_UID must be the field metadata.uid":            func(p *corev1.PodTemplateSpec) { agent(p).Env[2].ValueFrom.FieldRef.FieldPath = "metadata.name" },
		"telemetry-agent: /etc/podinfo/labels must be the field metadata.labels":         func(p *corev1.PodTemplateSpec) { p.Spec.Volumes[1].DownwardAPI.Items[0].Path = "label" },
		"telemetry-agent: no memory limit":                                               func(p *corev1.PodTemplateSpec) { agent(p).Resources.Limits = nil },
		"telemetry-agent: root file system must be read-only":                            func(p *corev1.PodTemplateSpec) { agent(p).SecurityContext.ReadOnlyRootFilesystem = nil },
		"telemetry-agent: allowPrivilegeEscalation must be false":                        func(p *corev1.PodTemplateSpec) { agent(p).SecurityContext.AllowPrivilegeEscalation = nil },
		"service: must drop ALL capabilities":                                            func(p *corev1.PodTemplateSpec) { p.Spec.Containers[0].SecurityContext.Capabilities = nil },
		"service: must run as non-root":                                                  func(p *corev1.PodTemplateSpec) { p.Spec.SecurityContext.RunAsNonRoot = nil },
		"service: must have the seccomp profile RuntimeDefault":                          func(p *corev1.PodTemplateSpec) { p.Spec.SecurityContext.SeccompProfile = nil },
		"service: volume tmp is mounted and not there":                                   func(p *corev1.PodTemplateSpec) { p.Spec.Volumes = p.Spec.Volumes[:2] },
		"service: port http of the readinessProbe is not there":                          func(p *corev1.PodTemplateSpec) { p.Spec.Containers[0].Ports = nil },
		"telemetry-agent: image telemetry-agent must have a tag":                         func(p *corev1.PodTemplateSpec) { agent(p).Image = agentName },
		"telemetry-agent: environment AGENT_CONFIG must name a file of a mounted volume": func(p *corev1.PodTemplateSpec) { agent(p).Env[0].Value = "/agent.yaml" },
	} {
		pod := only[*appsv1.Deployment](t, build(t, k8sFolder)).Spec.Template
		spoil(&pod)
		if got := podProblems(&pod); !slices.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// podProblems says what is wrong with a pod that is to have the agent.
func podProblems(p *corev1.PodTemplateSpec) (out []string) {
	for _, c := range slices.Concat(p.Spec.InitContainers, p.Spec.Containers) {
		for _, problem := range slices.Concat(securityProblems(p, &c), referenceProblems(p, &c)) {
			out = append(out, c.Name+": "+problem)
		}
	}
	i := slices.IndexFunc(p.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == agentName })
	if i < 0 {
		return append(out, "no init container "+agentName)
	}
	if i > 0 {
		out = append(out, agentName+": must be the first init container")
	}
	for _, problem := range slices.Concat(sidecarProblems(&p.Spec.InitContainers[i]), downwardProblems(p, &p.Spec.InitContainers[i])) {
		out = append(out, agentName+": "+problem)
	}
	return out
}

func sidecarProblems(c *corev1.Container) (out []string) {
	if c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways {
		out = append(out, "restartPolicy must be Always")
	}
	execs := func(p *corev1.Probe, command ...string) bool {
		// `agent health` itself gives up after 2 s.
		return p != nil && p.Exec != nil && slices.Equal(p.Exec.Command, command) && p.TimeoutSeconds > 2
	}
	if !execs(c.StartupProbe, "/agent", "health") {
		out = append(out, "no startupProbe by [/agent health]")
	}
	if !execs(c.LivenessProbe, "/agent", "health", "--live") {
		out = append(out, "no livenessProbe by [/agent health --live]")
	}
	if c.ReadinessProbe != nil {
		out = append(out, "a readinessProbe takes the service from its clients")
	}
	if c.Resources.Limits.Memory().IsZero() {
		out = append(out, "no memory limit")
	}
	if !c.Resources.Limits.Cpu().IsZero() {
		out = append(out, "a limit of CPU delays the answers to the service")
	}
	return out
}

// securityProblems holds a container against the restricted Pod Security
// Standard, and a read-only root beyond it.
func securityProblems(p *corev1.PodTemplateSpec, c *corev1.Container) (out []string) {
	s, pod := c.SecurityContext, p.Spec.SecurityContext
	if s == nil || pod == nil {
		return []string{"no securityContext"}
	}
	is := func(b *bool, want bool) bool { return b != nil && *b == want }
	runtimeDefault := func(s *corev1.SeccompProfile) bool {
		return s != nil && s.Type == corev1.SeccompProfileTypeRuntimeDefault
	}
	for problem, wrong := range map[string]bool{
		"must run as non-root":                           !is(s.RunAsNonRoot, true) && !is(pod.RunAsNonRoot, true),
		"allowPrivilegeEscalation must be false":         !is(s.AllowPrivilegeEscalation, false),
		"root file system must be read-only":             !is(s.ReadOnlyRootFilesystem, true),
		"must drop ALL capabilities":                     s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(s.Capabilities.Add) > 0,
		"must have the seccomp profile RuntimeDefault":   !runtimeDefault(s.SeccompProfile) && !runtimeDefault(pod.SeccompProfile),
		"must have a numeric user, which kubelet checks": s.RunAsUser == nil || *s.RunAsUser == 0,
	} {
		if wrong {
			out = append(out, problem)
		}
	}
	return out
}

// referenceProblems finds names that lead nowhere.
func referenceProblems(p *corev1.PodTemplateSpec, c *corev1.Container) (out []string) {
	if !taggedImage(c.Image) {
		out = append(out, fmt.Sprintf("image %s must have a tag", c.Image))
	}
	for _, m := range c.VolumeMounts {
		if volume(p, m.Name) == nil {
			out = append(out, fmt.Sprintf("volume %s is mounted and not there", m.Name))
		}
	}
	if r := c.ReadinessProbe; r != nil && r.HTTPGet != nil && r.HTTPGet.Port.Type == intstr.String {
		name := r.HTTPGet.Port.StrVal
		if !slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.Name == name }) {
			out = append(out, fmt.Sprintf("port %s of the readinessProbe is not there", name))
		}
	}
	return out
}

func volume(p *corev1.PodTemplateSpec, name string) *corev1.Volume {
	for i := range p.Spec.Volumes {
		if p.Spec.Volumes[i].Name == name {
			return &p.Spec.Volumes[i]
		}
	}
	return nil
}
