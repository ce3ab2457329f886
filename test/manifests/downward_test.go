package manifests

import (
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// podFields are the variables that the agent's enrichment reads, and the fields
// of the downward API behind them.
func podFields() map[string]string {
	return map[string]string{
		"POD_NAME": "metadata.name", "POD_UID": "metadata.uid", "POD_NAMESPACE": "metadata.namespace",
		"POD_IP": "status.podIP", "NODE_NAME": "spec.nodeName",
	}
}

// downwardProblems says what the agent doesn't get to know of its pod, and
// whether it gets its configuration.
func downwardProblems(p *corev1.PodTemplateSpec, c *corev1.Container) (out []string) {
	for name, field := range podFields() {
		if env := variable(c, name); env == nil || env.ValueFrom == nil || env.ValueFrom.FieldRef == nil || env.ValueFrom.FieldRef.FieldPath != field {
			out = append(out, fmt.Sprintf("environment %s must be the field %s", name, field))
		}
	}
	for _, name := range []string{"labels", "annotations"} {
		if podInfoField(p, c, "/etc/podinfo/"+name) != "metadata."+name {
			out = append(out, fmt.Sprintf("/etc/podinfo/%s must be the field metadata.%s", name, name))
		}
	}
	if config := variable(c, "AGENT_CONFIG"); config == nil || mounted(p, c, config.Value) == nil {
		out = append(out, "environment AGENT_CONFIG must name a file of a mounted volume")
	}
	return out
}

func variable(c *corev1.Container, name string) *corev1.EnvVar {
	for i := range c.Env {
		if c.Env[i].Name == name {
			return &c.Env[i]
		}
	}
	return nil
}

// podInfoField returns the field of the downward API that file holds, or "".
func podInfoField(p *corev1.PodTemplateSpec, c *corev1.Container, file string) string {
	v := mounted(p, c, file)
	if v == nil || v.DownwardAPI == nil {
		return ""
	}
	for _, item := range v.DownwardAPI.Items {
		if item.Path == path.Base(file) && item.FieldRef != nil {
			return item.FieldRef.FieldPath
		}
	}
	return ""
}

// mounted returns the volume that the container sees file in.
func mounted(p *corev1.PodTemplateSpec, c *corev1.Container, file string) *corev1.Volume {
	for _, m := range c.VolumeMounts {
		if m.MountPath == path.Dir(file) {
			return volume(p, m.Name)
		}
	}
	return nil
}

// taggedImage says whether a reference has a tag or digest: without one a node
// runs whatever it pulled last.
func taggedImage(ref string) bool {
	return strings.Contains(ref[strings.LastIndex(ref, "/")+1:], ":")
}
