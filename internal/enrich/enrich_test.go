package enrich

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestActions(t *testing.T) {
	sent := map[string]any{"service.name": "orders", "env": "prod", "count": int64(7)}
	for name, c := range map[string]struct {
		steps []Attribute
		want  map[string]any
	}{
		"insert, absent":   {[]Attribute{{"team", "a", Insert}}, map[string]any{"service.name": "orders", "env": "prod", "count": int64(7), "team": "a"}},
		"insert, present":  {[]Attribute{{"env", "a", Insert}}, sent},
		"update, absent":   {[]Attribute{{"team", "a", Update}}, sent},
		"update, present":  {[]Attribute{{"env", "a", Update}}, map[string]any{"service.name": "orders", "env": "a", "count": int64(7)}},
		"update, a number": {[]Attribute{{"count", "a", Update}}, map[string]any{"service.name": "orders", "env": "prod", "count": "a"}},
		"upsert, absent":   {[]Attribute{{"team", "a", Upsert}}, map[string]any{"service.name": "orders", "env": "prod", "count": int64(7), "team": "a"}},
		"upsert, present":  {[]Attribute{{"env", "a", Upsert}}, map[string]any{"service.name": "orders", "env": "a", "count": int64(7)}},
		"delete, absent":   {[]Attribute{{"team", "", Delete}}, sent},
		"delete, present":  {[]Attribute{{"env", "", Delete}}, map[string]any{"service.name": "orders", "count": int64(7)}},
		"in order": {
			[]Attribute{{"team", "a", Insert}, {"team", "b", Update}, {"env", "", Delete}, {"env", "c", Insert}, {"count", "", Delete}, {"count", "d", Update}},
			map[string]any{"service.name": "orders", "env": "c", "team": "b"},
		},
	} {
		e, _ := started(t, Options{Attributes: c.steps})
		for sig := range otlp.Signal(otlp.NumSignals) {
			in := request(t, sig, sent)
			for range 2 { // computed, then remembered
				out, err := e.Enrich(sig, in, nil)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(c.want, attributesOf(t, sig, out)); d != "" {
					t.Errorf("%s, %s (-want +got):\n%s", name, sig, d)
				}
			}
		}
	}
}

func TestUnchangedIsTheInput(t *testing.T) {
	e, _ := started(t, Options{Attributes: []Attribute{{"env", "a", Insert}}})
	in := request(t, otlp.Traces, map[string]any{"env": "prod"})
	for range 2 {
		out, err := e.Enrich(otlp.Traces, in, nil)
		if err != nil || &out[0] != &in[0] {
			t.Errorf("output is a copy (%v)", err)
		}
	}
	if e, m := testutil.ToFloat64(e.hits), testutil.ToFloat64(e.misses); e != 1 || m != 1 {
		t.Errorf("%v hits and %v misses, want 1 and 1", e, m)
	}
}

func TestServiceWinsOverDetection(t *testing.T) {
	e, _ := started(t, Options{Detect: []string{"k8s"}, Getenv: env(map[string]string{"POD_NAME": "detected", "POD_UID": uid})})
	got := enriched(t, e, map[string]any{"k8s.pod.name": "sent"})
	want := map[string]any{"k8s.pod.name": "sent", podUID: uid, instanceID: uid}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestInstanceID(t *testing.T) {
	root := files(map[string]string{"proc/sys/kernel/hostname": "web-1", "proc/self/cgroup": "1:x:/docker/" + id1})
	all := []string{"env", "k8s", "container", "host"}
	for name, c := range map[string]struct {
		detect []string
		env    map[string]string
		want   any
	}{
		"pod uid":             {all, map[string]string{"POD_UID": uid, "POD_NAME": "p"}, uid},
		"pod name":            {all, map[string]string{"POD_NAME": "p", "POD_NAMESPACE": "n"}, "641911b4-d799-51d9-abe1-53a94c06a9e9"},
		"host":                {all, nil, "e31a91f7-5d93-57bc-b5dd-babe2bfdd298"},
		"container":           {[]string{"container"}, nil, "e02ae728-d977-5956-8bd0-e510c2e6e135"},
		"nothing known":       {[]string{"env"}, nil, nil},
		"in the agent's list": {all, map[string]string{"OTEL_RESOURCE_ATTRIBUTES": instanceID + "=mine"}, "mine"},
	} {
		e, _ := started(t, Options{Detect: c.detect, Root: root, Getenv: env(c.env)})
		if got := enriched(t, e, nil)[instanceID]; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		// Two processes that sent their own stay two.
		for _, own := range []string{"first", "second"} {
			if got := enriched(t, e, map[string]any{instanceID: own})[instanceID]; got != own {
				t.Errorf("%s: %v, want %s", name, got, own)
			}
		}
	}
}

const canary = "canary-4111"

// Of the environment, the labels and the annotations, nothing unnamed is taken.
func TestNothingUnnamedIsTaken(t *testing.T) {
	everything := func(key string) string { // every variable there may be
		switch key {
		case "OTEL_RESOURCE_ATTRIBUTES":
			return "team=orders"
		case "POD_NAME", "POD_UID", "POD_NAMESPACE", "POD_IP", "NODE_NAME":
			return "named"
		}
		return canary
	}
	o := Options{
		Detect: []string{"env", "k8s", "container", "host"},
		Getenv: everything,
		Root: files(map[string]string{
			labelsFile:                 "app=\"orders\"\nsecret=\"" + canary + "\"\napp2=\"" + canary + "\"\n" + canary + "=\"x\"\n",
			annotationsFile:            "app=\"" + canary + "\"\nowner=\"team\"\n" + canary,
			"etc/podinfo/other":        canary,
			"proc/self/environ":        canary,
			"proc/self/cgroup":         "0::/" + canary + "\n",
			"proc/self/mountinfo":      "1 2 8:1 /" + canary + " /etc/hostname rw\n",
			"proc/sys/kernel/hostname": "web-1",
		}),
		Labels: []string{"app"}, Annotations: []string{"owner"},
	}
	e, log := started(t, o)
	out, err := e.Enrich(otlp.Logs, request(t, otlp.Logs, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte(canary)) || strings.Contains(log.String(), canary) {
		t.Errorf("canary in\n%q\nor in the log\n%s", out, log)
	}
	got := attributesOf(t, otlp.Logs, out)
	if got["k8s.pod.label.app"] != "orders" || got["k8s.pod.annotation.owner"] != "team" || got["team"] != "orders" {
		t.Errorf("what is named is missing in %v", got)
	}
}

// masking masks one key and drops another.
type masking struct{ seen map[string]int }

func (m masking) Attribute(key, value string) (string, bool) {
	m.seen[key]++
	return strings.ReplaceAll(value, canary, "***"), key != "dropped"
}

func TestWhatIsResolvedPassesTheFilterOnce(t *testing.T) {
	f := masking{map[string]int{}}
	e, log := started(t, Options{
		Detect: []string{"env", "k8s"}, Filter: f, Labels: []string{"app"},
		Getenv:     env(map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "team=" + canary + ",dropped=" + canary, "POD_NAME": canary}),
		Root:       files(map[string]string{labelsFile: "app=\"" + canary + "\""}),
		Attributes: []Attribute{{"mine", canary, Upsert}, {"team", "", Delete}},
	})
	for range 3 {
		got := enriched(t, e, nil)
		want := map[string]any{"k8s.pod.name": "***", "k8s.pod.label.app": "***", "mine": "***", instanceID: got[instanceID]}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
	want := map[string]int{"team": 1, "dropped": 1, "k8s.pod.name": 1, "k8s.pod.label.app": 1, "mine": 1, instanceID: 1}
	if d := cmp.Diff(want, f.seen); d != "" {
		t.Errorf("filter was asked (-want +got):\n%s", d)
	}
	if n := testutil.ToFloat64(e.filtered); n != 1 {
		t.Errorf("%v attributes filtered, want 1", n)
	}
	if strings.Contains(log.String(), canary) {
		t.Errorf("canary in the log: %s", log)
	}
}

func TestEntityReferencesFollowDeletedKeys(t *testing.T) {
	ref := protowire.AppendTag(nil, 2, protowire.BytesType)
	ref = protowire.AppendString(ref, "service")
	for n, key := range map[protowire.Number]string{3: "gone", 4: "kept"} {
		ref = protowire.AppendTag(ref, n, protowire.BytesType)
		ref = protowire.AppendString(ref, key)
	}
	resource := otlp.AppendStringAttribute(nil, 1, "gone", "x")
	resource = protowire.AppendTag(resource, 3, protowire.BytesType)
	resource = protowire.AppendBytes(resource, ref)
	resource = protowire.AppendTag(resource, 2, protowire.VarintType)
	resource = protowire.AppendVarint(resource, 5)
	p := &plan{steps: []Attribute{{"gone", "", Delete}}}
	out, changed := p.apply(resource, nil)
	if !changed || bytes.Contains(out, []byte("gone")) || !bytes.Contains(out, []byte("kept")) || !bytes.HasSuffix(out, []byte{2 << 3, 5}) {
		t.Errorf("changed %v: %q", changed, out)
	}
}

// A million empty resources don't become a million full ones.
func TestGrowthIsBounded(t *testing.T) {
	e, _ := started(t, Options{Attributes: []Attribute{{"k", strings.Repeat("v", 1000), Insert}}})
	in := bytes.Repeat([]byte{1<<3 | 2, 0}, 100_000)
	out, err := e.Enrich(otlp.Traces, in, nil)
	if err != nil || len(out) > len(in)+maxGrowth(in)+2000 || len(out) < 4<<20 {
		t.Errorf("%d bytes became %d (%v)", len(in), len(out), err)
	}
	if n := testutil.ToFloat64(e.skipped); n < 90_000 {
		t.Errorf("%v resources skipped", n)
	}
}

func TestMalformedInputIsAnError(t *testing.T) {
	e, _ := started(t, Options{Attributes: []Attribute{{"k", "v", Insert}}})
	_, err := e.Enrich(otlp.Traces, []byte{1<<3 | 2, 200}, nil)
	if _, ok := errors.AsType[*otlp.Error](err); !ok {
		t.Errorf("%v, want an *otlp.Error", err)
	}
}

// hanging is a file system that doesn't answer until it is told to.
type hanging struct{ answer chan struct{} }

func (h hanging) Open(name string) (fs.File, error) {
	<-h.answer
	return nil, fs.ErrNotExist
}

func TestStartDoesNotWaitForDetection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hanging{make(chan struct{})}
		e, err := New(Options{
			Detect: []string{"host"}, Root: h, Getenv: env(nil), Filter: passAll{}, Logger: slog.New(slog.DiscardHandler),
			Attributes: []Attribute{{"k", "v", Insert}},
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("start took %s", d)
		}
		in := request(t, otlp.Traces, nil)
		for _, want := range []time.Duration{resolveWait, 0} { // only the first one waits
			began = time.Now()
			out, err := e.Enrich(otlp.Traces, in, nil)
			if err != nil || !bytes.Equal(out, in) || time.Since(began) != want {
				t.Errorf("%x (%v) after %s, want the input after %s", out, err, time.Since(began), want)
			}
		}
		if n := testutil.ToFloat64(e.unresolved); n != 2 {
			t.Errorf("%v requests counted as unresolved, want 2", n)
		}
		close(h.answer)
		<-e.resolved
		if got := enriched(t, e, nil)["k"]; got != "v" {
			t.Errorf("after detection k is %v", got)
		}
	})
}

func TestWrongOptionsNameTheirPath(t *testing.T) {
	_, err := New(Options{
		Detect:     []string{"env", "cloud"},
		Attributes: []Attribute{{"", "v", Insert}, {"k", "v", "replace"}, {instanceID, "v", Upsert}, {"k", "\xff", Insert}},
	})
	want := strings.Join([]string{
		"detect[1]: must be one of env, k8s, container, host",
		"attributes[0].key: must be text and not empty",
		"attributes[1].action: must be one of insert, update, upsert, delete",
		"attributes[2].action: must be insert for service.instance.id: two processes in one pod would become one",
		"attributes[3].value: must be UTF-8",
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
