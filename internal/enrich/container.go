package enrich

import (
	"fmt"
	"iter"
	"regexp"
	"strings"
)

const containerID = "container.id"

// cgroupID finds container ids in the path of a cgroup: /docker/<id>,
// …/cri-containerd-<id>.scope, …:cri-containerd:<id>, …/crio-<id>.scope.
var cgroupID = regexp.MustCompile(`[/:-]([0-9a-f]{64})(?:\.scope)?(?:/|$)`)

// mountID finds the container id in the source of a file that Docker or Podman
// mounts: /var/lib/docker/containers/<id>/hostname,
// …/overlay-containers/<id>/userdata/hostname.
var mountID = regexp.MustCompile(`containers/([0-9a-f]{64})/`)

// container reads the id of the agent's own container: from the cgroup, or, where
// a cgroup namespace hides it (the default with cgroup v2), from the mounts.
func (s source) container() ([]attribute, error) {
	cgroup, err := s.read("proc/self/cgroup")
	if err != nil {
		return nil, fmt.Errorf("read cgroup: %w", err)
	}
	for line := range strings.Lines(cgroup) {
		// The last one is the innermost of containers in containers.
		if ids := cgroupID.FindAllStringSubmatch(strings.TrimSpace(line), -1); ids != nil {
			return []attribute{{containerID, ids[len(ids)-1][1]}}, nil
		}
	}
	if id := s.mountedID(); id != "" {
		return []attribute{{containerID, id}}, nil
	}
	return nil, nil
}

// mountedID returns the container id from the mounts. In a pod they name the
// sandbox instead, which is another container, so there it returns none.
func (s source) mountedID() (id string) {
	for m := range s.mounts() {
		if kubeletMount.MatchString(m.root) || strings.Contains(m.root, "/sandboxes/") {
			return ""
		}
		if found := mountID.FindStringSubmatch(m.root); found != nil && m.point == "/etc/hostname" {
			id = found[1]
		}
	}
	return id
}

// mount is a line of mountinfo: what is mounted where (proc_pid_mountinfo(5)).
type mount struct{ root, point string }

// mounts yields the mounts of the agent's process, none if they can't be read.
func (s source) mounts() iter.Seq[mount] {
	return func(yield func(mount) bool) {
		content, err := s.read("proc/self/mountinfo")
		if err != nil {
			return
		}
		for line := range strings.Lines(content) {
			if f := strings.Fields(line); len(f) > 4 && !yield(mount{root: f[3], point: f[4]}) {
				return
			}
		}
	}
}
