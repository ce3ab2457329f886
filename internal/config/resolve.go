package config

import "io/fs"

// Resolved holds the sizes that the word auto stands for, in bytes.
type Resolved struct {
	Memory       int64  // of the whole process
	MemorySource string // "limits.memory", "cgroup v2", "cgroup v1" or "default"
	Storage      int64  // of all waiting telemetry
}

const (
	fallbackMemory   = 256 << 20 // where no cgroup bounds the process
	directoryStorage = 512 << 20
	smallestMemory   = 32 << 20 // below it the agent can't hold its own buffers
)

// Resolve works out what auto stands for on this machine. root is the root of
// the file system, os.DirFS("/"), for the limits of the process's cgroup.
func (c *Config) Resolve(root fs.FS) Resolved {
	r := Resolved{Memory: int64(c.Limits.Memory), MemorySource: "limits.memory", Storage: int64(c.Storage.MaxBytes)}
	if c.Limits.Memory == Auto {
		r.Memory, r.MemorySource = autoMemory(root)
	}
	switch {
	case c.Storage.MaxBytes != Auto:
	case c.Storage.Directory != "":
		r.Storage = directoryStorage
	default:
		r.Storage = r.Memory / 2
	}
	return r
}

// autoMemory leaves a fifth of the cgroup's limit to what the Go runtime doesn't
// count: stacks of the kernel, page cache, the binary itself.
func autoMemory(root fs.FS) (bytes int64, source string) {
	limit, source, ok := cgroupMemory(root)
	if !ok {
		return fallbackMemory, "default"
	}
	return max(limit/5*4, smallestMemory), source
}
