package config

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// unlimited is what cgroup v1 shows, less a page, when there is no limit.
const unlimited = 1 << 62

// cgroupMemory returns the memory limit of the process's cgroup: the least of it
// and the groups around it that can be seen (cgroups(7)).
func cgroupMemory(root fs.FS) (bytes int64, source string, ok bool) {
	membership, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0, "", false
	}
	for line := range strings.Lines(string(membership)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3) // id:controllers:path
		if len(parts) != 3 {
			continue
		}
		var mount, file string
		switch {
		case parts[0] == "0" && parts[1] == "":
			mount, file, source = "sys/fs/cgroup", "memory.max", "cgroup v2"
		case strings.Contains(","+parts[1]+",", ",memory,"):
			mount, file, source = "sys/fs/cgroup/memory", "memory.limit_in_bytes", "cgroup v1"
		default:
			continue
		}
		if bytes, ok := leastLimit(root, mount, parts[2], file); ok {
			return bytes, source, true
		}
	}
	return 0, "", false
}

// leastLimit reads file in the group and all groups above it. Inside a container
// the group's own path often isn't visible: the mount's root is the container's.
func leastLimit(root fs.FS, mount, group, file string) (least int64, ok bool) {
	for dir := path.Clean("/" + group); ; dir = path.Dir(dir) {
		text, err := fs.ReadFile(root, path.Join(mount, dir, file))
		n, parseErr := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" isn't a number
		if err == nil && parseErr == nil && n > 0 && n < unlimited && (!ok || n < least) {
			least, ok = n, true
		}
		if dir == "/" {
			return least, ok
		}
	}
}
