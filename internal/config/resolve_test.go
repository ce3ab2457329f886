package config

import (
	"testing"
	"testing/fstest"
)

const mib = 1 << 20

func TestResolve(t *testing.T) {
	files := func(pairs ...string) fstest.MapFS {
		root := fstest.MapFS{}
		for i := 0; i < len(pairs); i += 2 {
			root[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1] + "\n")}
		}
		return root
	}
	const self = "proc/self/cgroup"
	for _, test := range []struct {
		name            string
		root            fstest.MapFS
		memory, storage Size
		directory       string
		want            Resolved
	}{
		{"nothing", files(), Auto, Auto, "", Resolved{256 * mib, "default", 128 * mib}},
		{"v2 in a namespace", files(self, "0::/", "sys/fs/cgroup/memory.max", "104857600"), Auto, Auto, "", Resolved{80 * mib, "cgroup v2", 40 * mib}},
		{"v2 least of the groups around", files(self, "0::/pod/agent",
			"sys/fs/cgroup/pod/agent/memory.max", "max", "sys/fs/cgroup/pod/memory.max", "104857600", "sys/fs/cgroup/memory.max", "209715200"), Auto, Auto, "",
			Resolved{80 * mib, "cgroup v2", 40 * mib}},
		{"v2 without limit", files(self, "0::/", "sys/fs/cgroup/memory.max", "max"), Auto, Auto, "", Resolved{256 * mib, "default", 128 * mib}},
		{"v1", files(self, "3:cpu,cpuacct:/a\n2:memory:/docker/abc\n", "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "104857600"), Auto, Auto, "",
			Resolved{80 * mib, "cgroup v1", 40 * mib}},
		{"v1 seen from inside", files(self, "2:memory:/docker/abc", "sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600"), Auto, Auto, "",
			Resolved{80 * mib, "cgroup v1", 40 * mib}},
		{"v1 without limit", files(self, "2:memory:/", "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712"), Auto, Auto, "",
			Resolved{256 * mib, "default", 128 * mib}},
		{"both, memory by v1", files(self, "4:memory:/a\n0::/a", "sys/fs/cgroup/memory/a/memory.limit_in_bytes", "104857600"), Auto, Auto, "",
			Resolved{80 * mib, "cgroup v1", 40 * mib}},
		{"too small a group", files(self, "0::/", "sys/fs/cgroup/memory.max", "1048576"), Auto, Auto, "", Resolved{32 * mib, "cgroup v2", 16 * mib}},
		{"not a number", files(self, "0::/", "sys/fs/cgroup/memory.max", "lots"), Auto, Auto, "", Resolved{256 * mib, "default", 128 * mib}},
		{"given", files(self, "0::/", "sys/fs/cgroup/memory.max", "104857600"), 200 * mib, 50 * mib, "", Resolved{200 * mib, "limits.memory", 50 * mib}},
		{"with a directory", files(), 200 * mib, Auto, "/data", Resolved{200 * mib, "limits.memory", 512 * mib}},
		{"storage on disk", files(), Auto, 300 * mib, "/data", Resolved{256 * mib, "default", 300 * mib}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := Default()
			c.Limits.Memory, c.Storage.MaxBytes, c.Storage.Directory = test.memory, test.storage, test.directory
			if got := c.Resolve(test.root); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
