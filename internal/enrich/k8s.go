package enrich

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Files of the downwardAPI volume.
const (
	labelsFile      = "etc/podinfo/labels"
	annotationsFile = "etc/podinfo/annotations"
)

// podVariables are the environment variables that a manifest fills from the
// downward API, and the attributes they become (semantic conventions, k8s).
var podVariables = [...]struct{ variable, key string }{
	{"POD_NAME", "k8s.pod.name"},            // metadata.name
	{"POD_UID", podUID},                     // metadata.uid
	{"POD_NAMESPACE", "k8s.namespace.name"}, // metadata.namespace
	{"POD_IP", "k8s.pod.ip"},                // status.podIP
	{"NODE_NAME", "k8s.node.name"},          // spec.nodeName
}

const podUID = "k8s.pod.uid"

// maxValue bounds a label or an annotation, in bytes. Labels have at most 63; a
// larger annotation is a document, not an attribute.
const maxValue = 4 << 10

// kubernetes reads the downward API: named variables, and the named labels and
// annotations as k8s.pod.label.<name> and k8s.pod.annotation.<name>.
func (s source) kubernetes(labels, annotations []string) ([]attribute, error) {
	var found []attribute
	for _, v := range podVariables {
		if value := s.getenv(v.variable); value != "" {
			found = append(found, attribute{v.key, value})
		} else if v.key == podUID {
			found = append(found, attribute{podUID, s.mountedUID()})
		}
	}
	l, lerr := s.podInfo(labelsFile, "k8s.pod.label.", labels)
	a, aerr := s.podInfo(annotationsFile, "k8s.pod.annotation.", annotations)
	return slices.Concat(found, l, a), errors.Join(lerr, aerr)
}

// kubeletMount is the source of a file that the kubelet mounts into containers
// (/etc/hosts): below the directory of the pod.
var kubeletMount = regexp.MustCompile(`/pods/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/etc-hosts$`)

// mountedUID returns the pod's uid from the mounts, empty if there is none.
func (s source) mountedUID() string {
	for m := range s.mounts() {
		if uid := kubeletMount.FindStringSubmatch(m.root); uid != nil && m.point == "/etc/hosts" {
			return uid[1]
		}
	}
	return ""
}

// podInfo returns the named entries of a file in which each line is a name and a
// quoted value, as the kubelet writes it. Other lines aren't even unquoted.
func (s source) podInfo(file, prefix string, names []string) ([]attribute, error) {
	if len(names) == 0 {
		return nil, nil
	}
	content, err := s.read(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	var found []attribute
	for line := range strings.Lines(content) {
		name, quoted, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !slices.Contains(names, name) {
			continue
		}
		value, uerr := strconv.Unquote(quoted)
		switch {
		case uerr != nil:
			err = errors.Join(err, fmt.Errorf("read %s in %s: value is not quoted as the kubelet does", name, file))
		case len(value) > maxValue:
			err = errors.Join(err, fmt.Errorf("read %s in %s: value is longer than %d bytes and left out", name, file, maxValue))
		default:
			found = append(found, attribute{prefix + name, value})
		}
	}
	return found, err
}
