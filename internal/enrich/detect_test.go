package enrich

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

const (
	id1 = "1111111111111111111111111111111111111111111111111111111111111111"
	id2 = "2222222222222222222222222222222222222222222222222222222222222222"
	uid = "0f8fad5b-d9cb-469f-a165-70867728950e"
)

// detected runs one detector and returns what it found, empty values left out.
func detected(t *testing.T, name string, o Options) (map[string]string, error) {
	t.Helper()
	if o.Getenv == nil {
		o.Getenv = env(nil)
	}
	found, err := detectors(o)[name]()
	got := map[string]string{}
	for _, a := range found {
		if a.value != "" {
			got[a.key] = a.value
		}
	}
	return got, err
}

func TestEnvironment(t *testing.T) {
	for list, want := range map[string]map[string]string{
		"":                              {},
		"team=orders":                   {"team": "orders"},
		" team = orders ,, b=2, ":       {"team": "orders", "b": "2"},
		"a=x%2Cy%3Dz,b=gr%C3%BCn,c=1=2": {"a": "x,y=z", "b": "grün", "c": "1=2"},
		"a=+":                           {"a": "+"},
		"empty=":                        {},
	} {
		got, err := detected(t, "env", Options{Root: files(nil), Getenv: env(map[string]string{"OTEL_RESOURCE_ATTRIBUTES": list})})
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%q: %v (-want +got):\n%s", list, err, d)
		}
	}
	for _, list := range []string{"canary", "a=1,canary", "=canary", "a=canary%2", "a=1,b%zz=canary"} {
		got, err := detected(t, "env", Options{Root: files(nil), Getenv: env(map[string]string{"OTEL_RESOURCE_ATTRIBUTES": list})})
		if err == nil || len(got) != 0 || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: found %v, %v; want an error without the value", list, got, err)
		}
	}
}

func TestKubernetes(t *testing.T) {
	o := Options{
		Getenv: env(map[string]string{
			"POD_NAME": "orders-7d9", "POD_UID": uid, "POD_NAMESPACE": "shop", "POD_IP": "10.0.0.7", "NODE_NAME": "node-3",
		}),
		Root: files(map[string]string{
			labelsFile:      "app.kubernetes.io/name=\"orders\"\napp.kubernetes.io/nam=\"no\"\nodd=\"a\\\"b\\n=\\u00fc\"\n",
			annotationsFile: "owner=\"team orders\"\nlong=\"" + strings.Repeat("x", maxValue+1) + "\"\nbroken=unquoted\n",
		}),
		Labels:      []string{"app.kubernetes.io/name", "odd", "missing"},
		Annotations: []string{"owner"},
	}
	want := map[string]string{
		"k8s.pod.name": "orders-7d9", "k8s.pod.uid": uid, "k8s.namespace.name": "shop", "k8s.pod.ip": "10.0.0.7", "k8s.node.name": "node-3",
		"k8s.pod.label.app.kubernetes.io/name": "orders", "k8s.pod.label.odd": "a\"b\n=ü", "k8s.pod.annotation.owner": "team orders",
	}
	got, err := detected(t, "k8s", o)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	o.Annotations = []string{"owner", "long", "broken"}
	got, err = detected(t, "k8s", o)
	wantErr := "read long in etc/podinfo/annotations: value is longer than 4096 bytes and left out\n" +
		"read broken in etc/podinfo/annotations: value is not quoted as the kubelet does"
	if d := cmp.Diff(want, got); fmt.Sprint(err) != wantErr || d != "" {
		t.Errorf("%v, want %s; (-want +got):\n%s", err, wantErr, d)
	}
	got, err = detected(t, "k8s", Options{Root: files(nil), Labels: []string{"a"}, Annotations: []string{"b"}})
	if len(got) != 0 || err != nil {
		t.Errorf("outside of Kubernetes: %v, %v; want nothing", got, err)
	}
}

func TestPodUIDFromMounts(t *testing.T) {
	root := files(map[string]string{"proc/self/mountinfo": "1 2 8:1 /var/lib/kubelet/pods/" + uid + "/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n"})
	got, err := detected(t, "k8s", Options{Root: root})
	if d := cmp.Diff(map[string]string{podUID: uid}, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestContainer(t *testing.T) {
	mount := func(root, point string) string {
		return "1 2 0:50 " + root + " " + point + " rw,relatime - ext4 /dev/sda1 rw\n"
	}
	for name, c := range map[string]struct{ cgroup, mountinfo, want string }{
		"none":                        {"", "", ""},
		"v1 docker":                   {"12:pids:/docker/" + id1 + "\n11:cpu:/docker/" + id1 + "\n", "", id1},
		"v1 kubernetes, cgroupfs":     {"5:memory:/kubepods/burstable/pod" + uid + "/" + id1 + "\n", "", id1},
		"v1 in a container":           {"5:memory:/docker/" + id1 + "/docker/" + id2 + "\n", "", id2},
		"v1 first line without":       {"1:name=systemd:/\n5:memory:/docker/" + id1 + "\n", "", id1},
		"v2 systemd, containerd":      {"0::/kubepods.slice/kubepods-pod0f8f.slice/cri-containerd-" + id1 + ".scope\n", "", id1},
		"v2 systemd, crio":            {"0::/kubepods.slice/crio-" + id1 + ".scope/container\n", "", id1},
		"v2 containerd, slice colons": {"0::/system.slice/containerd.service/kubepods-pod0f8f.slice:cri-containerd:" + id1 + "\n", "", id1},
		"v2 docker, private":          {"0::/\n", mount("/var/lib/docker/containers/"+id1+"/hostname", "/etc/hostname"), id1},
		"v2 docker, own partition":    {"0::/\n", mount("/docker/containers/"+id1+"/hostname", "/etc/hostname"), id1},
		"v2 podman, private":          {"0::/\n", mount("/containers/storage/overlay-containers/"+id1+"/userdata/hostname", "/etc/hostname"), id1},
		"v2 other mounts":             {"0::/\n", mount("/var/lib/docker/containers/"+id1+"/data", "/data"), ""},
		"v2 containerd pod":           {"0::/\n", mount("/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/"+id1+"/hostname", "/etc/hostname"), ""},
		"v2 docker pod": {"0::/\n", mount("/var/lib/docker/containers/"+id1+"/hostname", "/etc/hostname") +
			mount("/var/lib/kubelet/pods/"+uid+"/etc-hosts", "/etc/hosts"), ""},
		"short id": {"12:pids:/docker/" + id1[:63] + "\n", "", ""},
		"long id":  {"12:pids:/docker/" + id1 + "1\n", "", ""},
	} {
		got, err := detected(t, "container", Options{Root: files(map[string]string{"proc/self/cgroup": c.cgroup, "proc/self/mountinfo": c.mountinfo})})
		if err != nil || got[containerID] != c.want {
			t.Errorf("%s: %v, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestHost(t *testing.T) {
	got, err := detected(t, "host", Options{Root: files(map[string]string{"proc/sys/kernel/hostname": "web-1\n", "etc/machine-id": id1[:32] + "\n"})})
	want := map[string]string{"host.name": "web-1", "host.id": id1[:32], "host.arch": runtime.GOARCH, "os.type": "linux"}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

// Unreadable files are counted and logged, and the rest is still found.
func TestFailuresAreCounted(t *testing.T) {
	root := files(map[string]string{"proc/self/cgroup/x": "", "proc/sys/kernel/hostname": "web-1"})
	e, log := started(t, Options{Detect: []string{"container", "host"}, Root: root})
	if n := testutil.ToFloat64(e.failures.WithLabelValues("container")); n != 1 || !strings.Contains(log.String(), "detector=container") {
		t.Errorf("%v failures, log %q", n, log)
	}
	if n := testutil.ToFloat64(e.found.WithLabelValues("host")); n != 3 {
		t.Errorf("host found %v attributes, want 3", n)
	}
}

// Where two detectors know a key, the first in the list wins.
func TestFirstDetectorWins(t *testing.T) {
	o := Options{
		Root:   files(map[string]string{"proc/sys/kernel/hostname": "kernel"}),
		Getenv: env(map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "host.name=variable"}),
	}
	for want, detect := range map[string][]string{"variable": {"env", "host"}, "kernel": {"host", "env"}} {
		o.Detect = detect
		e, _ := started(t, o)
		if got := enriched(t, e, nil)["host.name"]; got != want {
			t.Errorf("%v: host.name is %v, want %s", detect, got, want)
		}
	}
}

// Whatever files and variables hold: no panic, and only what is named.
func FuzzDetect(f *testing.F) {
	f.Add("a=1,b=2", "app=\"x\"\n", "12:pids:/docker/"+id1, "1 2 8:1 /containers/"+id1+"/hostname /etc/hostname rw")
	f.Add("a=%", "app=\"\\xff\"", "0::/", "1 2 8:1 /pods/"+uid+"/etc-hosts /etc/hosts rw")
	f.Fuzz(func(t *testing.T, list, labels, cgroup, mounts string) {
		o := Options{
			Getenv: env(map[string]string{"OTEL_RESOURCE_ATTRIBUTES": list}),
			Root: files(map[string]string{
				labelsFile: labels, annotationsFile: labels, "proc/self/cgroup": cgroup, "proc/self/mountinfo": mounts,
			}),
			Labels: []string{"app"},
		}
		for name, detect := range detectors(o) {
			found, err := detect()
			for _, a := range found {
				switch {
				case a.value == "", name == "env", name == "host":
				case name == "k8s" && (a.key == podUID || a.key == "k8s.pod.label.app"):
				case name == "container" && a.key == containerID && len(a.value) == 64:
				default:
					t.Errorf("%s found %q", name, a.key)
				}
			}
			if name == "env" && err != nil && len(found) > 0 {
				t.Error("a malformed list is used in part")
			}
		}
	})
}

// A panic in a detector is a failure of that one; its value isn't logged.
func TestPanicOfADetectorIsAFailure(t *testing.T) {
	o := Options{
		Detect: []string{"env", "host"},
		Root:   files(map[string]string{"proc/sys/kernel/hostname": "web-1"}),
		Getenv: func(string) string { panic("card 4111111111111111") },
	}
	e, log := started(t, o)
	if n := testutil.ToFloat64(e.failures.WithLabelValues("env")); n != 1 {
		t.Errorf("%v failures are counted, want 1", n)
	}
	if strings.Contains(log.String(), "4111") || !strings.Contains(log.String(), "panic of type string") {
		t.Errorf("want the panic logged without its value:\n%s", log)
	}
	if got := enriched(t, e, nil)["host.name"]; got != "web-1" {
		t.Errorf("host.name is %v: the other detector's find is missing", got)
	}
}
